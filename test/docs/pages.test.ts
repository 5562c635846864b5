import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { parseConfig } from '../../src/config.js';
import { sources } from '../../src/sources/registry.js';
import { createPageRunner } from './page-runner.js';
import { anchorsOf, blocksOf, linksOf, PAGES, whereIs, type Block } from './pages.js';

const BLOCKS = PAGES.flatMap(blocksOf);

/** What the tests of this folder do with a block; a language that is missing here fails. */
const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  graphql: [], // executed: operations.test.ts
  json: ['variables', 'file'], // parsed; variables of the operation above, or a file
  yaml: ['file'], // checked as a configuration
  sh: ['background', 'not-run'], // run
  ts: ['file'], // type-checked: types.test.ts
  tsx: ['file'],
};
/** The only commands that a block marked `not-run` may hold: they change the machine, or are tests themselves. */
const NOT_RUN = /^(sudo systemctl|sudo apt-get|docker|npm (run codegen|test))\b/;
/** Files of other programs that a page shows. */
const FOREIGN_KEYS = ['scrape_configs', 'services'];

describe('the pages', () => {
  it('have no block that no test knows how to run', () => {
    const unknown = BLOCKS.filter(({ language, words }) => {
      const known = LANGUAGES[language];
      return !known || words.length > 1 || words.some((word) => !known.includes(/[./]/.test(word) ? 'file' : word));
    });
    expect(unknown.map(whereIs)).toEqual([]);
  });

  it('leave out of the tests only what would change the machine', () => {
    const commands = BLOCKS.filter(({ words }) => words.includes('not-run')).flatMap((block) =>
      block.text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ line, at: whereIs(block) })),
    );
    expect(commands.filter(({ line }) => !NOT_RUN.test(line))).toEqual([]);
  });

  it.each(PAGES)('%s leads to files and headings that are there', (page) => {
    const missing = linksOf(page).filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).has(decodeURIComponent(anchor)));
    });
    expect(missing).toEqual([]);
  });

  it('are all reached from the README, in one step or several', () => {
    const reached = new Set<string>(['README.md']);
    for (const page of reached) {
      for (const target of linksOf(page)) {
        const file = join(dirname(page), target.split('#')[0]!);
        if (file.endsWith('.md') && existsSync(file)) reached.add(file);
      }
    }
    expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
  });
});

describe('the configurations in the pages', () => {
  const configurations = BLOCKS.filter(({ language }) => language === 'yaml').map(
    (block) => [whereIs(block), block] as const,
  );

  it.each(configurations)('%s is one that `taskgate check` accepts', (_where, { text }) => {
    const written = parseYaml(text) as Record<string, unknown>;
    if (FOREIGN_KEYS.some((key) => key in written)) return;
    // A page may show one section; the rest is then that of the smallest configuration.
    const account = { name: 'prod', region: 'cn-north-4', projectId: '0'.repeat(32), auth: { token: 'a-token' } };
    const whole = 'accounts' in written ? text : `${text}accounts: [${JSON.stringify(account)}]\n`;
    const services = [...sources.map(({ service }) => service), 'SNAPSHOT'];
    const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!);
    const environment = Object.fromEntries(
      names.map((name) => [name, name.endsWith('SHA256') ? 'a'.repeat(64) : 'x'.repeat(40)]),
    );
    expect(() => parseConfig(whole, '/tmp/taskgate.yaml', services, environment)).not.toThrow();
  });
});

/** Run in a copy of the sources, by types.test.ts. */
const IN_A_COPY = 'docs/adding-a-service.md';
const withCommands = PAGES.filter(
  (page) => page !== IN_A_COPY && blocksOf(page).some(({ language }) => language === 'sh'),
);

describe('the commands in the pages', () => {
  it.each(withCommands)('%s can be followed from top to bottom', async (page) => {
    const folder = mkdtempSync(join(tmpdir(), 'taskgate-page-'));
    const runner = await createPageRunner(folder, `${process.execPath} ${join(process.cwd(), 'dist/main.js')}`);
    try {
      const blocks: readonly Block[] = blocksOf(page);
      for (const block of blocks) await runner.run(block);
    } finally {
      await runner.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
