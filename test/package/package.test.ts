import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { installPacked, nodeOfVersion, npx, serveByNpx, type Installed, type Npx } from './packed.js';

const run = promisify(execFile);
const CURRENT = Number(process.versions.node.split('.')[0]);
const OTHERS = process.env['TASKGATE_LONG'] ? [20, 22, 24].filter((version) => version !== CURRENT) : [];
const LARGEST_TARBALL_BYTES = 6 * 1024 * 1024;

let installed: Installed;
beforeAll(async () => {
  installed = await installPacked();
}, 300_000);
afterAll(() => installed.remove());

describe.each([CURRENT, ...OTHERS])('the packed package on Node %i', (version) => {
  let here: Npx;
  beforeAll(async () => {
    here = { node: await nodeOfVersion(version), folder: installed.folder };
  }, 300_000);

  it('runs on that version', async () => {
    expect((await run(here.node, ['--version'])).stdout).toMatch(new RegExp(`^v${version}\\.`));
  });

  it('serves the demo and drives a task to its end, by `npx taskgate` alone', async () => {
    const { url, stop } = await serveByNpx(here);
    try {
      const bind = `mutation { bindLdap(input: { account: "demo", shareId: "${crypto.randomUUID()}",
        url: "ldap://192.168.0.10:389", baseDn: "dc=example,dc=com" }) { task { id } userErrors { message } } }`;
      const { bindLdap } = (await graphql(url, bind)) as {
        bindLdap: { task: { id: string } | null; userErrors: unknown[] };
      };
      expect(bindLdap.userErrors).toEqual([]);
      const id = bindLdap.task!.id;
      const wait = `{ waitForTask(id: ${JSON.stringify(id)}, timeoutSeconds: 55) { done status } }`;
      expect(await graphql(url, wait)).toEqual({ waitForTask: { done: true, status: 'SUCCEEDED' } });
      expect(await (await fetch(url)).text()).toContain('<title>Taskgate</title>');
    } finally {
      await stop();
    }
  });

  it('answers --help, --version, an unknown command and a check', async () => {
    const { version: own } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await npx(here, '--version')).toMatchObject({ code: 0, stdout: `${own}\n` });
    expect(await npx(here, '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: taskgate/) as string,
    });
    expect(await npx(here, 'sevre')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no command sevre\n') as string,
    });
    writeFileSync(join(installed.folder, 'bad.yaml'), 'accounts: []\nsever: {}\n');
    expect(await npx(here, 'check', '--config', 'bad.yaml')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('line 2: sever: is not a known key') as string,
    });
  });
});

describe('the tarball', () => {
  it('is small', () => {
    expect(installed.size).toBeLessThan(LARGEST_TARBALL_BYTES);
  });

  it('holds what runs, and no source, test or map of the server', () => {
    const unwanted = installed.files
      .map(({ path }) => path)
      .filter(
        (path) =>
          /\.tsx$|(?<!\.d)\.ts$|\.test\.|\.mjs$|(^|\/)(test|src|dashboard|node_modules|data)\//.test(path) ||
          (path.endsWith('.map') && !path.startsWith('dist/client/')) ||
          path === 'dist/setup.js',
      );
    expect(unwanted).toEqual([]);
    const paths = new Set(installed.files.map(({ path }) => path));
    for (const path of ['dist/main.js', 'dist/pages/index.html', 'dist/pages/graphiql.html', 'LICENSE', 'README.md']) {
      expect(paths).toContain(path);
    }
    expect(paths).toContain('schema/schema.graphql');
    expect(paths).toContain('schema/taskgate.schema.json');
  });

  it('brings the first page compressed both ways: browsers take brotli over TLS and from this machine alone', () => {
    const sizes = new Map(installed.files.map(({ path, size }) => [path, size]));
    const page = readFileSync(join(installed.folder, 'node_modules/taskgate/dist/pages/index.html'), 'utf8');
    const assets = [...page.matchAll(/"\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => `dist/pages/${path!}`);
    // What fits into a packet is sent as it is.
    const large = assets.filter((path) => sizes.get(path)! >= 1024);
    expect(large.length).toBeGreaterThan(1);
    expect(large.flatMap((path) => [`${path}.br`, `${path}.gz`]).filter((path) => !sizes.has(path))).toEqual([]);
  });

  it('runs nothing when it is installed', () => {
    const { scripts = {} } = JSON.parse(
      readFileSync(join(installed.folder, 'node_modules/taskgate/package.json'), 'utf8'),
    ) as { scripts?: Record<string, string> };
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });
});

describe('the client of the package', () => {
  // The types of React are the application's own: it has them, the gateway has not.
  beforeAll(() => {
    const modules = join(installed.folder, 'node_modules');
    mkdirSync(join(modules, '@types'), { recursive: true });
    for (const name of ['@types/react', 'csstype']) symlinkSync(resolve('node_modules', name), join(modules, name));
  });

  const PROGRAM = `
    import { createTaskgate } from 'taskgate/client';
    import * as hooks from 'taskgate/client/react';
    const taskgate = createTaskgate({ url: 'http://127.0.0.1:4000/graphql' });
    for await (const event of taskgate.followTask('id')) {
      if ('task' in event) { const status: string = event.task.status; void status; }
    }
    // @ts-expect-error followTask takes an id
    taskgate.followTask(1);
    export const names: string[] = Object.keys(hooks);
  `;

  it.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])('has types for module resolution %s', async (moduleResolution, module) => {
    const folder = join(installed.folder, moduleResolution);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    const compilerOptions = { strict: true, noEmit: true, target: 'es2022', module, moduleResolution, types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['program.ts'] }));
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe('');
  });

  it('is imported without the server', async () => {
    const script = `const { createTaskgate } = await import('taskgate/client');
      process.stdout.write(typeof createTaskgate);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: installed.folder });
    expect(stdout).toBe('function');
  });
});

async function graphql(url: string, query: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}
