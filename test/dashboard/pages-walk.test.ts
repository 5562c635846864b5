import type { Browser, Page } from 'playwright-core';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import {
  browserMissing,
  closeContexts,
  launchBrowser,
  openPage,
  PAGES_FOLDER,
  PATIENCE_MS,
  unlikeChinese,
  violations,
} from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;

/** What each page is known by when it has come. */
const PAGES: Readonly<Record<string, string>> = {
  '/sources': '.source',
  '/start': '.start-form',
  '/start/importApis': '[name=definition]',
  '/start/exportApis': '[name=envId]',
  '/start/associateKeypair': '[name="auth.key"]',
  '/track': '.start-form',
  '/login': '.login-page .notice',
  '/wall': '.wall-attention li',
  '/no/such/page': '.not-found',
};

describeInBrowser('every page in Chromium (needs /usr/bin/chromium and npm run build:pages)', () => {
  let gateway: RunningGateway;
  let browser: Browser;

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([
      launchBrowser(),
      startGateway({ pagesFolder: PAGES_FOLDER, config: { polling: { discoverSeconds: 0.5, unwatchedSeconds: 0.5 } } }),
    ]);
    const [job] = gateway.simulator.control.createTasks({ service: 'BCS', outcome: 'Failed', waitMs: 0, runMs: 1_000 });
    await track('BCS', job!.id);
  }, PATIENCE_MS);
  afterEach(() => closeContexts(browser));
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  async function track(service: string, upstreamId: string): Promise<string> {
    const { data } = await gateway.query(
      'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }',
      { input: { service, account: 'demo', upstreamId } },
    );
    return (data as { trackTask: { task: { id: string } } }).trackTask.task.id;
  }

  /** By what a reload takes up, so that the wallboard, which has no switches, goes the same way. */
  async function look(page: Page, theme: string, language: string, known: string): Promise<void> {
    await page.evaluate(
      ([t, l]) => {
        localStorage.setItem('taskgate.theme', t!);
        localStorage.setItem('taskgate.language', l!);
      },
      [theme, language],
    );
    await page.reload();
    await page.locator(known).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language === 'zh' ? 'zh-CN' : 'en');
  }

  it.each(Object.entries(PAGES))(
    '%s has nothing that axe finds in both themes and languages, and fits 320 pixels',
    async (path, known) => {
      const { page, complaints } = await openPage(browser, gateway.url, { path, width: 320, height: 700 });
      for (const [theme, language] of [
        ['light', 'en'],
        ['dark', 'zh'],
        ['light', 'zh'],
        ['dark', 'en'],
      ] as const) {
        await look(page, theme, language, known);
        expect(await violations(page)).toEqual([]);
        if (language === 'zh') expect(await unlikeChinese(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      }
      // A page that is not there is also said to be so by its status, which the browser notes.
      expect(complaints.filter((complaint) => !/404 \(Not Found\)/.test(complaint))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'the chosen theme is there before the page has drawn anything, whatever the system likes',
    async () => {
      const { page, complaints } = await openPage(browser, gateway.url, { path: '/login', theme: 'light' });
      await page.evaluate(() => localStorage.setItem('taskgate.theme', 'dark'));
      await page.route(/\/assets\/index-.*\.js/, (route) => route.abort());
      await page.goto(`${gateway.url}/sources`);
      expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
      expect(complaints.filter((complaint) => /Content Security/.test(complaint))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'an unknown path is a page with a way home for people, under the status 404, and plain for programs',
    async () => {
      const html = await fetch(`${gateway.url}/no/such/page`, { headers: { accept: 'text/html' } });
      expect([html.status, html.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')]);
      expect(html.headers.get('content-security-policy')).toContain("default-src 'self'");
      const plain = await fetch(`${gateway.url}/no/such/page`, { headers: { accept: '*/*' } });
      expect([plain.status, await plain.text()]).toEqual([404, 'Not found\n']);
    },
    PATIENCE_MS,
  );

  it(
    'times are written in the zone that was chosen, on every page and after a reload',
    async () => {
      const { data } = await gateway.query('{ tasks(first: 1) { nodes { id createdAt } } }');
      const [task] = (data as { tasks: { nodes: { id: string; createdAt: string }[] } }).tasks.nodes;
      const { page } = await openPage(browser, gateway.url, { path: `/tasks/${encodeURIComponent(task!.id)}` });
      const shown = page.locator(`.pairs time[datetime="${task!.createdAt}"]`).first();
      const inZone = (timeZone: string): string => new Date(task!.createdAt).toLocaleString('sv-SE', { timeZone });
      expect(await shown.textContent()).toBe(inZone('Asia/Shanghai'));
      await page.getByRole('button', { name: /^Settings/ }).click();
      await page.getByLabel('Time zone').selectOption('America/St_Johns');
      expect(await shown.textContent()).toBe(inZone('America/St_Johns'));
      await page.reload();
      await shown.waitFor();
      expect(await shown.textContent()).toBe(inZone('America/St_Johns'));
    },
    PATIENCE_MS,
  );

  it(
    'the way from the board to a task and back goes by keys alone, and the focus is never lost',
    async () => {
      const { page } = await openPage(browser, gateway.url, { width: 1000 });
      await page.locator('tbody tr[data-task] a').first().focus();
      await page.keyboard.press('Enter');
      await page.locator('.task-header').waitFor();
      await page.waitForFunction(() => document.activeElement !== document.body);
      // Within the time that the second key has, however busy the machine is.
      await Promise.all([page.keyboard.press('g'), page.keyboard.press('b')]);
      await page.locator('tbody tr[data-task]').first().waitFor();
      await page.waitForFunction(() => document.activeElement !== document.body);
      expect(new URL(page.url()).pathname).toBe('/');
    },
    PATIENCE_MS,
  );

  it(
    'the way back from the page of a task leads to the row that it was opened from',
    async () => {
      const jobs = gateway.simulator.control.createTasks({ service: 'SFS', count: 3, waitMs: 0, runMs: 900_000 });
      const [, id] = await Promise.all(jobs.map((job) => track('SFS', job.id)));
      const { page } = await openPage(browser, gateway.url, { width: 1000 });
      const link = page.locator(`tbody tr[data-task="${id}"] a`).first();
      for (const back of [() => page.goBack(), () => page.getByRole('link', { name: 'Back to the board' }).click()]) {
        await link.focus();
        await page.keyboard.press('Enter');
        await page.locator('.task-header').waitFor();
        await back();
        await page.waitForFunction(
          (task) => document.activeElement?.closest<HTMLElement>('tr')?.dataset['task'] === task,
          id,
        );
      }
    },
    PATIENCE_MS,
  );

  it(
    'a press of “Notify me” follows the task to its end, and the bell and the tab tell of it',
    async () => {
      const [job] = gateway.simulator.control.createTasks({ service: 'SFS', waitMs: 0, runMs: 900_000 });
      const id = await track('SFS', job!.id);
      const { page } = await openPage(browser, gateway.url, { path: `/tasks/${encodeURIComponent(id)}` });
      await page.evaluate(() => {
        Object.defineProperty(Notification, 'permission', { value: 'default' });
        Notification.requestPermission = () => Promise.resolve('denied');
      });
      await page.getByRole('button', { name: 'Notify me' }).click();
      await page.getByText('The browser refuses notifications. The bell above tells you.').waitFor();
      await page.getByRole('link', { name: 'Sources' }).click();
      gateway.simulator.control.change('SFS', job!.id, { outcome: 'success', runMs: 1 });
      await page.getByRole('button', { name: 'Notifications, 1 new' }).click();
      await page.locator('.rings .badge[data-status=SUCCEEDED]').waitFor();
      await page.locator('.rings a').click();
      await page.waitForFunction(() => document.title.startsWith('✓'));
    },
    PATIENCE_MS,
  );

  it(
    'two presses of “Start” start one task, which is then followed in place',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/start/disassociateKeypair' });
      await page.locator('[name=serverId]').fill('d76baba7-ef09-40a2-87ff-3eafec0696e7');
      const sent: string[] = [];
      page.on('request', (request) => {
        if (request.postData()?.includes('disassociateKeypair')) sent.push(request.url());
      });
      await page.getByRole('button', { name: 'Start', exact: true }).dblclick();
      await page.getByTestId('started').locator('.badge').waitFor();
      expect(sent).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  it(
    'a page whose code does not come says so in its place, the rest stays, and it is tried again',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/sources', width: 1400 });
      const rows = page.locator('tbody tr[data-task]');
      await page.route('**/assets/task-*.js', (route) => route.abort());
      await page.goto(gateway.url);
      await rows.first().locator('a').first().press('Enter');
      const fault = page.getByTestId('fault');
      await fault.getByText('This part of the page could not be shown').waitFor();
      expect(await rows.count()).toBeGreaterThan(0);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Sources' }).click();
      await page.locator('.source').first().waitFor();
      await page.goBack();
      await fault.waitFor();
      await page.unroute('**/assets/task-*.js');
      await fault.getByRole('button', { name: 'Try again' }).press('Enter');
      await page.locator('.task-header').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'the code of the page of a task comes while nobody asks for it, and a gateway that is gone is no matter then',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/sources' });
      await page.waitForFunction(() => {
        const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
        return ['page', 'view'].every((part) =>
          entries.some(({ name, responseEnd }) => name.includes(`/assets/task-${part}-`) && responseEnd > 0),
        );
      });
      await page.route('**/assets/**', (route) => route.abort());
      await page.getByRole('link', { name: 'Board', exact: true }).click();
      await page.locator('tbody tr[data-task] a').first().press('Enter');
      await page.locator('.task-header').waitFor();
    },
    PATIENCE_MS,
  );
});
