import type { Page } from 'playwright-core';
import { until } from '../support/until.js';
import { browsedGateway, browserMissing, PATIENCE_MS, violations } from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;

describeInBrowser('a board under the hand (needs /usr/bin/chromium and npm run build:pages)', () => {
  const here = browsedGateway();

  /** It runs until it is told to end. */
  async function start(): Promise<{ readonly id: string; end(outcome: 'failed' | 'success'): void }> {
    const [job] = here.gateway.simulator.control.createTasks({
      ...{ service: 'SFS', waitMs: 0, runMs: 900_000, fields: { jobType: 'bind_ldap' } },
    });
    const { data } = await here.gateway.query(
      'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }',
      { input: { service: 'SFS', account: 'demo', upstreamId: job!.id } },
    );
    return {
      id: (data as { trackTask: { task: { id: string } } }).trackTask.task.id,
      end: (outcome) => void here.gateway.simulator.control.change('SFS', job!.id, { outcome, runMs: 1 }),
    };
  }
  async function startAll(count: number): Promise<readonly { readonly id: string }[]> {
    const all: { readonly id: string }[] = [];
    while (all.length < count) all.push(await start());
    return all;
  }
  const isLive = (page: Page): Promise<void> => page.locator('[data-testid=conn][data-state=live]').waitFor();
  const focusIs = (page: Page, selector: string): Promise<unknown> =>
    page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);

  it(
    'passes the focus on when what is pressed goes away by it',
    async () => {
      const { end } = await start();
      const { page } = await here.open({ path: '/?status=RUNNING,PENDING&service=SFS' });
      await page.locator('tr[data-task]').waitFor();
      const press = async (name: RegExp | string): Promise<void> => {
        await page.getByRole('button', { name }).focus();
        await page.keyboard.press('Enter');
      };
      await press('Remove filter Status Running');
      await focusIs(page, '[aria-label="Remove filter Status Pending"]');
      await page.keyboard.press('Enter');
      await focusIs(page, '[aria-label="Remove filter Service SFS"]');
      await press('Clear filters');
      await focusIs(page, '[role=group][aria-label=Filters]');

      await page.goto(`${here.gateway.url}/?open=1`);
      await isLive(page);
      await page.locator('tr[data-task]').waitFor();
      await page.locator('.list').hover();
      end('success');
      await press('Tidy');
      await focusIs(page, '.list-footer select');

      await page.getByRole('button', { name: /^Notifications/ }).click();
      await page.getByLabel('Failures in this view').check();
      await page.keyboard.press('Escape');
      await page.locator('.filters select').first().selectOption('SFS');
      await page.getByRole('button', { name: /^Notifications/ }).click();
      await press(/^No longer notify/);
      await focusIs(page, '#bell-menu');
    },
    PATIENCE_MS,
  );

  it(
    'leaves the arrow keys to whatever has the focus, also on a board on which nothing moves',
    async () => {
      await startAll(3);
      const { page } = await here.open();
      await isLive(page);
      await page.locator('tr[data-task]').nth(2).waitFor();
      await page.keyboard.press('j');
      await focusIs(page, 'tr[aria-rowindex="2"] a');
      await page.keyboard.press('ArrowDown');
      await focusIs(page, 'tr[aria-rowindex="3"] a');
      await page.keyboard.press('Enter');
      await page.locator('.side-panel .task-header').waitFor();
      const close = page.getByRole('button', { name: 'Close' });
      await close.focus();
      await page.keyboard.press('ArrowDown');
      // A row takes the focus two frames behind the key.
      await page.evaluate(async () => {
        for (let frames = 0; frames < 4; frames++) await new Promise(requestAnimationFrame);
      });
      expect(await close.evaluate((element) => element === document.activeElement)).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'says on its tab what it shows, and beside a task the task',
    async () => {
      await start();
      const { page } = await here.open({ path: '/?account=demo&status=RUNNING,PENDING' });
      const titleIs = (wanted: RegExp): Promise<unknown> =>
        page.waitForFunction((source) => new RegExp(source).test(document.title), wanted.source);
      await titleIs(/^Running, Pending, demo · Taskgate$/);
      await page.locator('tr[data-task] a').click();
      await titleIs(/^. bind_ldap · Taskgate$/);
      await page.keyboard.press('Escape');
      await titleIs(/^Running, Pending, demo · Taskgate$/);
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await titleIs(/^Taskgate$/);
      await page.getByRole('combobox', { name: 'Kind' }).selectOption('Bind LDAP');
      await titleIs(/^Bind LDAP · Taskgate$/);
      expect(new URL(page.url()).search).toBe('?kind=bind_ldap');
    },
    PATIENCE_MS,
  );

  it(
    'opens a task in a tab of its own by the middle button anywhere on its row, by Ctrl and by a key, and stays',
    async () => {
      const { id } = await start();
      const { page } = await here.open();
      await isLive(page);
      const row = page.locator('tr[data-task]');
      await row.waitFor();
      const opened = async (act: () => Promise<void>): Promise<string> => {
        const [tab] = await Promise.all([page.context().waitForEvent('page'), act()]);
        await tab.waitForURL(/tasks/);
        const { pathname } = new URL(tab.url());
        await tab.close();
        return pathname;
      };
      const path = `/tasks/${encodeURIComponent(id)}`;
      const cell = row.locator('.column-service');
      expect(await opened(() => cell.click({ button: 'middle' }))).toBe(path);
      expect(await opened(() => row.locator('a').click({ modifiers: ['Control'] }))).toBe(path);
      await row.locator('a').focus();
      expect(await opened(() => page.keyboard.press('o'))).toBe(path);
      expect(new URL(page.url()).pathname).toBe('/');
    },
    PATIENCE_MS,
  );

  it(
    'lists its keys by one of them, goes elsewhere by two, and has none once they are switched off',
    async () => {
      await start();
      const { page } = await here.open();
      await isLive(page);
      await page.keyboard.press('?');
      const list = page.getByRole('dialog', { name: 'Keys' });
      await list.getByText('Show new tasks').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await list.waitFor({ state: 'hidden' });
      await page.keyboard.press('p');
      await page.getByTestId('paused').waitFor();
      // Within the time that the second key has, however busy the machine is.
      await Promise.all([page.keyboard.press('g'), page.keyboard.press('s')]);
      await page.locator('.source').first().waitFor();

      await page.getByRole('button', { name: /^Settings/ }).click();
      await page.getByLabel('Single letters are shortcuts').uncheck();
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Board', exact: true }).click();
      await page.locator('tr[data-task]').waitFor();
      const before = page.url();
      for (const key of ['?', 'p', 'g', 's', '/', 'j']) await page.keyboard.press(key);
      await page.locator('tr[data-task] a').focus();
      await page.keyboard.press('Enter');
      await page.locator('.task-header').waitFor();
      expect(await list.isVisible()).toBe(false);
      await page.keyboard.press('Escape');
      await page.locator('.side-panel').waitFor({ state: 'detached' });
      expect(page.url()).toBe(before);
    },
    PATIENCE_MS,
  );

  it(
    'counts on its tab what fails while nobody looks, and no longer once somebody does',
    async () => {
      const tasks = [await start(), await start()];
      const { page } = await here.open();
      await isLive(page);
      await page.locator('.counter[data-status=RUNNING] .counter-number', { hasText: '2' }).waitFor();
      const look = (state: 'hidden' | 'visible'): Promise<void> =>
        page.evaluate((visibilityState) => {
          Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }, state);
      await look('hidden');
      for (const { end } of tasks) end('failed');
      await page.waitForFunction(() => document.title === '(2✗) Taskgate');
      await look('visible');
      await page.waitForFunction(() => document.title === 'Taskgate');
    },
    PATIENCE_MS,
  );

  it(
    'closes an open menu by Escape, and the task beside the board by the next one',
    async () => {
      await start();
      const { page } = await here.open();
      await page.locator('tr[data-task] a').click();
      await page.locator('.side-panel .task-header').waitFor();
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.locator('#columns-menu:popover-open').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('#columns-menu:popover-open').waitFor({ state: 'detached' });
      expect(await page.locator('.side-panel').count()).toBe(1);
      await page.keyboard.press('Escape');
      await page.locator('.side-panel').waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'copies the address of the board while a task is shown beside it',
    async () => {
      await start();
      const { page } = await here.open({ path: '/?service=SFS' });
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.locator('tr[data-task] a').click();
      await page.locator('.side-panel .task-header').waitFor();
      await page.getByRole('button', { name: 'Copy link' }).click();
      await page.getByRole('button', { name: 'Copied' }).first().waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${here.gateway.url}/?service=SFS`);
    },
    PATIENCE_MS,
  );

  it(
    'keeps new tasks back under the pointer, says how many, and shows them by a key',
    async () => {
      await start();
      const { page } = await here.open();
      await isLive(page);
      await page.locator('tr[data-task]').hover();
      const later = await startAll(2);
      await page.getByRole('button', { name: 'Show 2 new' }).waitFor();
      expect(await page.locator('tr[data-task]').count()).toBe(1);
      await page.keyboard.press('n');
      await page.locator(`tr[data-task="${later[1]!.id}"]`).waitFor();
      expect(await page.locator('tr[data-task]').count()).toBe(3);
      expect(await page.locator('.new-tasks').count()).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'folds its filters where there is little room, and says how many are in use',
    async () => {
      const { page } = await here.open({ path: '/?service=SFS', width: 390, height: 844 });
      const service = page.locator('.filters').getByLabel('Service');
      await page.getByRole('button', { name: 'Filters (1)' }).focus();
      expect(await service.isVisible()).toBe(false);
      await page.keyboard.press('Enter');
      await service.selectOption('ECS');
      await page.getByRole('button', { name: 'Filters (2)', expanded: true }).waitFor();
      expect(await violations(page)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'keeps its counts while a window of time moves on',
    async () => {
      await start();
      const { page } = await here.open({ path: '/sources' });
      await page.addInitScript(() => {
        const later = window.setInterval.bind(window);
        const minute = (handler: () => void, ms?: number): number => later(handler, ms === 60_000 ? 100 : ms);
        const counts: string[] = [];
        const note = (): void => {
          const count = document.querySelector('.counter[data-status=RUNNING] .counter-number')?.textContent;
          if (count !== undefined && counts.at(-1) !== count) counts.push(count);
        };
        new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
        Object.assign(window, { setInterval: minute, counts });
      });
      const windows = new Set<string>();
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => {
          const [window] = /"createdAfter":"[^"]+"/.exec(String(payload)) ?? [];
          if (window !== undefined) windows.add(window);
        }),
      );
      await page.goto(`${here.gateway.url}/?created=1h`);
      await page.locator('.counter[data-status=RUNNING] .counter-number', { hasText: '1' }).waitFor();
      const known = windows.size;
      await until(() => windows.size > known + 5);
      expect(await page.evaluate(() => (window as unknown as { counts: string[] }).counts)).toEqual(['–', '1']);
    },
    PATIENCE_MS,
  );
});
