import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';

const CHROMIUM = '/usr/bin/chromium';
export const PAGES_FOLDER = join(process.cwd(), 'dist/pages');

/** What a run without them must not call a success is decided by CI, which sets this. */
const mustRun = process.env['CI'] === 'true';
export const browserMissing = !mustRun && !(existsSync(CHROMIUM) && existsSync(join(PAGES_FOLDER, 'index.html')));

/** Chromium is slow on a busy machine: what takes longer hangs. */
export const PATIENCE_MS = 300_000;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
}

export interface WatchedPage {
  readonly page: Page;
  /** Console errors, page errors, violations of the content security policy and requests to elsewhere. */
  readonly complaints: readonly string[];
}

export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<WatchedPage> {
  const { path = '/', theme = 'light', language = 'en', width = 1366, height = 768 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: theme,
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS / 3);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && host !== new URL(url).host) complaints.push(`elsewhere: ${request.url()}`);
  });
  await page.goto(`${url}${path}`);
  return { page, complaints };
}

/** What a test has opened; what its routes still have under way is nobody's matter then. */
export async function closeContexts(browser: Browser): Promise<void> {
  const pages = browser.contexts().flatMap((context) => context.pages());
  await Promise.all(pages.map((page) => page.unrouteAll({ behavior: 'ignoreErrors' })));
  await Promise.all(browser.contexts().map((context) => context.close()));
}

export interface BrowsedGateway {
  /** Of the test that runs; it polls five times a second. */
  readonly gateway: RunningGateway;
  open(options?: PageOptions): Promise<WatchedPage>;
}

/** For a block of tests: a gateway for each, and one browser for all of them. What a test has opened is closed behind it. */
export function browsedGateway(): BrowsedGateway {
  let gateway: RunningGateway;
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, PATIENCE_MS);
  afterAll(() => browser.close());
  beforeEach(async () => {
    gateway = await startGateway({
      pagesFolder: PAGES_FOLDER,
      config: { polling: { youngSeconds: 0.2, watchedSeconds: 0.2, unwatchedSeconds: 0.2, discoverSeconds: 0.2 } },
    });
  });
  afterEach(async () => {
    await closeContexts(browser);
    await gateway.stop();
  });
  return {
    get gateway() {
      return gateway;
    },
    open: (options) => openPage(browser, gateway.url, options),
  };
}

export interface PageOptions {
  readonly path?: string;
  readonly theme?: 'light' | 'dark';
  readonly language?: 'en' | 'zh';
  readonly width?: number;
  readonly height?: number;
}

/** Where Chinese is not set as Chinese: half-width punctuation at Han, or no space between Han and Latin. */
export async function unlikeChinese(page: Page): Promise<readonly string[]> {
  const lines = (await page.evaluate(() => document.body.innerText)).split('\n');
  return lines.filter((line) =>
    /\p{sc=Han}[.,:;!?()]|[,:;!?()]\p{sc=Han}|\p{sc=Han}[a-z0-9]|[a-z0-9]\p{sc=Han}/iu.test(line),
  );
}

const AXE = 'node_modules/axe-core/axe.min.js';

/** What axe finds against WCAG 2.2 A and AA, one line each. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(
          options: unknown,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await axe.run({ runOnly });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
    );
  });
}
