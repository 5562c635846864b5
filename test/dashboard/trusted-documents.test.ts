import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { browserMissing, launchBrowser, openPage, PAGES_FOLDER, PATIENCE_MS } from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;

describeInBrowser(
  'the dashboard where only trusted documents run (needs /usr/bin/chromium and the built pages)',
  () => {
    let gateway: RunningGateway;
    let browser: Browser;

    beforeAll(async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'documents-')), 'persisted.json');
      writeFileSync(file, '{}');
      [browser, gateway] = await Promise.all([
        launchBrowser(),
        startGateway({ pagesFolder: PAGES_FOLDER, config: { trustedDocuments: { file, mode: 'enforce' } } }),
      ]);
    }, PATIENCE_MS);
    afterAll(async () => {
      await browser.close();
      await gateway.stop();
    });

    it(
      'starts a task and shows it on the board, on its page and on its way to its end',
      async () => {
        const { page, complaints } = await openPage(browser, gateway.url, { path: '/start/disassociateKeypair' });
        const refused: string[] = [];
        page.on('response', (response) => {
          if (!response.url().endsWith('/graphql')) return;
          response.text().then(
            (text) => text.includes('"errors"') && refused.push(text),
            // Nothing is read of what was cut off by leaving its page.
            () => undefined,
          );
        });
        await page.locator('[name=serverId]').fill('d76baba7-ef09-40a2-87ff-3eafec0696e7');
        await page.getByRole('button', { name: 'Start', exact: true }).click();
        await page.getByTestId('started').locator('.badge').waitFor();

        await page.getByRole('link', { name: 'Board', exact: true }).click();
        await page.locator('[data-testid=conn][data-state=live]').waitFor();
        await page.locator('tbody tr[data-task] a').first().click();
        await page.locator('.task-header').waitFor();
        await page.locator('#raw > summary').click();
        await page.locator('#raw .json').waitFor();
        gateway.simulator.control.hurryAll({ service: 'ECS' });
        await page.locator('.task-header .badge[data-status=SUCCEEDED]').waitFor();

        for (const [link, known] of [
          ['Sources', '.source'],
          ['Track', '[name=upstreamId]'],
        ] as const) {
          await page.getByRole('link', { name: link }).click();
          await page.locator(known).first().waitFor();
        }
        expect([refused, complaints]).toEqual([[], []]);
      },
      PATIENCE_MS,
    );

    it('refuses what the pages do not send', async () => {
      const { errors } = await gateway.query('query ReadViewer { viewer { name } }');
      expect(errors).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }]);
    });
  },
);
