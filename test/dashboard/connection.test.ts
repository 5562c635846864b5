import { isDeepStrictEqual } from 'node:util';
import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { parseConfig } from '../../src/config.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import { sources } from '../../src/sources/registry.js';
import { startCuttableProxy } from '../support/cuttable-proxy.js';
import { startKillableGateway } from '../support/killable-gateway.js';
import { startGateway } from '../support/start-gateway.js';
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
const POLLING = { youngSeconds: 0.2, watchedSeconds: 0.2, unwatchedSeconds: 0.2, discoverSeconds: 0.2 };
const LONG_MS = 3_600_000;

/** It runs until it is hurried, and then succeeds. */
async function start(url: string, { control }: Simulator, shareId: string, authorization = ''): Promise<void> {
  const input = { account: 'demo', shareId, url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' };
  const query = 'mutation ($input: BindLdapInput!) { bindLdap(input: $input) { task { id } } }';
  const headers = { 'content-type': 'application/json', ...(authorization !== '' && { authorization }) };
  await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables: { input } }) });
  for (const { id, endsAt } of control.tasks({ service: 'SFS' })) {
    if (endsAt > Date.now()) control.change('SFS', id, { runMs: LONG_MS, outcome: 'success' });
  }
}

async function statusesBy(url: string): Promise<Record<string, string>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ tasks(first: 50) { nodes { id status } } }' }),
  });
  const { data } = (await response.json()) as { data: { tasks: { nodes: { id: string; status: string }[] } } };
  return Object.fromEntries(data.tasks.nodes.map(({ id, status }) => [id, status]));
}

/** What the rows of the board say. */
function statusesOn(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('tr[data-task]')].map(({ dataset }) => [
        dataset['task'] ?? '',
        dataset['status'] ?? '',
      ]),
    ),
  );
}

/** Marks the page, which a reload would undo, and writes down each state and text that the indicator shows from here on. */
function watchIndicator(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen: string[] = [];
    const texts: string[] = [];
    Object.assign(window, { indicated: seen, texts });
    const indicator = document.querySelector<HTMLElement>('[data-testid=conn]');
    new MutationObserver(() => seen.push(indicator?.dataset['state'] ?? '')).observe(indicator!, { attributes: true });
    new MutationObserver(() => texts.push(indicator?.textContent ?? '')).observe(indicator!, {
      ...{ characterData: true, childList: true, subtree: true },
    });
  });
}
function indicated(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { readonly indicated: readonly string[] }).indicated);
}
function textsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { readonly texts: readonly string[] }).texts);
}
const indicator = (page: Page, state: string) => page.locator(`[data-testid=conn][data-state=${state}]`);

describeInBrowser('the board without its gateway, in Chromium (needs /usr/bin/chromium and npm run build)', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  }, PATIENCE_MS);
  afterEach(() => closeContexts(browser));
  afterAll(() => browser.close());

  it(
    'says since when its network is cut, in Chinese, and then shows what has become of the tasks',
    async () => {
      const gateway = await startGateway({ pagesFolder: PAGES_FOLDER, config: { polling: POLLING } });
      const proxy = await startCuttableProxy(gateway.url);
      try {
        for (const share of ['s-1', 's-2', 's-3']) await start(gateway.url, gateway.simulator, share);
        const { page } = await openPage(browser, proxy.url, { language: 'zh' });
        await indicator(page, 'live').getByText('实时').waitFor();
        await until(async () => Object.keys(await statusesOn(page)).length === 3);
        await watchIndicator(page);

        proxy.cut();
        await indicator(page, 'reconnecting').getByText('重新连接中').waitFor();
        await indicator(page, 'reconnecting')
          .getByText(/^自 .*\d\d:\d\d:\d\d 起$/)
          .waitFor();
        expect(await violations(page)).toEqual([]);
        gateway.simulator.control.hurryAll();
        await until(async () => Object.values(await statusesBy(gateway.url)).every((status) => status === 'SUCCEEDED'));
        expect(Object.values(await statusesOn(page))).not.toContain('SUCCEEDED');

        // It may come back by itself before the press, whose button is gone then.
        await page.getByRole('button', { name: '立即重试' }).focus();
        proxy.mend();
        await page.keyboard.press('Enter');
        await indicator(page, 'live').waitFor();
        await page.waitForFunction(() => document.activeElement !== document.body);
        await until(async () => Object.values(await statusesOn(page)).every((status) => status === 'SUCCEEDED'));
        expect(await statusesOn(page)).toEqual(await statusesBy(gateway.url));
        expect((await indicated(page)).slice(-2)).toEqual(['catchingUp', 'live']);
        // Three tasks have ended meanwhile.
        expect(await textsOf(page)).toContainEqual(expect.stringMatching(/^正在补齐[3-9]$/));
      } finally {
        await proxy.close();
        await gateway.stop();
      }
    },
    PATIENCE_MS,
  );

  it(
    'lets ages go on while its network is cut, and stands still with what it would have to guess',
    async () => {
      const gateway = await startGateway({ pagesFolder: PAGES_FOLDER, config: { polling: POLLING } });
      const proxy = await startCuttableProxy(gateway.url);
      try {
        await start(gateway.url, gateway.simulator, 's-1');
        const [id] = Object.keys(await statusesBy(gateway.url));
        const { page } = await openPage(browser, proxy.url, { path: '/login' });
        await page.clock.install();
        await page.goto(`${proxy.url}/tasks/${encodeURIComponent(id!)}`);
        await page.getByText(/Seen \d s ago/).waitFor();
        await indicator(page, 'live').waitFor();

        proxy.cut();
        await page.locator('.freshness', { hasText: 'clocks stopped' }).waitFor();
        const unheard = page.locator('.time-no-news rect');
        const shown = async (): Promise<readonly [clock: string | null, now: number, unheard: number]> => [
          await page.locator('.eta-line strong').textContent(),
          parseFloat((await page.locator('.time-now').first().getAttribute('x1')) ?? ''),
          parseFloat((await unheard.getAttribute('width')) ?? ''),
        ];
        const before = await shown();
        await page.clock.fastForward(60_000);
        await page.getByText(/Seen 1 min( \d+ s)? ago/).waitFor();
        const after = await shown();
        expect(after[0]).toBe(before[0]);
        expect(after[1]).toBeLessThan(before[1]);
        expect(after[2]).toBeGreaterThan(before[2]);
        const bar = page.locator('.blind-bar', { hasText: 'Not live since' });
        await bar.waitFor();
        expect(await bar.getByRole('status').count()).toBe(1);
        expect(await page.getByRole('alert').filter({ hasText: 'Not live' }).count()).toBe(0);
        expect(await violations(page)).toEqual([]);

        proxy.mend();
        await page.clock.fastForward(30_000);
        await bar.waitFor({ state: 'detached' });
      } finally {
        await proxy.close();
        await gateway.stop();
      }
    },
    PATIENCE_MS,
  );

  it(
    'goes on where it was when the gateway is killed and comes back, without a reload',
    async () => {
      const gateway = await startKillableGateway('dist/main.js');
      try {
        const { control } = gateway.simulator;
        for (const share of ['s-1', 's-2', 's-3']) await start(gateway.url, gateway.simulator, share);
        const { page } = await openPage(browser, gateway.url);
        await indicator(page, 'live').waitFor();
        await until(async () => Object.keys(await statusesOn(page)).length === 3);
        await watchIndicator(page);
        const footerFits = (): Promise<boolean> =>
          page
            .locator('.list-footer')
            .evaluate((footer) => footer.getBoundingClientRect().bottom <= window.innerHeight);

        await gateway.kill();
        await indicator(page, 'reconnecting').waitFor();
        await page.locator('.blind-bar').waitFor();
        expect(await footerFits()).toBe(true);
        // All end while there is no gateway.
        control.hurryAll();
        await gateway.serve();
        await start(gateway.url, gateway.simulator, 's-4');
        const ended = (statuses: Record<string, string>): boolean =>
          Object.keys(statuses).length === 4 &&
          Object.values(statuses).filter((status) => status === 'SUCCEEDED').length === 3;
        await until(async () => ended(await statusesBy(gateway.url)));
        await until(async () => ended(await statusesOn(page)));
        await indicator(page, 'live').waitFor();
        await until(async () => isDeepStrictEqual(await statusesOn(page), await statusesBy(gateway.url)));
        expect(await indicated(page)).toContain('catchingUp');
      } finally {
        await gateway.stop();
      }
    },
    PATIENCE_MS,
  );

  it(
    'says why it was read again where its stream could not go on, and how old its rows are where that is refused',
    async () => {
      const gateway = await startGateway({ pagesFolder: PAGES_FOLDER, config: { polling: POLLING } });
      try {
        await start(gateway.url, gateway.simulator, 's-1');
        const { page } = await openPage(browser, gateway.url, { path: '/login' });
        let tell: (type: string, payload: unknown) => void = () => undefined;
        await page.routeWebSocket('**/graphql', (socket) => {
          const server = socket.connectToServer();
          socket.onMessage((message) => {
            const { id, payload } = JSON.parse(String(message)) as { id?: string; payload?: { query?: string } };
            if (payload?.query?.includes('tasksUpdated')) {
              tell = (type, said) => socket.send(JSON.stringify({ id, type, payload: said }));
            }
            server.send(message);
          });
        });
        await page.goto(gateway.url);
        const row = page.locator('tr[data-task]');
        await row.waitFor();
        await indicator(page, 'live').waitFor();

        const reset = { type: 'RESET', resetReason: 'TRIMMED', cursor: 'c', task: null, previousStatus: null };
        tell('next', { data: { event: { ...reset, at: new Date().toISOString() } } });
        const said = page.locator('[data-testid=conn][data-reset=TRIMMED]');
        await said.getByText('Read again: away too long').waitFor();
        expect(await violations(page)).toEqual([]);
        await said.waitFor({ state: 'detached' });
        await indicator(page, 'live').getByText('Live').waitFor();

        tell('error', [{ message: 'Not for you', extensions: { code: 'FORBIDDEN', correlationId: 'c-7' } }]);
        await page.getByText('c-7').waitFor();
        await page.getByText(/^What stands below was read .* ago\.$/).waitFor();
        expect(await row.count()).toBe(1);
        expect(await page.locator('.list[data-dimmed]').count()).toBe(1);
        await page.getByRole('button', { name: 'Try again' }).press('Enter');
        await page.locator('.list:not([data-dimmed])').waitFor();
        expect(await page.getByText('What stands below').count()).toBe(0);
      } finally {
        await gateway.stop();
      }
    },
    PATIENCE_MS,
  );

  it(
    'asks for another key when its own is revoked, and goes on with that',
    async () => {
      const clients = (...keys: readonly string[]): unknown => ({
        apiKeys: keys.map((key) => ({
          name: 'one person',
          role: 'operator',
          keySha256: createHash('sha256').update(key).digest('hex'),
          accounts: ['demo'],
        })),
      });
      const config = { polling: POLLING, clients: clients('old-key') };
      const gateway = await startGateway({ pagesFolder: PAGES_FOLDER, config });
      try {
        const { page } = await openPage(browser, gateway.url);
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('API key').fill('old-key');
        await page.keyboard.press('Enter');
        await indicator(page, 'live').waitFor();
        await watchIndicator(page);

        await gateway.app.reload({ ...gateway.config, clients: clientsOf(clients('new-key')) });
        await indicator(page, 'unauthorised').getByText('Signed out').waitFor();
        await dialog.getByLabel('API key').fill('new-key');
        await page.keyboard.press('Enter');
        await indicator(page, 'live').waitFor();
        await start(gateway.url, gateway.simulator, 's-1', 'Bearer new-key');
        await until(async () => Object.keys(await statusesOn(page)).length === 1);
        expect((await indicated(page)).slice(-2)).toEqual(['catchingUp', 'live']);
      } finally {
        await gateway.stop();
      }

      function clientsOf(value: unknown): ReturnType<typeof parseConfig>['clients'] {
        const account = { name: 'demo', region: 'cn-north-4', projectId: '0'.repeat(32), auth: { token: 't' } };
        const text = JSON.stringify({ accounts: [account], clients: value });
        const services = sources.map(({ service }) => service);
        return parseConfig(text, 'taskgate.yaml', services, {}).clients;
      }
    },
    PATIENCE_MS,
  );
});
