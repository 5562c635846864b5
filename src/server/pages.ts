import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Nothing from elsewhere, nothing inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "object-src 'none'",
].join('; ');

/** GraphiQL's editor makes its styles and its workers at run time. */
const GRAPHIQL_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY.replace(
  "style-src 'self'",
  "style-src 'self' 'unsafe-inline'",
).concat("; font-src 'self' data:; worker-src 'self' blob:");

/** Paths that the dashboard routes by itself. */
const DASHBOARD_PATHS = ['/', '/tasks/*', '/sources', '/start', '/start/*', '/track', '/wall', '/login'];

/** Go with every answer, streams too. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export interface PagesOptions {
  /** Folder with `index.html`, `graphiql.html` and `assets/`, as the build made them. */
  readonly folder: string;
  readonly graphiql: boolean;
}

/** The documents that the built pages send, as the build listed them; none where there are no pages. */
export function documentsOfPages(folder: string): readonly string[] {
  const file = join(folder, 'documents.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly string[]) : [];
}

/** Serves the dashboard and GraphiQL from local files; assets have hashed names and never change. */
export async function registerPages(app: FastifyInstance, { folder, graphiql }: PagesOptions): Promise<void> {
  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!reply.hasHeader(name)) reply.header(name, value);
    }
  });
  const index = join(folder, 'index.html');
  const built = existsSync(index);
  /** The page is told what else there is to link to. */
  const dashboard = async (reply: FastifyReply): Promise<FastifyReply> => {
    const html = await readFile(index, 'utf8');
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('cache-control', 'no-cache');
    return reply.type('text/html; charset=utf-8').send(graphiql ? html.replace('<html', '<html data-graphiql') : html);
  };
  app.setNotFoundHandler((request, reply) => {
    // Who follows an old link meets a page that says so and leads on; a program gets the plain answer.
    const person = request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '');
    if (!built || !person) return reply.code(404).type('text/plain').send('Not found\n');
    return dashboard(reply.code(404));
  });
  if (!built) return;

  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, cacheControl: false });

  for (const path of DASHBOARD_PATHS) {
    app.get(path, (_request, reply) => dashboard(reply));
  }
  if (graphiql)
    app.get('/graphiql', (_request, reply) => page(reply, 'graphiql.html', GRAPHIQL_CONTENT_SECURITY_POLICY));

  app.get('/assets/*', (request, reply) =>
    reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .sendFile(`assets/${(request.params as { '*': string })['*']}`),
  );
}

function page(reply: FastifyReply, file: string, policy: string): FastifyReply {
  return reply.header('content-security-policy', policy).header('cache-control', 'no-cache').sendFile(file);
}
