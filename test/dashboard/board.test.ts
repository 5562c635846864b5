import { browsedGateway, browserMissing, PATIENCE_MS, unlikeChinese, violations } from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;

describeInBrowser('the page in Chromium (needs /usr/bin/chromium and npm run build:pages)', () => {
  const here = browsedGateway();

  /** It runs until `endAll`, however slow the browser is. */
  async function start(shareId: string): Promise<string> {
    const { data } = await here.gateway.query(
      'mutation ($input: BindLdapInput!) { bindLdap(input: $input) { task { id } } }',
      { input: { account: 'demo', shareId, url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' } },
    );
    for (const job of here.gateway.simulator.control.tasks({ service: 'SFS' })) {
      if (job.endsAt > Date.now()) here.gateway.simulator.control.change('SFS', job.id, { runMs: 600_000 });
    }
    return (data as { bindLdap: { task: { id: string } } }).bindLdap.task.id;
  }
  function endAll(outcome: string): void {
    for (const { id } of here.gateway.simulator.control.tasks({ service: 'SFS' })) {
      here.gateway.simulator.control.change('SFS', id, { outcome });
    }
    here.gateway.simulator.control.hurryAll();
  }

  it(
    'is live, changes a row in place and shows new tasks on top',
    async () => {
      const id = await start('share-1');
      const { page, complaints } = await here.open();
      await page.getByTestId('conn').getByText('Live').waitFor();
      const row = page.locator(`tr[data-task="${id}"]`);
      await row.waitFor();
      await row.evaluate((element) => element.setAttribute('data-marked', ''));

      const second = await start('share-2');
      await page.locator(`tbody tr:first-child[data-task="${second}"]`).waitFor();
      endAll('success');
      await page.locator(`tr[data-marked][data-task="${id}"][data-status="SUCCEEDED"]`).waitFor();
      await page.locator('.counter[data-status="SUCCEEDED"] .counter-number', { hasText: '2' }).waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'keeps filters in its address and tells “no match” from “no tasks”',
    async () => {
      const { page, complaints } = await here.open();
      await page.getByText('No tasks yet').waitFor();
      await start('share-1');
      await page.locator('tbody tr').waitFor();
      await page.locator('.counter[data-status="FAILED"]').click();
      await page.getByText('All quiet').waitFor();
      expect(new URL(page.url()).search).toBe('?status=FAILED');
      endAll('failed');
      await page.locator('tbody tr[data-status="FAILED"]').waitFor();
      await page.getByRole('searchbox', { name: 'Search upstream id' }).fill('no-such-share');
      await page.getByText('No task matches these filters').waitFor();
      expect(new URL(page.url()).search).toBe('?status=FAILED&q=no-such-share');
      await page.getByRole('searchbox', { name: 'Search upstream id' }).fill('');
      await page.locator('tbody tr').waitFor();
      await page.reload();
      await page.locator('tbody tr[data-status="FAILED"]').waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'shows an error as an error, and goes on when asked again',
    async () => {
      await start('share-1');
      const { page } = await here.open();
      await page.locator('tbody tr').waitFor();
      await page.route('**/graphql', (route) =>
        route.fulfill({
          json: { errors: [{ message: 'The store is away', extensions: { code: 'INTERNAL', correlationId: 'c-1' } }] },
        }),
      );
      await page.getByLabel('Service').selectOption('SFS');
      await page.getByText('The store is away').waitFor();
      expect(await page.locator('tbody tr').count()).toBe(0);
      await page.getByText('c-1').waitFor();
      expect(await page.getByText('No task').count()).toBe(0);
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('tbody tr').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'says which sources could not be read, beside the tasks of the others',
    async () => {
      await start('share-1');
      const { page } = await here.open({ path: '/login' });
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('query ListTasks')) return route.fallback();
        const answer = (await (await route.fetch()).json()) as { data: { tasks: { sourceErrors: unknown[] } } };
        const error = { account: 'demo', code: 'UPSTREAM_TIMEOUT', message: 'No answer' };
        answer.data.tasks.sourceErrors = [
          { service: 'APIG', ...error },
          { service: 'BCS', ...error },
        ];
        await route.fulfill({ json: answer });
      });
      await page.goto(here.gateway.url);
      await page
        .getByText('2 of 5 sources could not be read, so the list is partial: APIG · demo, BCS · demo')
        .waitFor();
      await page.locator('tbody tr[data-task]').waitFor();
      expect(await violations(page)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is searched by a key from every page',
    async () => {
      const { page } = await here.open({ path: '/sources' });
      await page.locator('.source').first().waitFor();
      await page.keyboard.press('/');
      await page.waitForFunction(() => document.activeElement?.matches('.search input'));
      expect(new URL(page.url()).pathname).toBe('/');
      await page.keyboard.type('share/1');
      await page.waitForURL(/\?q=share\/1$/);
    },
    PATIENCE_MS,
  );

  it(
    'follows one task with its own fields, history and raw answer',
    async () => {
      const id = await start('share-1');
      // Narrower than where a task is shown beside the board.
      const { page, complaints } = await here.open({ width: 1200 });
      await page.locator(`tr[data-task="${id}"] a`).click();
      await page.getByRole('heading', { name: 'bind_ldap' }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/tasks/${encodeURIComponent(id)}`);
      await page.getByText('share-1').first().waitFor();
      endAll('failed');
      await page.locator('.task-header .badge[data-status="FAILED"]').waitFor();
      await page.getByText('Why it failed').waitFor();
      await page.getByText('Raw JSON').click();
      await page.locator('.json').waitFor();
      expect(await page.locator('.json').textContent()).toContain('status: "failed"');
      expect(await violations(page)).toEqual([]);
      await page.getByText('Back to the board').click();
      await page.locator(`tr[data-task="${id}"][data-status="FAILED"]`).waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'starts a task by its form and says what was refused at its field',
    async () => {
      const { page, complaints } = await here.open({ path: '/start' });
      await page.locator('[name=shareId]').fill('share-9');
      await page.locator('[name=url]').fill('not an address');
      await page.locator('[name=baseDn]').fill('dc=example');
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page.locator('#url-error').waitFor();
      expect(await page.locator('[name=url]').evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await violations(page)).toEqual([]);
      await page.locator('[name=url]').fill('ldap://192.168.0.10:389');
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page.getByRole('link', { name: 'bind_ldap' }).click();
      await page.getByRole('heading', { name: 'bind_ldap' }).waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds, %s, in both languages',
    async (theme) => {
      await start('share-1');
      endAll('failed');
      await start('share-2');
      for (const language of ['en', 'zh'] as const) {
        const { page, complaints } = await here.open({ theme, language });
        await page.locator('tbody tr[data-status="FAILED"]').waitFor();
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(language === 'zh' ? 'zh-CN' : 'en');
        expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
        expect(await violations(page)).toEqual([]);
        if (language === 'zh') expect(await unlikeChinese(page)).toEqual([]);
        expect(complaints).toEqual([]);
      }
    },
    PATIENCE_MS,
  );

  it(
    'shows the columns that are chosen by keys, and keeps them in its address and for the next time',
    async () => {
      await start('share-1');
      const { page, complaints } = await here.open({ width: 1440 });
      const heads = () =>
        page.evaluate(() => [...document.querySelectorAll('thead th')].map((head) => head.classList[0]?.slice(7)));
      await page.locator('tbody tr[data-task]').waitFor();
      const unasked = ['status', 'kind', 'service', 'resource', 'account', 'progress', 'started', 'duration', 'seen'];
      expect(await heads()).toEqual([...unasked, 'actions']);
      await page.getByRole('button', { name: 'Columns' }).focus();
      await page.keyboard.press('Enter');
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.getByLabel('Error code').focus();
      await page.keyboard.press('Space');
      await page.locator('th.column-error').waitFor();
      const cols = 'resource,account,progress,started,duration,seen,error';
      expect(new URL(page.url()).search).toBe(`?cols=${cols}`);
      const chosen = ['status', 'kind', ...cols.split(','), 'actions'];
      expect(await heads()).toEqual(chosen);
      expect(await page.locator('table.tasks').getAttribute('aria-colcount')).toBe('10');
      await page.keyboard.press('Escape');
      await page.getByLabel('Error code').waitFor({ state: 'detached' });

      await page.goto(here.gateway.url);
      await page.locator('th.column-error').waitFor();
      expect(new URL(page.url()).search).toBe(`?cols=${cols}`);
      expect(await heads()).toEqual(chosen);

      await page.goto(`${here.gateway.url}/?cols=seen,colour`);
      await page.getByText('unknown value').waitFor();
      await page.locator('th.column-seen').waitFor();
      expect(await heads()).toEqual(['status', 'kind', 'seen', 'actions']);
      await page.getByRole('button', { name: 'Clear filters' }).click();
      expect(new URL(page.url()).search).toBe('?cols=seen,colour');
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'has its pages in a menu where there is little room, in a bar of one line',
    async () => {
      const { page, complaints } = await here.open({ width: 320, height: 640 });
      await page.getByTestId('conn').getByText('Live').waitFor();
      expect(await page.locator('.top-bar').evaluate((bar) => bar.clientHeight)).toBeLessThan(50);
      expect(await page.getByRole('link', { name: 'Sources' }).isVisible()).toBe(false);
      await page.getByRole('button', { name: 'Pages' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Sources' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Sources' }).waitFor();
      expect(await page.getByRole('link', { name: 'Sources' }).isVisible()).toBe(false);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'fits 360 pixels',
    async () => {
      const id = await start('share-1');
      for (const path of ['/', `/tasks/${encodeURIComponent(id)}`, '/start']) {
        const { page } = await here.open({ path, width: 360, height: 740 });
        await page.locator('tbody tr, .start-form').first().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      }
    },
    PATIENCE_MS,
  );
});
