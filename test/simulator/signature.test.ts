import { createHash, createHmac } from 'node:crypto';
import { verifySignature, type SignedRequest } from '../../src/simulator/signature.js';
import { authorization, type Signing } from './start-simulator.js';

const SIGNED_AT = Date.UTC(2026, 10, 24, 1, 44, 2);
const DATE = '20261124T014402Z';
const HOST = 'sfs-turbo.cn-north-4.myhuaweicloud.com';
const MINUTE = 60_000;

const keyOf = (accessKey: string) =>
  accessKey === 'AKCORP'
    ? { accessKey, secretKey: 'sk-corp' }
    : accessKey === 'AKTEMP'
      ? { accessKey, secretKey: 'sk-temp', securityToken: 'temporary' }
      : undefined;

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

interface Sent {
  readonly url?: string;
  readonly body?: string;
  readonly now?: number;
  /** Sent beside those that are signed. */
  readonly extra?: Readonly<Record<string, string>>;
}

function verify(signing: Partial<Signing>, sent: Sent = {}) {
  const headers = { host: HOST, 'x-sdk-date': DATE, ...signing.headers };
  const full: Signing = { method: 'GET', signedPath: '/v1/p/jobs/', ...signing, headers };
  const request: SignedRequest = {
    method: full.method,
    url: sent.url ?? '/v1/p/jobs',
    headers: { ...headers, authorization: authorization(full), ...sent.extra },
    body: Buffer.from(sent.body ?? ''),
  };
  return verifySignature(request, keyOf, sent.now ?? SIGNED_AT);
}

const accepted = { ok: true, accessKey: 'AKCORP' };

describe('the verifier of AK/SK signatures', () => {
  it('accepts a request whose canonical form was written out by hand', () => {
    const canonical =
      'GET\n/v1/0123/sfs-turbo/jobs/e7bd/\nlimit=10&offset=0\n' +
      `content-type:application/json\nhost:${HOST}\nx-project-id:0123\nx-sdk-date:${DATE}\n\n` +
      'content-type;host;x-project-id;x-sdk-date\n' +
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const toSign = `SDK-HMAC-SHA256\n${DATE}\n${sha256(canonical)}`;
    const signature = createHmac('sha256', 'sk-corp').update(toSign).digest('hex');
    const request: SignedRequest = {
      method: 'GET',
      url: '/v1/0123/sfs-turbo/jobs/e7bd?offset=0&limit=10',
      headers: {
        host: HOST,
        'content-type': 'application/json',
        'x-project-id': '0123',
        'x-sdk-date': DATE,
        'user-agent': 'not signed',
        authorization: `SDK-HMAC-SHA256 Access=AKCORP, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=${signature}`,
      },
      body: Buffer.alloc(0),
    };
    expect(verifySignature(request, keyOf, SIGNED_AT)).toEqual(accepted);
    expect(verifySignature({ ...request, url: request.url.replace('e7bd', 'e7be') }, keyOf, SIGNED_AT).ok).toBe(false);
    expect(verifySignature({ ...request, method: 'DELETE' }, keyOf, SIGNED_AT).ok).toBe(false);
    expect(verifySignature({ ...request, body: Buffer.from('{}') }, keyOf, SIGNED_AT).ok).toBe(false);
  });

  it('signs the path with a slash at its end, which is not sent', () => {
    expect(verify({ signedPath: '/v1/p/jobs/' })).toEqual(accepted);
    expect(verify({ signedPath: '/v1/p/jobs' }).ok).toBe(false);
    expect(verify({ signedPath: '/v1/p/jobs/' }, { url: '/v1/p/jobs/' })).toEqual(accepted);
    expect(verify({ signedPath: '/' }, { url: '/' })).toEqual(accepted);
  });

  it('encodes path segments as RFC 3986 says', () => {
    const url = "/v1/a%20b/%E4%BB%BB/it's~(x)*!";
    expect(verify({ signedPath: '/v1/a%20b/%E4%BB%BB/it%27s~%28x%29%2A%21/' }, { url })).toEqual(accepted);
    expect(verify({ signedPath: '/v1/a%2Fb/' }, { url: '/v1/a%2Fb' })).toEqual(accepted);
  });

  it('sorts the query by key and then by value, and encodes both', () => {
    const url = '/v1/p/jobs?b=2&a-b=1&a=z&a=%2Fy&empty=&space=a%20b';
    const signedQuery = 'a=%2Fy&a=z&a-b=1&b=2&empty=&space=a%20b';
    expect(verify({ signedQuery }, { url })).toEqual(accepted);
    expect(verify({ signedQuery: 'a=z&a=%2Fy&a-b=1&b=2&empty=&space=a%20b' }, { url }).ok).toBe(false);
  });

  it.each([
    ['Node', ['content-type', 'x-project-id']],
    ['Python', ['content-type', 'user-agent', 'x-project-id']],
    ['Go', ['x-project-id']],
    ['the least', []],
  ])('takes the list of signed headers as %s sends it', (_client, names) => {
    const values: Record<string, string> = { 'content-type': 'a/b', 'x-project-id': 'p', 'user-agent': 'sdk' };
    const headers = Object.fromEntries(names.map((name) => [name, values[name]!]));
    expect(verify({ headers }, { extra: { accept: '*/*' } })).toEqual(accepted);
    if (names.length > 0) expect(verify({ headers }, { extra: { [names[0]!]: 'changed' } }).ok).toBe(false);
  });

  it.each(['host', 'x-sdk-date'])('refuses a list without %s', (missing) => {
    const all: Record<string, string> = { host: HOST, 'x-sdk-date': DATE };
    const headers = Object.fromEntries(Object.entries(all).filter(([name]) => name !== missing));
    const value = authorization({ method: 'GET', signedPath: '/v1/p/jobs/', headers });
    const request = {
      method: 'GET',
      url: '/v1/p/jobs',
      headers: { ...all, authorization: value },
      body: Buffer.alloc(0),
    };
    expect(verifySignature(request, keyOf, SIGNED_AT)).toEqual({ ok: false, reason: `${missing} is not signed` });
  });

  it('refuses signed headers that are not sorted, or that were not sent', () => {
    const good = { host: HOST, 'x-sdk-date': DATE };
    const value = authorization({ method: 'GET', signedPath: '/v1/p/jobs/', headers: good });
    const request = (authorization: string): SignedRequest => ({
      method: 'GET',
      url: '/v1/p/jobs',
      headers: { ...good, authorization },
      body: Buffer.alloc(0),
    });
    const swapped = value.replace('host;x-sdk-date', 'x-sdk-date;host');
    expect(verifySignature(request(swapped), keyOf, SIGNED_AT)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/not sorted/) as string,
    });
    const absent = value.replace('host;', 'host;x-absent;');
    expect(verifySignature(request(absent), keyOf, SIGNED_AT)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/x-absent/) as string,
    });
  });

  it('lets a clock differ by 15 minutes either way and no more', () => {
    expect(verify({}, { now: SIGNED_AT + 15 * MINUTE })).toEqual(accepted);
    expect(verify({}, { now: SIGNED_AT - 15 * MINUTE })).toEqual(accepted);
    expect(verify({}, { now: SIGNED_AT + 15 * MINUTE + 1_000 })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/signature expired/) as string,
    });
    expect(verify({}, { now: SIGNED_AT - 15 * MINUTE - 1_000 })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/signature expired/) as string,
    });
  });

  it.each(['2026-11-24T01:44:02Z', '20261124T0144Z', '20261324T014402Z', ''])('refuses the date %p', (date) => {
    expect(verify({ headers: { 'x-sdk-date': date } })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/X-Sdk-Date/) as string,
    });
  });

  it('hashes the body over its exact bytes', () => {
    const body = '{"server": {"id":"任务"}}';
    expect(verify({ payload: sha256(body) }, { body })).toEqual(accepted);
    expect(verify({ payload: sha256('{"server":{"id":"任务"}}') }, { body }).ok).toBe(false);
  });

  it('leaves the body unhashed only where UNSIGNED-PAYLOAD is sent and signed', () => {
    const name = 'x-sdk-content-sha256';
    const unsigned = 'UNSIGNED-PAYLOAD';
    const body = '--multipart--';
    expect(verify({ headers: { [name]: unsigned }, payload: unsigned }, { body })).toEqual(accepted);
    expect(verify({ payload: unsigned }, { body }).ok).toBe(false);
    expect(verify({ payload: unsigned }, { body, extra: { [name]: unsigned } }).ok).toBe(false);
    expect(verify({ headers: { [name]: sha256(body) }, payload: sha256(body) }, { body })).toEqual(accepted);
    expect(verify({ headers: { [name]: sha256('x') }, payload: sha256('x') }, { body }).ok).toBe(false);
  });

  it('refuses an unknown key, a wrong secret and a malformed header', () => {
    expect(verify({ accessKey: 'NOBODY' })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/does not exist/) as string,
    });
    expect(verify({ secretKey: 'wrong' })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/signature fail/) as string,
    });
    for (const value of [
      '',
      'Bearer x',
      'SDK-HMAC-SHA256 Access=AKCORP',
      'SDK-HMAC-SHA256 Access=AKCORP, SignedHeaders=host;x-sdk-date, Signature=abc',
    ]) {
      expect(verify({}, { extra: { authorization: value } })).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/malformed/) as string,
      });
    }
  });

  it('wants the security token of a temporary key', () => {
    const key = { accessKey: 'AKTEMP', secretKey: 'sk-temp' };
    expect(verify({ ...key, headers: { 'x-security-token': 'temporary' } })).toEqual({ ok: true, accessKey: 'AKTEMP' });
    expect(verify({ ...key, headers: { 'x-security-token': 'stale' } }).ok).toBe(false);
    expect(verify(key).ok).toBe(false);
  });
});
