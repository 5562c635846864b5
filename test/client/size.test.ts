import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

/** Bundled as a frontend would, by a process of its own: the bundler is no guest in a test's modules. */
function bundled(entry: string): Buffer {
  const script = `
    import { build } from 'vite';
    const { output } = await build({
      configFile: false, logLevel: 'silent',
      build: {
        write: false, minify: true, lib: { entry: '${entry}', formats: ['es'] },
        rollupOptions: { external: ['graphql-ws', 'react'] },
      },
    }).then((built) => (Array.isArray(built) ? built[0] : built));
    process.stdout.write(output[0].code);`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script]);
}

it('the client is at most 9 kB compressed, beside graphql-ws', () => {
  const bytes = gzipSync(bundled('src/client/index.ts')).length;
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThanOrEqual(9_216);
});
