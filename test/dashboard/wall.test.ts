import type { Browser, Page } from 'playwright-core';
import { parseWallView } from '../../src/dashboard/wall/use-rotation.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';
import {
  browserMissing,
  closeContexts,
  launchBrowser,
  openPage,
  PAGES_FOLDER,
  PATIENCE_MS,
  violations,
} from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;

describe('the address of a wall', () => {
  it.each([
    ['', ['counters', 'attention', 'services', 'sources'], null],
    ['?view=sources,nonsense,counters,sources', ['sources', 'counters'], null],
    ['?view=nonsense&rotate=20', ['counters', 'attention', 'services', 'sources'], 20_000],
    ['?rotate=1', ['counters', 'attention', 'services', 'sources'], 10_000],
    ['?rotate=3600', ['counters', 'attention', 'services', 'sources'], 120_000],
    ['?rotate=often', ['counters', 'attention', 'services', 'sources'], null],
  ])('%s says which panels there are, and how long each has its turn', (search, panels, everyMs) => {
    expect(parseWallView(search)).toEqual({ panels, everyMs });
  });
});

describeInBrowser('the wall in Chromium (needs /usr/bin/chromium and npm run build:pages)', () => {
  let gateway: RunningGateway;
  let browser: Browser;

  beforeEach(async () => {
    [browser, gateway] = await Promise.all([
      launchBrowser(),
      startGateway({ pagesFolder: PAGES_FOLDER, config: { polling: { discoverSeconds: 0.5, unwatchedSeconds: 0.5 } } }),
    ]);
  }, PATIENCE_MS);
  afterEach(async () => {
    await closeContexts(browser);
    await browser.close();
    await gateway.stop();
  });

  async function track(upstreamId: string): Promise<string> {
    const { data } = await gateway.query(
      'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }',
      { input: { service: 'SFS', account: 'demo', upstreamId } },
    );
    return (data as { trackTask: { task: { id: string } } }).trackTask.task.id;
  }
  function fail(createdAt: number, runMs = 1_000): Promise<string> {
    const [job] = gateway.simulator.control.createTasks({
      ...{ service: 'SFS', outcome: 'failed', waitMs: 0, runMs, createdAt },
      fields: { jobType: 'bind_ldap' },
    });
    return track(job!.id);
  }
  const openWall = async (search: string): Promise<Page> => {
    const { page } = await openPage(browser, gateway.url, { path: `/wall${search}`, width: 1920, height: 1080 });
    await page.clock.install();
    await page.reload();
    await page.locator('[data-testid=conn][data-state=live]').waitFor();
    return page;
  };
  const turn = (page: Page, panel: string): Promise<void> => page.locator(`.wall[data-turn=${panel}]`).waitFor();

  it(
    'fits a full HD screen without scrolling, its counts legible from afar, every source with its budget',
    async () => {
      await fail(Date.now() - 600_000);
      const page = await openWall('');
      await page.locator('.wall-attention li').waitFor();
      await page.getByTestId('last-change').waitFor();
      await page.locator('.wall-source').nth(4).waitFor();
      expect(await page.locator('.wall-source').count()).toBe(5);
      const { scrolled, size } = await page.evaluate(() => ({
        scrolled: document.documentElement.scrollHeight > window.innerHeight,
        size: parseFloat(getComputedStyle(document.querySelector('.wall-number')!).fontSize),
      }));
      expect(scrolled).toBe(false);
      expect(size).toBeGreaterThanOrEqual(96);
      const cut = await page
        .locator('.wall-panel')
        .evaluateAll((panels) => panels.filter((each) => each.scrollHeight > each.clientHeight + 1).length);
      expect(cut).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'shows as many sources as there is room for, the worst first, says of how many, and all of them in their turn',
    async () => {
      await gateway.stop();
      gateway = await startGateway({ pagesFolder: PAGES_FOLDER, accounts: ['demo', 'staging'] });
      const page = await openWall('');
      await page.locator('.wall-sources').getByText('6 of 10 shown').waitFor();
      const cut = () =>
        page.locator('.wall-sources').evaluate((panel) => {
          const { bottom } = panel.getBoundingClientRect();
          const tiles = [...panel.querySelectorAll('.wall-source')].map((tile) => tile.getBoundingClientRect().bottom);
          return { tiles: tiles.length, cut: tiles.filter((each) => each > bottom - 8).length };
        });
      expect(await cut()).toEqual({ tiles: 6, cut: 0 });
      await page.goto(`${gateway.url}/wall?view=sources&rotate=20`);
      await page.locator('.wall-source').nth(9).waitFor();
      expect(await cut()).toEqual({ tiles: 10, cut: 0 });
    },
    PATIENCE_MS,
  );

  it(
    'turns its panels by time and by arrows, and not while it is paused',
    async () => {
      await fail(Date.now() - 600_000);
      const page = await openWall('?view=attention,sources,counters&rotate=20');
      await page.locator('.wall-attention li').waitFor();
      await page.clock.fastForward(20_000);
      await turn(page, 'sources');
      await page.keyboard.press('ArrowLeft');
      await turn(page, 'attention');
      await page.keyboard.press('ArrowLeft');
      await turn(page, 'counters');
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Rotate' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.clock.fastForward(60_000);
      await turn(page, 'counters');
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.clock.fastForward(20_000);
      await turn(page, 'attention');
    },
    PATIENCE_MS,
  );

  it(
    'names what ceases to be readable, of which no event tells, and no longer when it is read again',
    async () => {
      const [job] = gateway.simulator.control.createTasks({ service: 'SFS', waitMs: 0, runMs: 900_000 });
      await track(job!.id);
      const page = await openWall('');
      const calm = page.locator('.wall-calm', { hasText: 'Nothing needs attention' });
      await calm.waitFor();
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('ReadWallTasks')) return route.fallback();
        const answer = (await (await route.fetch()).json()) as { data: Record<string, { nodes: unknown[] }> };
        const stale = { id: 'x', service: 'SFS', account: 'demo', kind: 'bind_ldap', status: 'RUNNING', done: false };
        const rest = { upstreamStatus: null, finishedAt: null, error: null, estimate: null, stale: true };
        const updatedAt = new Date().toISOString();
        answer.data['stale']!.nodes = [{ ...stale, ...rest, updatedAt, observedAt: updatedAt }];
        await route.fulfill({ json: answer });
      });
      await page.clock.fastForward(12_000);
      await page.locator('.wall-attention li', { hasText: 'Stale' }).waitFor();
      await page.unroute('**/graphql');
      await page.clock.fastForward(12_000);
      await calm.waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'names what failed last, however old the task is, and no failure after an hour',
    async () => {
      const jobs = gateway.simulator.control.createTasks({
        ...{ service: 'SFS', outcome: 'failed', count: 45, waitMs: 0, runMs: 1_000, createdAt: Date.now() - 600_000 },
        fields: { jobType: 'bind_ldap' },
      });
      for (const { id } of jobs) await track(id);
      const last = await fail(Date.now() - 86_400_000, 86_395_000);
      const { page } = await openPage(browser, gateway.url, { path: '/wall', width: 1920, height: 1080 });
      await page.locator(`.wall-attention li:first-child[data-task="${last}"]`).waitFor();
      const endsAt = new Date(Date.now() - 3_600_000 + 5_000).toISOString();
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('ReadWallTasks')) return route.fallback();
        const answer = (await (await route.fetch()).json()) as {
          data: { failed: { nodes: { finishedAt: string }[] } };
        };
        for (const node of answer.data.failed.nodes) node.finishedAt = endsAt;
        await route.fulfill({ json: answer });
      });
      await page.locator('.wall-calm', { hasText: 'Nothing needs attention' }).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'asks for its tasks at most every two seconds, whatever happens, and follows no stream of changes',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/login' });
      await page.addInitScript(() => {
        const { fetch } = window;
        const asked: number[] = [];
        const noting: typeof fetch = (input, options) => {
          const body = options?.body;
          if (typeof body === 'string' && body.includes('ReadWallTasks')) asked.push(performance.now());
          return fetch(input, options);
        };
        Object.assign(window, { asked, fetch: noting });
      });
      const askedAt = (): Promise<readonly number[]> =>
        page.evaluate(() => (window as unknown as { readonly asked: readonly number[] }).asked);
      const followed: string[] = [];
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => {
          const [, name] = /"query":"[^{]*?subscription (\w+)/.exec(String(payload)) ?? [];
          if (name !== undefined) followed.push(name);
        }),
      );
      await page.goto(`${gateway.url}/wall`);
      await page.locator('.wall-calm', { hasText: 'Nothing needs attention' }).waitFor();
      for (const round of [1, 2, 3]) {
        for (const second of [1, 2, 3]) await fail(Date.now() - (round * 3 + second) * 1_000);
        await until(async () => (await askedAt()).length > round);
      }
      const asked = await askedAt();
      const gaps = asked.slice(1).map((at, index) => at - asked[index]!);
      expect(Math.min(...gaps)).toBeGreaterThan(1_500);
      expect(new Set(followed).size).toBe(1);
    },
    PATIENCE_MS,
  );

  it(
    'does not turn away from what has just failed',
    async () => {
      await fail(Date.now() - 1_000);
      const { page } = await openPage(browser, gateway.url, { path: '/login', width: 1920, height: 1080 });
      await page.clock.install();
      // However long it takes to come here, it has failed just now.
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('ReadWallTasks')) return route.fallback();
        const answer = (await (await route.fetch()).json()) as {
          data: { failed: { nodes: { finishedAt: string }[] } };
        };
        for (const node of answer.data.failed.nodes) node.finishedAt = new Date().toISOString();
        await route.fulfill({ json: answer });
      });
      await page.goto(`${gateway.url}/wall?view=attention,sources&rotate=10`);
      await page.locator('.wall-attention li').waitFor();
      await page.clock.fastForward(15_000);
      await turn(page, 'attention');
      await page.keyboard.press('ArrowRight');
      await turn(page, 'sources');
    },
    PATIENCE_MS,
  );

  it(
    'says from when on it is blind, over everything, and is itself again when it hears something',
    async () => {
      const page = await openWall('');
      await page.locator('.wall-calm', { hasText: 'Nothing needs attention' }).waitFor();
      const blind = page.getByRole('alert').getByText(/^Not live since \d\d:\d\d:\d\d\. What you see may be old\.$/);
      await page.context().setOffline(true);
      await page.locator('[data-testid=conn][data-state=offline]').waitFor();
      await page.clock.fastForward(11_000);
      await blind.waitFor();
      expect(await page.locator('.wall[data-blind]').count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      await page.context().setOffline(false);
      await page.locator('[data-testid=conn][data-state=live]').waitFor();
      await blind.waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'fills the screen by a key, and hides a pointer that rests, also over a link',
    async () => {
      const page = await openWall('');
      await page.keyboard.press('f');
      await page.waitForFunction(() => document.fullscreenElement !== null);
      await page.keyboard.press('f');
      await page.waitForFunction(() => document.fullscreenElement === null);
      const link = page.getByRole('link', { name: 'Back to the board' });
      const cursor = (): Promise<string> => link.evaluate((element) => getComputedStyle(element).cursor);
      let x = 0;
      await until(async () => {
        await link.hover({ position: { x: (x = 5 - x), y: 5 } });
        return (await cursor()) === 'pointer';
      });
      await page.clock.fastForward(3_000);
      expect(await cursor()).toBe('none');
      await page.mouse.move(200, 200);
      expect(await cursor()).toBe('pointer');
    },
    PATIENCE_MS,
  );

  it(
    'takes up a new build once nobody is at it',
    async () => {
      const page = await openWall('');
      await page.evaluate(() => Object.assign(window, { old: true }));
      const isOld = (): Promise<boolean> => page.evaluate(() => 'old' in window);
      let built = false;
      await page.route('**/wall', async (route) => {
        const answer = await route.fetch();
        const html = await answer.text();
        const looks = route.request().resourceType() === 'fetch';
        await route.fulfill({
          response: answer,
          body: built && looks ? html.replaceAll('/index-', '/index-2-') : html,
        });
      });
      const look = async (): Promise<void> => {
        const asked = page.waitForResponse('**/wall');
        await page.clock.fastForward(600_000);
        await asked;
      };
      await look();
      expect(await isOld()).toBe(true);
      built = true;
      await page.clock.fastForward(570_000);
      await page.keyboard.press('x');
      await page.clock.fastForward(30_000);
      expect(await isOld()).toBe(true);
      await look();
      await page.waitForFunction(() => !('old' in window));
    },
    PATIENCE_MS,
  );
});
