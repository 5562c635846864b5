import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

/**
 * As it reaches a browser, bundled by a process of its own: the bundler is no guest in a test's modules. A library build
 * would keep white space and comments, which no page serves.
 */
function bundled(entry: string): Buffer {
  const script = `
    import { build } from 'vite';
    const { output } = await build({
      configFile: false, logLevel: 'silent',
      build: {
        write: false,
        rollupOptions: {
          input: '${entry}', preserveEntrySignatures: 'strict', external: ['graphql-ws', 'react'],
        },
      },
    }).then((built) => (Array.isArray(built) ? built[0] : built));
    process.stdout.write(output[0].code);`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script]);
}

it('the client is at most 8.5 kB compressed, beside graphql-ws', () => {
  const bytes = gzipSync(bundled('src/client/index.ts')).length;
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThanOrEqual(8_704);
});
