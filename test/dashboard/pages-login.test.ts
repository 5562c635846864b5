import { createHash } from 'node:crypto';
import type { Browser, Locator, Page } from 'playwright-core';
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
const KEYS = { operator: 'key-of-the-operator', reader: 'key-of-the-reader' } as const;
const apiKeys = Object.entries(KEYS).map(([role, key]) => ({
  name: role,
  role,
  keySha256: createHash('sha256').update(key).digest('hex'),
  accounts: ['demo'],
}));

describeInBrowser('login in Chromium (needs /usr/bin/chromium and npm run build:pages)', () => {
  let gateway: RunningGateway;
  let browser: Browser;

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([
      launchBrowser(),
      startGateway({ pagesFolder: PAGES_FOLDER, config: { clients: { apiKeys } } }),
    ]);
  }, PATIENCE_MS);
  afterEach(() => closeContexts(browser));
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  /** The dialog is asked for by the first refusal; the form says so when its second try is refused as well. */
  function refusedIn(page: Page): Promise<void> {
    return page.locator('.start-form .notice').getByText('This gateway asks for a key.').waitFor();
  }

  it(
    'asks over the page, refuses a wrong key at its field, keeps address and filter, and goes on',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/?status=FAILED' });
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('API key').fill('no such key');
      await page.keyboard.press('Enter');
      await dialog.getByText('does not take this key').waitFor();
      expect(await violations(page)).toEqual([]);
      await dialog.getByLabel('API key').fill(KEYS.operator);
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      await page.getByTestId('conn').getByText('Live', { exact: true }).waitFor();
      expect(new URL(page.url()).search).toContain('status=FAILED');
      expect(await page.evaluate(() => localStorage.getItem('taskgate.key'))).toBeNull();
      await page.reload();
      await page.getByTestId('conn').getByText('Live', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL('**/login');
      await page.getByLabel('API key').waitFor();
      expect(await page.evaluate(() => [sessionStorage.getItem('taskgate.key')])).toEqual([null]);
    },
    PATIENCE_MS,
  );

  it(
    'offers what was last started, keeps nothing of a secret, and forgets it all with the sign-out',
    async () => {
      const { page, complaints } = await openPage(browser, gateway.url, { path: '/login' });
      await page.getByLabel('API key').fill(KEYS.operator);
      await page.locator('#content').getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${gateway.url}/`);
      await page.goto(`${gateway.url}/start/disassociateKeypair`);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const server = page.locator('[name=serverId]');
      await server.fill('d76baba7-ef09-40a2-87ff-3eafec0696e7');
      await page.locator('[name="auth.type"]').selectOption('PASSWORD');
      await page.locator('[name="auth.key"]').fill('hunter2');
      await page.getByRole('button', { name: 'Copy GraphQL' }).click();
      const copied = await until(() =>
        page.evaluate(() => navigator.clipboard.readText()).then((text) => text || false),
      );
      expect(copied).toContain('auth: { type: PASSWORD, key: $key }');
      expect(copied).not.toContain('hunter2');
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page.getByTestId('started').waitFor();
      expect(await server.inputValue()).toBe('');
      await page.getByText('Recent inputs (1)').click();
      await page.locator('.recent li button').click();
      expect(await server.inputValue()).toBe('d76baba7-ef09-40a2-87ff-3eafec0696e7');
      expect(await page.locator('[name="auth.key"]').inputValue()).toBe('');
      expect(await violations(page)).toEqual([]);
      const stored = (): Promise<string> => page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
      expect(await stored()).toContain('d76baba7');
      expect(await stored()).not.toContain('hunter2');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL('**/login');
      expect(await stored()).not.toContain('d76baba7');
      expect(complaints.filter((complaint) => !complaint.includes('401'))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'a key that is taken away while a form is filled in is asked for over it, and the form goes on',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/login' });
      await page.getByLabel('API key').fill(KEYS.operator);
      await page.locator('#content').getByRole('button', { name: 'Sign in' }).press('Enter');
      await page.waitForURL(`${gateway.url}/`);
      await page.goto(`${gateway.url}/start/disassociateKeypair`);
      const server = page.locator('[name=serverId]');
      await server.fill('1f6b9a5c-0d3e-4a3c-9a51-5d1c7f0e2b44');
      const extensions = { code: 'UNAUTHENTICATED', retryable: false };
      const refusal = { status: 401, json: { errors: [{ message: 'The key is not known', extensions }] } };
      await page.route('**/graphql', (route) => route.fulfill(refusal));
      await page.getByRole('button', { name: 'Start', exact: true }).press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Signed out. Sign in to go on.').waitFor();
      await refusedIn(page);
      expect(await server.inputValue()).toBe('1f6b9a5c-0d3e-4a3c-9a51-5d1c7f0e2b44');
      await page.unroute('**/graphql');
      await dialog.getByLabel('API key').fill(KEYS.operator);
      await dialog.getByRole('button', { name: 'Sign in' }).press('Enter');
      await page.getByTestId('started').waitFor();
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Start');
    },
    PATIENCE_MS,
  );

  it(
    'the page is loaded anew for another person who signs in over it: nothing of the former one is sent, shown or kept',
    async () => {
      const { page } = await openPage(browser, gateway.url, { path: '/login' });
      const signIn = async (form: Locator, key: string): Promise<void> => {
        await form.getByLabel('API key').fill(key);
        await form.getByRole('button', { name: 'Sign in' }).press('Enter');
      };
      await signIn(page.locator('#content'), KEYS.operator);
      await page.waitForURL(`${gateway.url}/`);
      await page.goto(`${gateway.url}/start/disassociateKeypair`);
      const server = page.locator('[name=serverId]');
      const start = page.getByRole('button', { name: 'Start', exact: true });
      await server.fill('4a0e53ad-6ce2-4a55-9a5a-5b7f1f0c1a10');
      await start.press('Enter');
      await page.getByTestId('started').waitFor();
      await server.fill('8c1d2e3f-6ce2-4a55-9a5a-5b7f1f0c1a11');
      await page.evaluate(() => {
        Object.assign(window, { former: true });
        localStorage.setItem('taskgate.view', '?q=mine');
      });
      const extensions = { code: 'UNAUTHENTICATED', retryable: false };
      const refusal = { status: 401, json: { errors: [{ message: 'The key is not known', extensions }] } };
      await page.route('**/graphql', (route) => route.fulfill(refusal));
      await start.press('Enter');
      await refusedIn(page);
      await page.unroute('**/graphql');
      const sent: string[] = [];
      page.on('request', (request) => {
        if (request.postData()?.includes('disassociateKeypair')) sent.push(request.url());
      });
      await signIn(page.getByRole('dialog'), KEYS.reader);
      await page.waitForFunction(() => !('former' in window));
      await page.getByText('Your role may read but not start tasks.').waitFor();
      const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
      expect(stored).not.toMatch(/4a0e53ad|mine/);
      expect(sent).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'shows a reader no way to change anything',
    async () => {
      const [job] = gateway.simulator.control.createTasks({ service: 'SFS', runMs: 600_000 });
      const operator = { authorization: `Bearer ${KEYS.operator}` };
      const { data } = await gateway.query(
        'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }',
        { input: { service: 'SFS', account: 'demo', upstreamId: job!.id } },
        operator,
      );
      const { id } = (data as { trackTask: { task: { id: string } } }).trackTask.task;
      const { page } = await openPage(browser, gateway.url, { path: '/login' });
      await page.getByLabel('API key').fill(KEYS.reader);
      await page.locator('#content').getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${gateway.url}/`);
      await page.goto(`${gateway.url}/tasks/${encodeURIComponent(id)}`);
      await page.locator('.task-header').waitFor();
      await page.getByRole('button', { name: 'Copy id', exact: true }).waitFor();
      expect(await page.getByRole('button', { name: 'Untrack' }).count()).toBe(0);
      await page.goto(`${gateway.url}/start`);
      await page.getByText('Your role may read but not start tasks.').waitFor();
      expect(await page.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true);
    },
    PATIENCE_MS,
  );
});
