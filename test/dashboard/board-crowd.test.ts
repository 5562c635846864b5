import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { browserMissing, closeContexts, launchBrowser, openPage, PAGES_FOLDER, PATIENCE_MS } from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;
/** What a person waits for is held against the clock in the long run alone: beside other tests the clock says little. */
const LONG = process.env['TASKGATE_LONG'] !== undefined;
const itAlone = LONG ? it : () => undefined;

describeInBrowser('a board of 10,000 tasks (needs /usr/bin/chromium and npm run build:pages)', () => {
  let browser: Browser;
  let crowd: ChildProcess;
  let url: string;

  beforeAll(async () => {
    browser = await launchBrowser();
  }, PATIENCE_MS);
  afterAll(() => browser.close());
  beforeEach(async () => {
    crowd = fork('test/dashboard/crowded-gateway.mjs', [PAGES_FOLDER], { execArgv: [] });
    const [{ port }] = (await once(crowd, 'message')) as [{ port: number }];
    url = `http://127.0.0.1:${port}`;
  });
  afterEach(async () => {
    await closeContexts(browser);
    const exit = once(crowd, 'exit');
    crowd.kill();
    await exit;
  });

  function change(rate: number): void {
    crowd.send({ rate });
  }
  /** Each of the first tasks, once. */
  function changeEach(among: number): void {
    crowd.send({ rate: 100, among, most: among });
  }
  async function truth(ids: readonly string[]): Promise<unknown> {
    crowd.send({ ask: 'states', ids });
    const [answer] = (await once(crowd, 'message')) as [{ states: unknown }];
    return answer.states;
  }
  async function open(path = '/', height = 768): Promise<Page> {
    const { page } = await openPage(browser, url, { path, height });
    await page.locator('tr[data-task]').first().waitFor();
    return page;
  }
  const shown = (page: Page): Promise<[string, string][]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('tr[data-task]')].map((row): [string, string] => [
        row.dataset['task']!,
        row.dataset['status']!,
      ]),
    );
  /** What is shown once the last changes have come, which may still be on their way. */
  async function settled(page: Page): Promise<[string, string][]> {
    const giveUpAt = Date.now() + PATIENCE_MS / 3;
    for (;;) {
      const now = await shown(page);
      const expected = await truth(now.map(([id]) => id));
      if (JSON.stringify(expected) === JSON.stringify(now) || Date.now() > giveUpAt) {
        expect(now).toEqual(expected);
        return now;
      }
      await page.waitForTimeout(20);
    }
  }
  const list = (page: Page) => page.locator('.list');

  it(
    'draws few rows, says how many there are, and loads them at most four pages a second',
    async () => {
      const page = await open('/', 1400);
      let pages = 0;
      const began = Date.now();
      page.on('request', (request) => {
        if (request.postData()?.includes('PageOfTasks') && request.postData()?.includes('"after":"')) pages++;
      });
      expect(await page.locator('tr').count()).toBeLessThanOrEqual(60);
      expect(await page.locator('table.tasks').getAttribute('aria-rowcount')).toBe('10001');
      await page
        .getByTestId('loaded')
        .getByText(/^[1-9],[0-9]00 of 10,000 loaded$/)
        .waitFor();
      expect(pages).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 250) + 1);
      await list(page).evaluate((box) => box.scrollTo({ top: 9_000 * 36 }));
      await page.locator('tr[aria-rowindex="9010"][aria-busy]').waitFor();
      expect(await page.locator('tr').count()).toBeLessThanOrEqual(60);
    },
    PATIENCE_MS,
  );

  it(
    'has room on the wall for its numbers, all counters in one line',
    async () => {
      const { page } = await openPage(browser, url, { path: '/wall', width: 1920, height: 1080 });
      await page.locator('.wall-counters [data-status=SUCCEEDED]', { hasText: /^6000/ }).waitFor();
      for (const search of ['', '?view=counters&rotate=20']) {
        if (search !== '') await page.goto(`${url}/wall${search}`);
        await page.locator('.wall-counters [data-status=SUCCEEDED]', { hasText: /^6000/ }).waitFor();
        const tiles = await page.locator('.wall-counters li').evaluateAll((all) =>
          all.map((tile) => ({
            top: tile.getBoundingClientRect().top,
            cut: tile.scrollWidth > tile.clientWidth,
          })),
        );
        expect(tiles.map(({ cut }) => cut)).toEqual(Array(7).fill(false));
        if (search === '') expect(new Set(tiles.map(({ top }) => top)).size).toBe(1);
      }
    },
    PATIENCE_MS,
  );

  it.each(['en', 'zh'] as const)(
    'has room for what its columns say, in %s',
    async (language) => {
      const { page } = await openPage(browser, url, { language, width: 1440, height: 900 });
      await page.locator('.stale-since').first().waitFor();
      const cut = await page
        .locator('tr[data-task] td:not(.column-resource)')
        .evaluateAll((cells) =>
          cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
        );
      expect(cut).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'keeps the focus on its task when that is scrolled far away and back',
    async () => {
      const page = await open();
      await page
        .getByTestId('loaded')
        .getByText(/^(2,[1-9]|[3-9],[0-9])00 of/)
        .waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      const focused = () => page.evaluate(() => document.activeElement?.closest('tr')?.dataset['task']);
      await page.waitForFunction(() => document.activeElement?.matches('tr[aria-rowindex="3"] a'));
      const id = await focused();
      expect(id).toBeDefined();
      await list(page).evaluate((box) => box.scrollTo({ top: 2_000 * 36 }));
      await page.locator('tr[aria-rowindex="2005"][data-task]').waitFor();
      expect(await focused()).toBe(id);
      await list(page).evaluate((box) => box.scrollTo({ top: 0 }));
      await page.locator('tr[aria-rowindex="4"][data-task]').waitFor();
      expect(await focused()).toBe(id);
      await page.keyboard.press('ArrowDown');
      await page.waitForFunction((before) => document.activeElement?.closest('tr')?.dataset['task'] !== before, id);
      expect(await focused()).not.toBe(id);
    },
    PATIENCE_MS,
  );

  it(
    'freezes when it is told to, counts what waits, and shows it all when it goes on',
    async () => {
      const page = await open();
      await page.getByTestId('conn').getByText('Live').waitFor();
      await page.keyboard.press('p');
      await page.getByTestId('paused').waitFor();
      expect(new URL(page.url()).searchParams.get('live')).toBe('off');
      const before = await shown(page);
      changeEach(20);
      await page.getByTestId('paused').getByText('20 changes waiting').waitFor();
      expect(await shown(page)).toEqual(before);
      await page.keyboard.press('p');
      await page.getByTestId('paused').waitFor({ state: 'detached' });
      // The last changes may still be on their way.
      const now = await settled(page);
      expect(now).not.toEqual(before);
      expect(new URL(page.url()).search).toBe('');
    },
    PATIENCE_MS,
  );

  it(
    'leaves rows that no longer fit where they are, greyed, until they are tidied',
    async () => {
      const page = await open('/?status=FAILED');
      const before = (await shown(page)).map(([id]) => id);
      // Under a pointer nothing is inserted either.
      await list(page).hover();
      changeEach(60);
      await page.locator('tr[data-left]').nth(5).waitFor();
      expect((await shown(page)).map(([id]) => id).slice(0, 6)).toEqual(before.slice(0, 6));
      await page
        .getByText(/moved to/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Tidy' }).click();
      await page.locator('tr[data-left]').first().waitFor({ state: 'detached' });
      expect((await shown(page)).every(([, status]) => status === 'FAILED')).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'says what has finished, and what failed in the last hour, also while that never rests',
    async () => {
      const page = await open();
      await page.getByTestId('conn').getByText('Live').waitFor();
      change(100);
      await page.locator('.attention [data-kind=failed]').waitFor();
      await page
        .locator('[aria-live=polite]')
        .getByText(/\d+ finished, \d+ failed/)
        .waitFor({ state: 'attached' });
    },
    PATIENCE_MS,
  );

  it(
    'counts an estimate from when a task was created, as the gateway does',
    async () => {
      const page = await open();
      await page
        .locator('tr[data-task="task-100015"] .progress.overdue')
        .getByText(/^overdue by [1-9]/)
        .waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'finds filter and place again by going back',
    async () => {
      const page = await open();
      await page
        .getByTestId('loaded')
        .getByText(/^[1-9],[0-9]00 of/)
        .waitFor();
      await list(page).evaluate((box) => box.scrollTo({ top: 7_200 }));
      await page.locator('tr[aria-rowindex="205"][data-task]').waitFor();
      await page.locator('.counter[data-status="FAILED"]').click();
      await page.locator('tr[data-task][aria-rowindex="2"]').waitFor();
      expect(await list(page).evaluate((box) => box.scrollTop)).toBe(0);
      await page.locator('.counter[data-status="SUCCEEDED"] .counter-number', { hasText: /^6000$/ }).waitFor();
      await page.goBack();
      await page.waitForFunction(() => document.querySelector('.list')!.scrollTop === 7_200);
      expect(new URL(page.url()).search).toBe('');
    },
    PATIENCE_MS,
  );

  it(
    'shows a task beside it without reading the list again',
    async () => {
      const page = await open();
      let lists = 0;
      page.on('request', (request) => {
        if (request.postData()?.includes('ListTasks')) lists++;
      });
      await page.locator('tr[data-task] a').nth(3).click();
      await page.locator('.side-panel').waitFor();
      const id = await page.locator('tr[data-selected]').getAttribute('data-task');
      expect(new URL(page.url()).pathname).toBe(`/tasks/${id}`);
      await page.keyboard.press('Escape');
      await page.locator('.side-panel').waitFor({ state: 'detached' });
      expect(new URL(page.url()).pathname).toBe('/');
      await page.waitForFunction((before) => document.activeElement?.closest('tr')?.dataset['task'] === before, id);
      expect(lists).toBe(0);
    },
    PATIENCE_MS,
  );

  itAlone(
    `keeps 50 frames a second at 100 changes a second`,
    async () => {
      const page = await open();
      change(100);
      const fps = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const began = performance.now();
            let frames = 0;
            const count = (at: number): void => {
              frames++;
              if (at - began < 3_000) requestAnimationFrame(count);
              else resolve((frames * 1_000) / (at - began));
            };
            requestAnimationFrame(count);
          }),
      );
      expect(fps).toBeGreaterThan(50);
      change(0);
      await settled(page);
    },
    PATIENCE_MS,
  );

  itAlone(
    'shows a typed letter within 100 ms at 200 changes a second',
    async () => {
      const page = await open();
      change(200);
      await page.keyboard.press('/');
      const delays = await page.evaluate(() => {
        const input = document.querySelector<HTMLInputElement>('.search input')!;
        const seen: number[] = [];
        input.addEventListener('input', (event) => {
          requestAnimationFrame(() => setTimeout(() => seen.push(performance.now() - event.timeStamp)));
        });
        Object.assign(window, { seen });
        return seen;
      });
      expect(delays).toEqual([]);
      for (const letter of 'render') await page.keyboard.press(letter, { delay: 60 });
      await page.waitForFunction(() => (window as unknown as { seen: number[] }).seen.length === 6);
      const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
      expect(Math.max(...seen)).toBeLessThan(100);
    },
    PATIENCE_MS,
  );

  itAlone(
    'is useful within a second',
    async () => {
      const page = await open();
      await page.addInitScript(() => {
        const look = (): void => {
          if (document.querySelector('tr[data-task]')) Object.assign(window, { usefulAt: performance.now() });
          else requestAnimationFrame(look);
        };
        look();
      });
      await page.reload();
      await page.waitForFunction(() => 'usefulAt' in window);
      const usefulAt = await page.evaluate(() => (window as unknown as { usefulAt: number }).usefulAt);
      expect(usefulAt).toBeLessThan(1_000);
    },
    PATIENCE_MS,
  );

  itAlone(
    'costs less than one per cent of a core while only the clocks tick',
    async () => {
      const page = await open('/', 1400);
      await page.getByTestId('loaded').getByText('10,000 tasks').waitFor({ timeout: PATIENCE_MS });
      const session = await browser.newBrowserCDPSession();
      const cpuSeconds = async (): Promise<number> => {
        const { processInfo } = await session.send('SystemInfo.getProcessInfo');
        // What draws: the rest is the browser itself, with or without a page.
        const drawing = processInfo.filter(({ type }) => type === 'renderer' || type === 'GPU');
        return drawing.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
      };
      // What reading ten thousand tasks has left behind is tidied away first, and whoever else is at work counts least.
      await (await page.context().newCDPSession(page)).send('HeapProfiler.collectGarbage');
      const costs: number[] = [];
      for (let round = 0; round < 4; round++) {
        const before = await cpuSeconds();
        await page.waitForTimeout(10_000);
        costs.push((await cpuSeconds()) - before);
      }
      expect(Math.min(...costs)).toBeLessThan(0.1);
    },
    3 * PATIENCE_MS,
  );
});

const describeBuilt = browserMissing ? describe.skip : describe;
describeBuilt('the board’s script (needs npm run build:pages)', () => {
  it('is at most 200 kB, compressed', () => {
    type Chunk = { readonly file: string; readonly imports?: readonly string[] };
    const manifest = JSON.parse(readFileSync(join(PAGES_FOLDER, '.vite/manifest.json'), 'utf8')) as Record<
      string,
      Chunk
    >;
    const files = new Set<string>();
    const collect = (name: string): void => {
      const { file, imports = [] } = manifest[name]!;
      if (files.has(file)) return;
      files.add(file);
      imports.forEach(collect);
    };
    collect('index.html');
    const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(PAGES_FOLDER, file))).length, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(200_000);
  });
});
