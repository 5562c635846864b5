import type { Browser, Route } from 'playwright-core';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
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

describeInBrowser('pages beside the board in Chromium (needs /usr/bin/chromium and npm run build:pages)', () => {
  let gateway: RunningGateway;
  let browser: Browser;

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([launchBrowser(), startGateway({ pagesFolder: PAGES_FOLDER })]);
  }, PATIENCE_MS);
  afterEach(() => closeContexts(browser));
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  it(
    'the sources say their state in words, worst first, and are read again',
    async () => {
      const { page, complaints } = await openPage(browser, gateway.url, { path: '/sources' });
      await page.locator('.source[data-source="SFS demo"]').waitFor();
      expect(await page.locator('.source').count()).toBe(5);
      // Before one of them is in trouble: it is looked for every 30 s by itself.
      expect(await page.getByTestId('sources-dot').count()).toBe(0);
      const broken = { service: 'ZZZ', account: 'demo', region: 'r', state: 'UNAUTHORIZED', watched: 3 };
      const rest = { requestsPerMinute: 9, requestBudgetPerMinute: 10, lastSuccessAt: null, nextPollAt: null };
      const addBroken = async (route: Route): Promise<void> => {
        const answer = (await (await route.fetch()).json()) as { data: { sources?: unknown[] } };
        answer.data.sources?.push({ ...broken, ...rest, lastError: null });
        await route.fulfill({ json: answer });
      };
      await page.route('**/graphql', addBroken);
      const first = page.locator('.source:first-child[data-source="ZZZ demo"]');
      await first.getByText('Mend the credentials of account demo').waitFor();
      await first.getByText('near budget').waitFor();
      await page.unroute('**/graphql');
      await page.route('**/graphql', (route) =>
        route.fulfill({ json: { errors: [{ message: 'The store is away', extensions: { code: 'INTERNAL' } }] } }),
      );
      await page.getByText(/^What stands below was read .* ago\.$/).waitFor();
      expect(await page.locator('.sources[data-dimmed] .source').count()).toBe(6);
      await page.unroute('**/graphql');
      await page.getByText('What stands below').waitFor({ state: 'detached' });
      await page.route('**/graphql', addBroken);
      await page.getByRole('link', { name: 'Track' }).click();
      await page.reload();
      await page.getByRole('link', { name: 'Sources 1 source in trouble' }).waitFor();
      await page.locator('.start-form').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'a task is tracked by its id, and a refusal is said at its field',
    async () => {
      const [job] = gateway.simulator.control.createTasks({ service: 'SFS', runMs: 600_000 });
      const { page, complaints } = await openPage(browser, gateway.url, { path: '/track' });
      await page.locator('[name=service]').selectOption('APIG');
      await page.locator('[name=instanceId]').waitFor();
      await page.locator('[name=service]').selectOption('SFS');
      expect(await page.locator('[name=instanceId]').count()).toBe(0);
      await page.locator('[name=upstreamId]').fill('no-such-job');
      await page.keyboard.press('Enter');
      await page.locator('#upstreamId-error').waitFor();
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('upstreamId');
      await page.locator('[name=upstreamId]').fill(`  ${job!.id} `);
      await page.keyboard.press('Enter');
      await page.locator('.task-header').waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'a definition is read while it is pasted, beside the page, and a slip in it is said before it is sent',
    async () => {
      const { page, complaints } = await openPage(browser, gateway.url, { path: '/start/importApis' });
      const definition = page.locator('[name=definition]');
      await definition.fill('openapi: 3.0.0\npaths:\n  /a: {get: {}}\n  /b: {get: {}}\n');
      const check = page.locator('.definition-check');
      await check.getByText('OpenAPI 3.0.0, 2 paths').waitFor();
      await definition.fill('openapi: 3.0.0\npaths: [\n');
      await check.getByText(/^Cannot be read as JSON or YAML: .* at line 3/).waitFor();
      expect(await violations(page)).toEqual([]);
      await definition.fill('name: value');
      await check.getByText('Neither Swagger nor OpenAPI').waitFor();
      await page.locator('input[type=file]').setInputFiles({
        name: 'orders.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify({ swagger: '2.0', paths: { '/orders': { get: {} } } })),
      });
      await check.getByText('Swagger 2.0, 1 path').waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'a start that was refused for its rate is sent again by a press, not before the gateway said, and never by itself',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/start/disassociateKeypair' });
      await page.clock.install();
      await page.reload();
      await page.locator('[name=serverId]').fill('d76baba7-ef09-40a2-87ff-3eafec0696e7');
      await page.clock.fastForward(120_000);
      const sent: string[] = [];
      await page.route('**/graphql', async (route) => {
        const body = route.request().postData();
        if (!body?.includes('disassociateKeypair')) return route.fallback();
        sent.push(
          (JSON.parse(body) as { variables: { input: { clientRequestId: string } } }).variables.input.clientRequestId,
        );
        if (sent.length > 2) return route.fallback();
        const extensions = { code: 'RATE_LIMITED', retryable: true };
        const headers = { 'retry-after': '30' };
        await route.fulfill({ status: 429, headers, json: { errors: [{ message: 'Too many', extensions }] } });
      });
      await page.evaluate(() => {
        const waits = new Set<string>();
        Object.assign(window, { waits });
        new MutationObserver(() => {
          const [said] = /Possible again in \d+ s/.exec(document.body.innerText) ?? [];
          if (said !== undefined) waits.add(said);
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      /** The first since it was last asked; a wait that is over has said its last. */
      const firstWait = (): Promise<string | undefined> =>
        page.evaluate(() => {
          const { waits } = window as unknown as { readonly waits: Set<string> };
          const [first] = waits;
          waits.clear();
          return first;
        });
      const start = page.getByRole('button', { name: 'Start', exact: true });
      await start.press('Enter');
      const again = page.getByRole('button', { name: 'Try again' });
      for (const tries of [1, 2]) {
        await page.getByText('Possible again in').waitFor();
        expect(await firstWait()).toMatch(/^Possible again in (30|29) s$/);
        await again.press('Enter');
        await page.clock.fastForward(31_000);
        await page.getByText('Possible again').waitFor({ state: 'detached' });
        // Its Date tells the page that its clock is minutes ahead, which makes the wait no longer.
        const answered = page.waitForResponse('**/graphql');
        await page.clock.fastForward(120_000);
        await (await answered).finished();
        await page.clock.fastForward(1_000);
        expect(sent).toHaveLength(tries);
        await firstWait();
        await again.press('Enter');
      }
      await page.getByTestId('started').waitFor();
      expect(sent).toHaveLength(3);
      expect(new Set(sent).size).toBe(1);
      expect(await start.evaluate((element) => element === document.activeElement)).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'a start that may be tried again goes out no sooner than what is required stands in the form',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/start/disassociateKeypair' });
      const server = page.locator('[name=serverId]');
      await server.fill('d76baba7-ef09-40a2-87ff-3eafec0696e7');
      let sent = 0;
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('disassociateKeypair')) return route.fallback();
        sent += 1;
        const extensions = { code: 'OVERLOADED', retryable: true };
        const headers = { 'retry-after': '0' };
        await route.fulfill({ status: 503, headers, json: { errors: [{ message: 'Busy', extensions }] } });
      });
      await page.getByRole('button', { name: 'Start', exact: true }).press('Enter');
      const again = page.getByRole('button', { name: 'Try again', disabled: false });
      await again.waitFor();
      await server.fill('');
      await again.press('Enter');
      await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'serverId');
      expect(sent).toBe(1);
    },
    PATIENCE_MS,
  );
});
