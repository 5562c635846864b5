import type { Browser, Page } from 'playwright-core';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { browserMissing, launchBrowser, openPage, PAGES_FOLDER, PATIENCE_MS } from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;

describeInBrowser('GraphiQL in Chromium (needs /usr/bin/chromium and npm run build:pages)', () => {
  let gateway: RunningGateway;
  let browser: Browser;

  beforeAll(async () => {
    gateway = await startGateway({
      pagesFolder: PAGES_FOLDER,
      config: {
        server: { port: 0, introspection: true, graphiql: true },
        polling: { youngSeconds: 0.2, watchedSeconds: 0.2, unwatchedSeconds: 0.2 },
      },
    });
    browser = await launchBrowser();
  }, PATIENCE_MS);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  async function run(page: Page, example: string): Promise<void> {
    await page.getByText(example, { exact: true }).first().click();
    await page.locator('.graphiql-query-editor .view-lines').getByText(example, { exact: true }).waitFor();
    // It takes a document up a moment after it shows it, and stores it then; what is run before is that of the tab before.
    await page.waitForFunction((name) => localStorage.getItem('graphiql:query')?.includes(` ${name}(`), example);
    // By then the subscription of the tab before is to end: until it has, the button would stop it.
    await page.locator('.graphiql-execute-button[aria-label*="Execute"]').click();
  }

  it(
    'runs the examples, a mutation with its variables and a subscription among them, from local files',
    async () => {
      const { page, complaints } = await openPage(browser, gateway.url, { path: '/sources' });
      await page.getByRole('link', { name: 'GraphiQL' }).click();
      // A tab that is clicked before the editor is there changes nothing, and nothing is stored.
      await page.locator('.graphiql-query-editor .view-lines').getByText('ListTasks', { exact: true }).waitFor();
      const answer = page.locator('.result-window .view-lines');
      await run(page, 'ListTasks');
      await answer.getByText('totalCount').waitFor();
      await run(page, 'FollowTasks');
      await page.locator('.graphiql-execute-button[aria-label*="Stop"]').waitFor();
      await gateway.query('mutation ($input: BindLdapInput!) { bindLdap(input: $input) { task { id } } }', {
        input: { account: 'demo', shareId: 's-1', url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' },
      });
      await answer.getByText('tasksUpdated').waitFor();
      await run(page, 'BindLdap');
      await answer.getByText('bindLdap').first().waitFor();
      await answer.getByText('PENDING').waitFor();
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );
});
