import type { Browser } from 'playwright-core';
import { TaskStatus } from '../../src/task/task-status.js';
import { formatTaskId } from '../../src/task/task-id.js';
import type { Reading } from '../../src/task/reading.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { toySource } from '../support/toy-source.js';
import { browserMissing, launchBrowser, openPage, PAGES_FOLDER } from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;

/** Every toy is being painted, and stays so. */
function painted(): Reading {
  const facts = {
    status: TaskStatus.RUNNING,
    upstreamStatus: 'drying',
    kind: 'paint_toy',
    resource: { type: 'toy', id: 'toy-bear', name: 'Bear' },
    details: { colour: 'red' },
    raw: { varnish: 'matt' },
  };
  return { type: 'seen', from: 'query', facts, askedAt: Date.now(), answeredAt: Date.now() };
}

describeInBrowser('a service that the pages have never heard of (needs /usr/bin/chromium and the built pages)', () => {
  let gateway: RunningGateway;
  let browser: Browser;

  beforeAll(async () => {
    const toys = {
      ...toySource,
      create: () => ({
        read: (refs) => Promise.resolve(new Map(refs.map(({ identity }) => [formatTaskId(identity), painted()]))),
        callsFor: (open) => open,
      }),
    } satisfies typeof toySource;
    [browser, gateway] = await Promise.all([
      launchBrowser(),
      startGateway({ pagesFolder: PAGES_FOLDER, furtherSources: [toys] }),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  it('is tracked, found by the board’s filter, shown with the fields that all tasks have, and listed as a source', async () => {
    const { page, complaints } = await openPage(browser, gateway.url, { path: '/track' });
    await page.locator('[name=service]').selectOption('TOY');
    await page.locator('[name=upstreamId]').fill('bear-1');
    await page.keyboard.press('Enter');
    const header = page.locator('.task-header');
    await header.locator('.badge[data-status=RUNNING]').waitFor();
    await header.getByText('paint_toy').waitFor();
    await header.getByText('drying').waitFor();
    await page.getByText('Bear').first().waitFor();
    await page.locator('#raw > summary').click();
    await page.locator('#raw .json').getByText('varnish').waitFor();

    await page.getByRole('link', { name: 'Board', exact: true }).click();
    await page.getByLabel('Service').selectOption('TOY');
    await page.waitForURL(/service=TOY/);
    await page.locator('tr[data-task] .column-service').getByText('TOY').waitFor();

    await page.getByRole('link', { name: 'Sources' }).click();
    await page.locator('.source[data-source="TOY demo"]').waitFor();
    await page.getByRole('link', { name: 'Start a task' }).click();
    await page.getByText('Tasks of TOY are started by GraphQL').waitFor();
    expect(complaints).toEqual([]);
  });

  it('GraphiQL is not linked to where it is not served', async () => {
    const { page } = await openPage(browser, gateway.url, { path: '/sources' });
    await page.getByRole('link', { name: 'Wallboard' }).waitFor();
    expect(await page.getByRole('link', { name: 'GraphiQL' }).count()).toBe(0);
    expect((await fetch(`${gateway.url}/graphiql`)).status).toBe(404);
  });
});
