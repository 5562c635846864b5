import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import * as clientDocuments from './src/client/generated/documents.ts';
import * as dashboardDocuments from './src/dashboard/generated/documents.ts';

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

/** Lists what these pages may send, so that the gateway lets them where it lets only trusted documents through. */
function listDocuments(): Plugin {
  const exported = [...Object.values(clientDocuments), ...Object.values(dashboardDocuments)];
  const texts = exported.filter((each) => typeof each !== 'function').map(String);
  const source = JSON.stringify(
    texts.filter((text) => !text.trim().startsWith('fragment')),
    null,
    1,
  );
  return {
    name: 'list-documents',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'documents.json', source });
    },
  };
}

/** The one script that holds up the first paint, and may: it is a file, because the page's policy lets nothing inline run. */
function themeFirst(): Plugin {
  return {
    name: 'theme-first',
    apply: 'build',
    async buildStart() {
      this.emitFile({ type: 'asset', name: 'theme-first.js', source: await readFile('src/dashboard/theme-first.js') });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {}, filename }) {
        const src = Object.keys(bundle).find((name) => name.includes('theme-first'));
        if (!filename.endsWith('index.html') || src === undefined) return [];
        return [{ tag: 'script', attrs: { src: `/${src}` }, injectTo: 'head' }];
      },
    },
  };
}

export default defineConfig({
  root: 'src/dashboard',
  publicDir: false,
  plugins: [react(), listDocuments(), themeFirst(), precompress()],
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
