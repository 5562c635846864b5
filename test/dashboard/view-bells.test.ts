import type { Browser, BrowserContext, Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.js';
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
const RAPID = { youngSeconds: 0.3, watchedSeconds: 0.3, unwatchedSeconds: 0.3, discoverSeconds: 0.3 };
const LONG_MS = 900_000;

describeInBrowser('the bell of a view in Chromium (needs /usr/bin/chromium and npm run build:pages)', () => {
  let browser: Browser;
  let gateway: RunningGateway;

  beforeAll(async () => {
    browser = await launchBrowser();
  }, PATIENCE_MS);
  afterEach(async () => {
    await closeContexts(browser);
    await gateway.stop();
  });
  afterAll(() => browser.close());

  /** It runs until it is told to end. */
  async function start(): Promise<(outcome: 'failed' | 'success') => void> {
    const [job] = gateway.simulator.control.createTasks({
      ...{ service: 'SFS', waitMs: 0, runMs: LONG_MS, fields: { jobType: 'bind_ldap' } },
    });
    await gateway.query('mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }', {
      input: { service: 'SFS', account: 'demo', upstreamId: job!.id },
    });
    return (outcome) => void gateway.simulator.control.change('SFS', job!.id, { outcome, runMs: 1 });
  }

  /** Of the gateway, once that many tasks have failed. */
  async function failures(count: number): Promise<void> {
    await until(async () => {
      const { data } = await gateway.query('{ taskStats { byStatus { status count } } }');
      const { byStatus } = (data as { taskStats: { byStatus: { status: string; count: number }[] } }).taskStats;
      return byStatus.some((each) => each.status === 'FAILED' && each.count >= count);
    });
  }

  /** Writes down what would pop up, and each time that the browser is asked whether it may. */
  async function watchNotifications(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      const shown: string[] = [];
      class Recorded {
        static permission = 'default';
        static requestPermission(): Promise<string> {
          shown.push('asked');
          Recorded.permission = 'granted';
          return Promise.resolve('granted');
        }
        constructor(title: string) {
          shown.push(title);
        }
        close(): void {
          shown.push('closed');
        }
      }
      if (localStorage.getItem('asked') === '1') Recorded.permission = 'granted';
      Object.assign(window, { Notification: Recorded, shown });
    });
  }
  const shownOn = (page: Page): Promise<readonly string[]> =>
    page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  const isLive = (page: Page): Promise<void> => page.locator('[data-testid=conn][data-state=live]').waitFor();
  const bell = (page: Page) => page.getByRole('button', { name: /^Notifications/ });

  it(
    'tells of a failure once in all tabs, and goes on when the tab that told is closed',
    async () => {
      gateway = await startGateway({ pagesFolder: PAGES_FOLDER, config: { polling: RAPID } });
      const several = await Promise.all([start(), start(), start(), start(), start()]);
      const last = await start();
      const { page, complaints } = await openPage(browser, gateway.url);
      const context = page.context();
      await watchNotifications(context);
      await page.reload();
      await isLive(page);
      expect(await shownOn(page)).toEqual([]);
      await bell(page).click();
      await page.getByLabel('Failures in this view').check();
      expect(await shownOn(page)).toEqual(['asked']);
      expect(await violations(page)).toEqual([]);
      await page.evaluate(() => localStorage.setItem('asked', '1'));
      const other = await context.newPage();
      await other.goto(`${gateway.url}/sources`);
      await isLive(other);

      for (const end of several) end('failed');
      await page.getByRole('button', { name: 'Notifications, 5 new' }).waitFor();
      await other.getByRole('button', { name: 'Notifications, 5 new' }).waitFor();
      expect(await shownOn(page)).toEqual(['asked', ...several.map(() => 'Failed: Bind LDAP')]);
      expect(await shownOn(other)).toEqual([]);

      await page.close();
      last('failed');
      await other.getByRole('button', { name: 'Notifications, 6 new' }).waitFor();
      expect(await shownOn(other)).toEqual(['Failed: Bind LDAP']);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'goes on where it was left when a page is opened again, and sums up what ended too long ago',
    async () => {
      const late = { ...systemClock, now: () => Date.now() - 11 * 60_000 };
      gateway = await startGateway({ pagesFolder: PAGES_FOLDER, config: { polling: RAPID }, clock: late });
      const [first, second] = [await start(), await start()];
      const { page } = await openPage(browser, gateway.url);
      await watchNotifications(page.context());
      await page.reload();
      await isLive(page);
      await bell(page).click();
      await page.getByLabel('Failures in this view').check();
      await until(() => page.evaluate(() => localStorage.getItem('taskgate.bell-cursors') !== null));
      await page.goto('about:blank');
      first('failed');
      second('success');
      await failures(1);
      await page.goto(`${gateway.url}/sources`);
      await isLive(page);
      await until(() =>
        page.evaluate(() => /"finished":2,"failed":1/.test(localStorage.getItem('taskgate.bells') ?? '')),
      );
      await bell(page).click();
      await page.getByText('While you were away: 2 finished, 1 failed').waitFor();
      expect(await shownOn(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByTestId('away').waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );
});
