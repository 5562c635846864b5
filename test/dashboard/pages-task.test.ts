import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';
import {
  browserMissing,
  closeContexts,
  launchBrowser,
  openPage,
  PAGES_FOLDER,
  PATIENCE_MS,
  unlikeChinese,
  violations,
} from './browser.js';

const describeInBrowser = browserMissing ? describe.skip : describe;
const RAPID = { youngSeconds: 0.3, watchedSeconds: 0.3, unwatchedSeconds: 0.3, discoverSeconds: 0.3 };

describeInBrowser('the task page in Chromium (needs /usr/bin/chromium and npm run build:pages)', () => {
  let gateway: RunningGateway;
  let browser: Browser;

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([
      launchBrowser(),
      startGateway({ pagesFolder: PAGES_FOLDER, config: { polling: RAPID } }),
    ]);
  }, PATIENCE_MS);
  afterEach(() => closeContexts(browser));
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  interface Wish {
    readonly service: string;
    readonly outcome?: string;
    readonly runMs?: number;
    readonly createdAt?: number;
    readonly fields?: Record<string, string>;
  }

  /** A task that is upstream and that the gateway has taken up; its id here and there. */
  async function track(wish: Wish): Promise<{ readonly id: string; readonly upstreamId: string }> {
    const [task] = gateway.simulator.control.createTasks({ waitMs: 0, runMs: 0, ...wish });
    const { instanceId } = task!.fields;
    const { data } = await gateway.query(
      'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }',
      {
        input: {
          ...{ service: wish.service, account: 'demo', upstreamId: task!.id },
          ...(typeof instanceId === 'string' && { instanceId }),
        },
      },
    );
    const { id } = (data as { trackTask: { task: { id: string } } }).trackTask.task;
    return { id, upstreamId: task!.id };
  }

  const open = (id: string, options = {}) =>
    openPage(browser, gateway.url, { path: `/tasks/${encodeURIComponent(id)}`, ...options });

  const barsOf = (page: Page) =>
    page
      .getByTestId('gantt-row')
      .locator('.time-block')
      .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().x));

  interface Reads {
    all: number;
    failing: number;
  }

  interface ReadTask {
    readonly result?: { content?: string; readonly failures?: Record<string, string>[] };
    readonly finishedAt?: string;
    readonly subTasks?: { startedAt: string | null; finishedAt: string | null }[];
  }

  /** Counts how often the whole task is read; the first of them fail, and each answer may be changed. */
  async function countReads(page: Page, change: (task: ReadTask) => void): Promise<Reads> {
    const reads = { all: 0, failing: 0 };
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes('query ShowTask')) return route.fallback();
      reads.all += 1;
      if (reads.all <= reads.failing) return route.abort();
      const answer = (await (await route.fetch()).json()) as { data: { task: ReadTask } };
      change(answer.data.task);
      await route.fulfill({ json: answer });
    });
    return reads;
  }

  it(
    'says why a job failed, and draws its parts in order of time with what failed inside',
    async () => {
      const { id } = await track({
        ...{ service: 'SFS', outcome: 'failed', createdAt: Date.now() - 60_000, runMs: 30_000 },
        fields: { jobType: 'bind_ldap' },
      });
      const { page, complaints } = await open(id);
      const failure = page.getByTestId('failure');
      await failure.waitFor();
      const { data } = await gateway.query(
        'query ($id: ID!) { task(id: $id) { error { code message upstreamCode } ... on SfsTask { subTasks { kind error { message } } } } }',
        { id },
      );
      const { error, subTasks } = (
        data as {
          task: {
            error: { code: string; message: string; upstreamCode: string };
            subTasks: { kind: string; error: { message: string } | null }[];
          };
        }
      ).task;
      for (const text of [error.code, error.message, error.upstreamCode, 'What to try']) {
        expect(await failure.textContent()).toContain(text);
      }
      const reference = failure.getByRole('link', { name: 'Huawei Cloud error reference' });
      expect(await reference.getAttribute('href')).toContain(`?keyword=${error.upstreamCode}`);
      expect(await reference.getAttribute('rel')).toBe('noreferrer');
      expect(await page.getByTestId('gantt-row').count()).toBe(subTasks.length);
      const bars = await barsOf(page);
      expect(bars).toEqual([...bars].sort((a, b) => a - b));
      const broken = subTasks.find((each) => each.error !== null);
      expect(await page.locator('.time-error').textContent()).toContain(broken!.error!.message);
      expect(await page.locator('.changes tbody tr').count()).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'draws a part that says no end of its own to the end of its task, and no further',
    async () => {
      const { id } = await track({
        ...{ service: 'SFS', outcome: 'failed', createdAt: Date.now() - 600_000, runMs: 30_000 },
        fields: { jobType: 'bind_ldap' },
      });
      const { page } = await open(id, { path: '/sources' });
      await countReads(page, ({ subTasks = [], finishedAt }) => {
        subTasks[0]!.startedAt = new Date(Date.parse(finishedAt!) - 20_000).toISOString();
        subTasks[0]!.finishedAt = null;
      });
      await page.goto(`${gateway.url}/tasks/${encodeURIComponent(id)}`);
      await page.getByTestId('subtask').getByText('20 s', { exact: true }).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'names in its header what the task works on and where, and hands out the id that the upstream knows',
    async () => {
      const { id, upstreamId } = await track({ service: 'ECS', runMs: 900_000 });
      const { data } = await gateway.query('query ($id: ID!) { task(id: $id) { region resource { id name } } }', {
        id,
      });
      const { task } = data as { task: { region: string; resource: { id: string; name: string | null } } };
      const { page } = await open(id);
      const place = page.locator('.task-header .task-place');
      await place.waitFor();
      const name = task.resource.name ?? task.resource.id;
      expect(await place.textContent()).toBe(`${name} · ECS · demo · ${task.region}`);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copy upstream id' }).click();
      await until(async () => (await page.evaluate(() => navigator.clipboard.readText())) === upstreamId);
      await place.getByRole('link', { name }).click();
      await page.locator('tbody tr[data-task]').first().waitFor();
      expect(new URL(page.url()).search).toBe(`?q=${task.resource.id}`);
    },
    PATIENCE_MS,
  );

  it(
    'draws the last five minutes of a long task when asked to, and then the whole again',
    async () => {
      const { id } = await track({
        ...{ service: 'SFS', outcome: 'failed', createdAt: Date.now() - 3_600_000, runMs: 3_540_000 },
        fields: { jobType: 'bind_ldap' },
      });
      const { page } = await open(id);
      const closer = page.getByRole('button', { name: 'Last 5 min' });
      await closer.waitFor();
      const whole = await barsOf(page);
      await closer.press('Enter');
      await page.locator('[aria-pressed=true]', { hasText: 'Last 5 min' }).waitFor();
      const last = await barsOf(page);
      expect(last.length).toBeLessThan(whole.length);
      expect(last[0]).toBeLessThan(whole.at(-1)!);
      await closer.press('Enter');
      await until(async () => (await barsOf(page)).length === whole.length);
    },
    PATIENCE_MS,
  );

  it(
    'lists what an import left out, with method, path and code',
    async () => {
      const { id } = await track({ service: 'APIG', outcome: 'partial' });
      const { page, complaints } = await open(id, { path: '/sources' });
      await countReads(page, ({ result }) => {
        result?.failures?.push({ method: 'PUT', path: '/orders', code: 'APIG.3201', message: 'The path is taken' });
      });
      await page.goto(`${gateway.url}/tasks/${encodeURIComponent(id)}`);
      const row = page.locator('.api-outcomes[data-kind=failures] tbody tr');
      await row.nth(1).waitFor();
      expect(await row.nth(0).textContent()).toContain('GET/orders/{id}APIG.3202');
      expect(await row.nth(1).textContent()).toBe('PUT/ordersAPIG.3201The path is taken');
      expect(await page.locator('.api-outcomes[data-kind=imported] tbody tr').count()).toBe(2);
      // It was over when it was first seen, and its upstream does not say when it began.
      await page.locator('.pairs > div', { hasText: 'Duration' }).getByText('not known').waitFor();
      await page.getByLabel('Filter').fill('no such path');
      await row.first().waitFor({ state: 'detached' });
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'shows an exported definition as text, whatever is in it, and hands out its very bytes',
    async () => {
      const { id } = await track({ service: 'APIG', fields: { taskType: 'export_api' } });
      const plain = await open(id);
      await plain.page.locator('.api-outline > summary').press('Enter');
      await plain.page.locator('.api-outline li', { hasText: '/orders' }).first().waitFor();
      expect(await violations(plain.page)).toEqual([]);
      const evil = `<script>window.hit = 1</script><img src=x onerror="window.hit = 1">\nü 密钥\r\n\ttail`;
      const { page, complaints } = await open(id, { path: '/' });
      await page.route('**/graphql', async (route) => {
        const answer = (await (await route.fetch()).json()) as {
          data: { task?: { result?: { content?: string; fileName?: string } } };
        };
        if (answer.data.task?.result) {
          answer.data.task.result.content = evil;
          answer.data.task.result.fileName = '../../etc/passwd';
        }
        await route.fulfill({ json: answer });
      });
      await page.goto(`${gateway.url}/tasks/${encodeURIComponent(id)}`);
      const viewer = page.getByTestId('export-content');
      await viewer.waitFor();
      expect(await viewer.textContent()).toBe(evil);
      await page.locator('.api-outline > summary').click();
      await page.getByText('No paths could be read from it.').waitFor();
      expect(await page.evaluate(() => 'hit' in window)).toBe(false);
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByTestId('export-result').getByRole('button', { name: 'Download' }).click(),
      ]);
      expect(saved.suggestedFilename()).not.toMatch(/[/\\]|^\./);
      expect(readFileSync(await saved.path(), 'utf8')).toBe(evil);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'shows of a definition that is one line of a megabyte what can be read, and says how much that is',
    async () => {
      const { id } = await track({ service: 'APIG', fields: { taskType: 'export_api' } });
      const { page } = await open(id, { path: '/sources' });
      const asked = await countReads(page, (task) => {
        if (task.result) task.result.content = 'x'.repeat(1_000_000);
      });
      await page.goto(`${gateway.url}/tasks/${encodeURIComponent(id)}`);
      await page.getByText('The first 200000 of 1000000 characters').waitFor();
      expect((await page.getByTestId('export-content').textContent())?.length).toBe(200_000);
      await page.getByText('· 1 line', { exact: false }).waitFor();
      // The result is large, and the task is done: once is enough.
      await page.locator('[data-testid=conn][data-state=live]').waitFor();
      await page.waitForLoadState('networkidle');
      expect(asked.all).toBe(1);
    },
    PATIENCE_MS,
  );

  it(
    'goes on by itself when its first reading fails',
    async () => {
      const { id } = await track({ service: 'SFS', runMs: 900_000 });
      const { page } = await open(id, { path: '/sources' });
      const asked = await countReads(page, () => undefined);
      asked.failing = 1;
      await page.goto(`${gateway.url}/tasks/${encodeURIComponent(id)}`);
      await page.getByText(/Seen .* ago/).waitFor();
      expect(asked.all).toBeGreaterThan(1);
      await page.waitForRequest((request) => request.postData()?.includes('ReadFreshness') ?? false);
      await page.waitForRequest((request) => request.postData()?.includes('ReadFreshness') ?? false);
    },
    PATIENCE_MS,
  );

  it(
    'says when a task is done by what such tasks took, and says overdue in words',
    async () => {
      const late = await track({ service: 'SFS', createdAt: Date.now() - 120_000, runMs: 900_000 });
      const { page } = await open(late.id);
      await page.getByTestId('eta').getByText('No estimate yet').waitFor();
      const others = await Promise.all(
        Array.from({ length: 10 }, () =>
          track({ service: 'SFS', outcome: 'success', createdAt: Date.now() - 20_000, runMs: 900_000 }),
        ),
      );
      for (const { upstreamId } of others) gateway.simulator.control.change('SFS', upstreamId, { runMs: 1 });
      for (const { id } of others) {
        await gateway.query('query ($id: ID!) { waitForTask(id: $id) { done } }', { id });
      }
      await page.reload();
      const eta = page.getByTestId('eta');
      await eta.getByText(/usually .* slow .* from 10 runs/).waitFor();
      await eta.getByText(/overdue by/).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'stands still where it was last seen when it can no longer be read, beside what is not known since',
    async () => {
      const { id } = await track({ service: 'SFS', createdAt: Date.now() - 120_000, runMs: 900_000 });
      const { page } = await open(id, { path: '/sources' });
      const observedAt = new Date(Date.now() - 60_000).toISOString();
      await page.route('**/graphql', async (route) => {
        if (!/query (ShowTask|ReadFreshness)/.test(route.request().postData() ?? '')) return route.fallback();
        const answer = (await (await route.fetch()).json()) as { data: { task: object } };
        Object.assign(answer.data.task, { stale: true, observedAt });
        await route.fulfill({ json: answer });
      });
      await page.goto(`${gateway.url}/tasks/${encodeURIComponent(id)}`);
      await page
        .getByTestId('stale')
        .getByText(/^Not readable for 1 min/)
        .waitFor();
      const unheard = page.locator('.time-no-news rect');
      await unheard.waitFor();
      const [now, since] = await page.evaluate(() => [
        document.querySelector('.time-now')?.getAttribute('x1'),
        document.querySelector('.time-no-news rect')?.getAttribute('x'),
      ]);
      expect(now).toBe(since);
      expect(await violations(page)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'keeps its picture, says that it is old, and goes on by itself when the gateway cannot read the upstream',
    async () => {
      const { id, upstreamId } = await track({ service: 'SFS', runMs: 900_000 });
      const { page } = await open(id);
      await page.getByText(/Seen .* ago/).waitFor();
      const fault = gateway.simulator.control.addFault({
        match: { taskId: upstreamId },
        effect: { kind: 'status', status: 503 },
      });
      await page.getByText('last read failed:').waitFor();
      expect(await page.locator('.task-header .badge').getAttribute('data-status')).toBe('RUNNING');
      gateway.simulator.control.removeFault(fault.id);
      await page.getByText('last read failed:').waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'opens a raw answer of a megabyte by keys alone, and draws only what is opened',
    async () => {
      const { id } = await track({ service: 'BCS', outcome: 'Success' });
      const { page, complaints } = await open(id);
      const items = Array.from({ length: 20_000 }, (_, index) => ({ id: `api-${index}`, path: `/v1/things/${index}` }));
      const raw = { name: 'all', items, script: '<script>document.title = "x"</script>', text: 'x'.repeat(100_000) };
      await page.route('**/graphql', async (route) => {
        const asked = route.request().postData()?.includes('ReadRaw') ?? false;
        await (asked ? route.fulfill({ json: { data: { task: { raw } } } }) : route.fallback());
      });
      const press = (text: string): Promise<void> =>
        page
          .locator('#raw summary')
          .filter({ has: page.getByText(text, { exact: true }) })
          .press('Enter');
      await page.locator('#raw > summary').press('Enter');
      await page.getByRole('button', { name: 'Show all 100002 characters' }).waitFor();
      const lines = page.locator('#raw li');
      expect(await lines.count()).toBe(4);
      for (const text of ['20000 items', '10000 – 19999', '19900 – 19999', '19999']) await press(text);
      await page.getByText('"api-19999"').waitFor();
      expect(await lines.count()).toBe(4 + 2 + 100 + 100 + 2);
      expect(await violations(page)).toEqual([]);
      await press('20000 items');
      await until(async () => (await lines.count()) === 4);
      const whole = page.getByRole('button', { name: 'Show all 100002 characters' });
      await whole.press('Enter');
      await whole.waitFor({ state: 'detached' });
      await page.waitForFunction(() => document.activeElement !== document.body);

      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#raw').getByRole('button', { name: 'Download' }).click(),
      ]);
      expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toEqual(raw);
      expect(complaints).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'shows raw JSON when it is asked for, and one page for what is not there and what may not be seen',
    async () => {
      const { id } = await track({ service: 'BCS', outcome: 'Success' });
      const { page } = await open(id);
      await page.getByText('Raw JSON').click();
      const status = page.locator('#raw .json-leaf', { hasText: /^status:/ });
      expect(await status.textContent()).toBe('status: "Success"');
      const linked = await open(id, { path: `/tasks/${encodeURIComponent(id)}#raw`, height: 500 });
      await linked.page.locator('#raw .json-leaf').first().waitFor();
      expect(await linked.page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'Untrack' }).click();
      await page.getByRole('dialog', { name: 'Untrack' }).getByRole('button', { name: 'Untrack' }).click();
      await page.getByText('This task was removed from the gateway').waitFor();
      await page.waitForFunction(() => document.activeElement !== document.body);
      await page.reload();
      await page.getByText('No such task').waitFor();
      // An upstream's own id, say: it is that of no task here.
      await page.goto(`${gateway.url}/tasks/8a4a0a1e-2f6d-4a55-9f0b-5b8a9f7d1c11`);
      await page.getByText('No such task').waitFor();
      await page.locator('main').getByRole('link', { name: 'Track a task by its id' }).waitFor();
    },
    PATIENCE_MS,
  );

  it.each([
    { theme: 'light', language: 'en' },
    { theme: 'dark', language: 'zh' },
  ] as const)(
    'has nothing that axe finds and fits 320 pixels, whatever the service: $theme, $language',
    async (look) => {
      const wishes = [
        { service: 'SFS', outcome: 'failed' },
        { service: 'APIG', outcome: 'partial' },
        { service: 'APIG', fields: { taskType: 'export_api' } },
      ];
      const tasks = await Promise.all(wishes.map(track));
      gateway.simulator.control.createTasks({ service: 'RENDER', outcome: 'error', waitMs: 0, runMs: 0 });
      for (const { id } of tasks) {
        const { page, complaints } = await open(id, { ...look, width: 320, height: 700 });
        await page.locator('.task-header').waitFor();
        expect(await violations(page)).toEqual([]);
        if (look.language === 'zh') expect(await unlikeChinese(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
        const words = page.locator('.changes code');
        expect(await words.evaluateAll((all) => all.map((each) => each.getClientRects().length))).not.toContain(2);
        expect(complaints).toEqual([]);
      }
    },
    PATIENCE_MS,
  );
});
