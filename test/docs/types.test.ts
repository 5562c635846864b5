import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createPageRunner } from './page-runner.js';
import { blocksOf, PAGES } from './pages.js';

const TUTORIAL = 'docs/adding-a-service.md';

/** A copy of the sources with the code of the pages laid over it, as somebody has it who followed them. */
describe('the code in the pages', () => {
  const copy = mkdtempSync(join(tmpdir(), 'taskgate-code-'));
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  beforeAll(() => {
    cpSync('src', join(copy, 'src'), { recursive: true, filter: (path) => !path.startsWith('src/dashboard') });
    for (const file of ['package.json', 'schema']) cpSync(file, join(copy, file), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
    cpSync('tsconfig.json', join(copy, 'tsconfig.json'));
    const config = {
      extends: './tsconfig.json',
      compilerOptions: {
        skipLibCheck: true,
        paths: {
          'taskgate/client': ['./src/client/index.ts'],
          'taskgate/client/react': ['./src/client/react.ts'],
        },
      },
      include: ['src/sources', 'pages'],
    };
    writeFileSync(join(copy, 'tsconfig.pages.json'), JSON.stringify(config));
    for (const { page, line, language, words, text } of PAGES.flatMap(blocksOf)) {
      if (language !== 'ts' && language !== 'tsx') continue;
      const file = join(copy, words[0] ?? `pages/${basename(page, '.md')}-${line}.${language}`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  });

  it('is of sound types against taskgate/client and the ports of the sources', () => {
    const compiler = 'node_modules/typescript/bin/tsc';
    const { status, stdout } = spawnSync(process.execPath, [compiler, '--noEmit', '-p', 'tsconfig.pages.json'], {
      cwd: copy,
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('brings a sixth service to life: the commands of its page end with a finished task', async () => {
    const main = `${process.execPath} --import @swc-node/register/esm-register ${join(copy, 'src/main.ts')}`;
    const runner = await createPageRunner(copy, main);
    try {
      for (const block of blocksOf(TUTORIAL)) await runner.run(block);
    } finally {
      await runner.stop();
    }
  });
});
