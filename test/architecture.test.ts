import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser';

/**
 * Who may import whom. A room is a folder of src/; an entry `room/file` allows that one file, which is the room's port.
 * What is not listed is forbidden.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  task: ['base'],
  upstream: ['base'],
  simulator: ['base'],
  sources: ['base', 'task', 'upstream/upstream-client', 'upstream/upstream-error', 'simulator/simulated-service'],
  store: ['base', 'task'],
  pubsub: ['base'],
  watch: [
    'base',
    'task',
    'sources/source',
    'store/leases',
    'store/store',
    'pubsub/pubsub',
    'upstream/upstream-client',
    'upstream/upstream-error',
  ],
  delivery: ['base', 'task', 'store/store', 'pubsub/pubsub'],
  graphql: [
    'base',
    'task',
    'sources/source',
    'store/store',
    'watch/watch',
    'delivery/delivery',
    'upstream/upstream-client',
    'upstream/upstream-error',
  ],
  server: ['base', 'task', 'graphql', 'delivery/delivery'],
  client: [],
  dashboard: ['client'],
};
/** Files beside the rooms: the composition root and what it reads. */
const COMPOSITION = new Set([
  'adapters.ts',
  'app.ts',
  'main.ts',
  'config.ts',
  'config-reload.ts',
  'config-schema.ts',
  'connections.ts',
]);
const compositionFile = (path: string): boolean => COMPOSITION.has(path) || path.startsWith('commands/');

function room(path: string): string {
  return path.split('/')[0]!;
}

/** The reason why `from` may not import `to`; undefined when it may. Paths below src/. */
function breach(from: string, to: string): string | undefined {
  if (compositionFile(from)) return undefined;
  if (compositionFile(to)) return 'only the composition root imports itself';
  if (from === 'sources/registry.ts')
    return to.startsWith('sources/') ? undefined : 'the registry is a list of sources';
  if (/^sources\/[^/]+\/simulat[^/]*\.ts$/.test(from)) {
    const own = /^sources\/[^/]+\/simulated-[^/]+\.ts$/.test(to) && to.split('/')[1] === from.split('/')[1];
    return own || to === 'simulator/simulated-service.ts' || to.startsWith('base/')
      ? undefined
      : 'a simulated service is a second reading of the vendor’s pages and shares nothing with the source';
  }
  if (room(from) === room(to)) return siblings(from, to);
  const allowed = ARROWS[room(from)] ?? [];
  const file = to.replace(/\.tsx?$/, '');
  return allowed.includes(room(to)) || allowed.includes(file) ? undefined : `${room(from)} may not know ${file}`;
}

function siblings(from: string, to: string): string | undefined {
  const [, fromFolder, fromFile] = from.split('/');
  const [area, toFolder, toFile] = to.split('/');
  if (area !== 'sources' && area !== 'store') return undefined;
  if (toFile === undefined) return undefined;
  if (fromFile === undefined) return `what all of ${area}/ share knows none of them`;
  if (fromFolder !== toFolder) return `${fromFolder} and ${toFolder} are siblings`;
  return toFile === 'simulator.ts' && !/^(index|simulator.*)\.ts$/.test(fromFile)
    ? 'only the definition names its simulator'
    : undefined;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

describe('the house', () => {
  let modules: readonly IModule[];

  beforeAll(async () => {
    const { output } = await cruise(['src'], {
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '/generated/' },
      tsConfig: { fileName: 'tsconfig.json' },
      ruleSet: { forbidden: [{ name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } }] },
      enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    });
    modules = (output as ICruiseResult).modules.filter(({ source }) => source.startsWith('src/'));
  });

  it('is seen whole', () => {
    expect(modules.length).toBeGreaterThan(30);
  });

  it('has arrows to lower rooms only', () => {
    const breaches = modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ resolved }) => resolved.startsWith('src/'))
        .flatMap(({ resolved }) => {
          const reason = breach(source.slice(4), resolved.slice(4));
          return reason === undefined ? [] : [`${source} → ${resolved}: ${reason}`];
        }),
    );
    expect(breaches).toEqual([]);
  });

  it('has no cycles', () => {
    const cycles = modules.flatMap(({ source, dependencies }) =>
      dependencies.filter(({ circular }) => circular).map(({ resolved }) => `${source} → ${resolved}`),
    );
    expect(cycles).toEqual([]);
  });

  it('would notice a breach', () => {
    expect(breach('base/clock.ts', 'task/task.ts')).toBeDefined();
    expect(breach('sources/sfs/api.ts', 'sources/apig/wire.ts')).toBeDefined();
    expect(breach('sources/sfs/simulator.ts', 'sources/sfs/wire.ts')).toBeDefined();
    expect(breach('watch/engine.ts', 'store/sqlite/sqlite-store.ts')).toBeDefined();
    expect(breach('watch/engine.ts', 'store/store.ts')).toBeUndefined();
  });

  it('takes time from its clock alone', () => {
    const offenders = sourceFiles('src').filter(
      (path) =>
        !/^src\/(base\/clock\.ts|client|dashboard)/.test(path) &&
        /\bDate\.now\(\)|\bnew Date\(\)|\bperformance\.now\(|(?<![.\w])set(Timeout|Interval)\(/.test(
          readFileSync(path, 'utf8'),
        ),
    );
    expect(offenders).toEqual([]);
  });

  it('reads the environment in the composition root alone', () => {
    const offenders = sourceFiles('src').filter(
      (path) => !compositionFile(path.slice(4)) && readFileSync(path, 'utf8').includes('process.env'),
    );
    expect(offenders).toEqual([]);
  });
});
