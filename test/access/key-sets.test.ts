import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { silentLogger } from '../../src/base/logger.js';
import { createAuthentication, type Authentication } from '../../src/server/authentication.js';
import { ManualClock } from '../support/manual-clock.js';
import { AUDIENCE, ISSUER } from './access-kit.js';

describe('tokens verified by a key set', () => {
  const clock = new ManualClock();
  let keySet: Server;
  let authentication: Authentication;
  let privateKey: CryptoKey;
  let publicKey: CryptoKey;

  beforeAll(async () => {
    ({ privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true }));
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'k' }];
    keySet = createServer((_request, response) => response.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => keySet.listen(0, '127.0.0.1', resolve));
    const jwksUri = `http://127.0.0.1:${(keySet.address() as AddressInfo).port}/jwks.json`;
    const jwt = { issuer: ISSUER, audience: AUDIENCE, jwksUri, accountsClaim: 'accounts', roleClaim: 'role' };
    authentication = createAuthentication({ apiKeys: [], jwt }, { clock, logger: silentLogger, fetchKeys: fetch });
  });
  afterAll(() => {
    keySet.closeAllConnections();
    keySet.close();
  });

  const sign = (key: CryptoKey | Uint8Array, alg: string, kid = 'k'): Promise<string> =>
    new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'someone', exp: Math.floor(clock.now() / 1000) + 60 })
      .setProtectedHeader({ alg, kid })
      .sign(key);

  it('let their owner in until they expire, by the clock of each request', async () => {
    const credential = `Bearer ${await sign(privateKey, 'RS256')}`;
    await expect(authentication.authenticate(credential)).resolves.toMatchObject({ name: 'someone', role: 'READER' });
    await clock.advance(61_000);
    await expect(authentication.authenticate(credential)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('are refused when the public key was used as a secret of HS256', async () => {
    const spki = new TextEncoder().encode(await exportSPKI(publicKey));
    for (const secret of [spki, Buffer.from(JSON.stringify(await exportJWK(publicKey)))]) {
      const credential = `Bearer ${await sign(secret, 'HS256')}`;
      await expect(authentication.authenticate(credential)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  it('are refused when another key signed them, or names one that is not in the set', async () => {
    const other = await generateKeyPair('RS256');
    for (const token of [await sign(other.privateKey, 'RS256'), await sign(privateKey, 'RS256', '../../k')]) {
      await expect(authentication.authenticate(`Bearer ${token}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });
});

describe('keys that cannot be read', () => {
  it('refuse their tokens, and are said so once, by host and reason, until they can', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const lines: Record<string, unknown>[] = [];
    const logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'k' }];
    const answers = [
      () => Promise.reject(new Error('ECONNREFUSED')),
      () => Promise.resolve(new Response(null, { status: 503 })),
      () => Promise.resolve(Response.json({ keys })),
    ];
    const clock = new ManualClock();
    const jwksUri = 'https://id.example.com/tenant/jwks.json?key=hush';
    const jwt = { issuer: ISSUER, audience: AUDIENCE, jwksUri, accountsClaim: 'accounts', roleClaim: 'role' };
    const fetchKeys = (): Promise<Response> => answers.shift()!();
    const authentication = createAuthentication({ apiKeys: [], jwt }, { clock, logger, fetchKeys });
    const token = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: Math.floor(clock.now() / 1000) + 60 })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey);
    const come = (): Promise<unknown> => authentication.authenticate(`Bearer ${token}`);
    await expect(come()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(come()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(come()).resolves.toMatchObject({ role: 'READER' });
    const host = 'id.example.com';
    expect(lines).toMatchObject([
      { level: 40, host, reason: 'ECONNREFUSED' },
      { level: 30, host, msg: 'the keys of the issuer can be read again' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('hush');
  });
});
