import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * Writes `.br` and `.gz` beside each text asset, so that the server compresses nothing while it runs. From the files as
 * they were written: before that, other plugins still replace parts of them.
 */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir = '.' }, bundle) {
      await Promise.all(
        Object.keys(bundle)
          .filter((name) => /\.(js|css|html|svg)$/.test(name))
          .map((name) => compress(join(dir, name))),
      );
    },
  };
}

async function compress(file: string): Promise<void> {
  const source = await readFile(file);
  if (source.length < 1024) return;
  const quality = source.length > 100_000 ? 4 : 9;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
  await Promise.all([
    writeFile(`${file}.br`, await promisify(brotliCompress)(source, { params })),
    writeFile(`${file}.gz`, await promisify(gzip)(source)),
  ]);
}

export default defineConfig({
  root: 'src/dashboard',
  publicDir: false,
  plugins: [react(), precompress()],
  worker: { format: 'es' },
  build: {
    outDir: '../../dist/pages',
    emptyOutDir: true,
    manifest: true,
    chunkSizeWarningLimit: 10_000,
    rollupOptions: {
      input: { index: 'src/dashboard/index.html', graphiql: 'src/dashboard/graphiql.html' },
      onwarn(warning, warn) {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
