import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { CLIENTS, PLENTY, raw } from './access-kit.js';

const CONSOLE = 'https://console.example.com';
const HEADERS = { authorization: 'Bearer reader-key', 'content-type': 'application/json' };

describe('what browsers get', () => {
  const pagesFolder = mkdtempSync(join(tmpdir(), 'pages-'));
  let gateway: RunningGateway;
  beforeAll(async () => {
    for (const file of ['index.html', 'graphiql.html']) writeFileSync(join(pagesFolder, file), '<!doctype html>');
    const server = { port: 0, allowedOrigins: [CONSOLE], graphiql: true };
    gateway = await startGateway({ config: { clients: CLIENTS, limits: PLENTY, server }, pagesFolder });
  });
  afterAll(async () => {
    await gateway.stop();
    rmSync(pagesFolder, { recursive: true });
  });

  it.each(['/', '/tasks/x', '/login', '/graphiql'])(
    'is a page at %s that runs nothing from elsewhere',
    async (path) => {
      const { status, headers } = await raw(gateway.url, { method: 'GET', path });
      const policy = String(headers['content-security-policy']);
      expect(status).toBe(200);
      for (const part of ["default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'"]) {
        expect(policy.split('; ')).toContain(part);
      }
      expect(policy).not.toMatch(/unsafe-eval|\*|https?:/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  it.each(['/assets/../taskgate.yaml', '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/index.html', '/store.db'])(
    'is no file outside of the assets: %s',
    async (path) => {
      expect((await raw(gateway.url, { method: 'GET', path })).status).toBeGreaterThanOrEqual(400);
    },
  );

  const body = JSON.stringify({ query: '{ viewer { name } }' });

  it('is an answer that the allowed origin may read, and no cookie', async () => {
    const { status, headers } = await raw(gateway.url, { headers: { ...HEADERS, origin: CONSOLE }, body });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': CONSOLE,
      vary: 'Origin',
      'cache-control': 'no-store',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('is a stream that the allowed origin may read', async () => {
    const headers = { ...HEADERS, accept: 'text/event-stream', origin: CONSOLE };
    const answer = await raw(gateway.url, { headers, body });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'access-control-allow-origin': CONSOLE,
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
    });
  });

  it('is a preflight that names what may be sent', async () => {
    const headers = { origin: CONSOLE, 'access-control-request-method': 'POST' };
    const answer = await raw(gateway.url, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': CONSOLE,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': expect.stringContaining('authorization') as string,
    });
  });

  it('is the error of an allowed origin, readable too', async () => {
    const headers = { 'content-type': 'application/json', origin: CONSOLE };
    const answer = await raw(gateway.url, { headers, body });
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': CONSOLE, 'www-authenticate': 'Bearer' });
  });

  it('is the same origin’s due without a list', async () => {
    const answer = await raw(gateway.url, { headers: { ...HEADERS, origin: gateway.url }, body });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['https://console.example.com.evil.com'],
    ['http://console.example.com'],
    ['https://console.example.com:444'],
    ['https://user@console.example.com'],
    ['https://console.example.com/'],
    ['https://evil.com, https://console.example.com'],
    ['file://'],
    [''],
  ])('is a 403 at the origin %j, which only looks like it', async (origin) => {
    const answer = await raw(gateway.url, { headers: { ...HEADERS, origin }, body });
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each(['/graphql', '/livez', '/readyz', '/metrics', '/nowhere'])('are security headers on %s', async (path) => {
    const { headers } = await raw(gateway.url, { method: 'GET', path });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['server']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
