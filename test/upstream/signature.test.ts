import { createHash, createHmac } from 'node:crypto';
import { verifySignature } from '../../src/simulator/signature.js';
import { encodeRequest } from '../../src/upstream/outgoing.js';
import { canonicalRequest, signRequest } from '../../src/upstream/signature.js';
import { pathSegment, type UpstreamRequest } from '../../src/upstream/upstream-client.js';

const KEY = { accessKey: 'AK', secretKey: 'SK', projectId: '0123456789abcdef0123456789abcdef' };
const AT = Date.UTC(2026, 10, 24, 1, 44, 2, 999);
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const BASE = new URL('https://bcs.cn-north-4.myhuaweicloud.com');

const request = (partial: Partial<UpstreamRequest>): UpstreamRequest => ({
  method: 'GET',
  path: '/v2/p/jobs',
  priority: 'poll',
  ...partial,
});

describe('the canonical request', () => {
  const SIGNED = { host: 'bcs.cn-north-4.myhuaweicloud.com', 'x-sdk-date': '20261124T014402Z' };

  test('ends its path in a slash that is not sent, and sorts the query', async () => {
    const outgoing = await encodeRequest(
      BASE,
      request({ query: { status: 'Running,Failed', limit: 100, 'a b': '*', gone: undefined } }),
    );
    expect(outgoing.path).toBe('/v2/p/jobs');
    expect(canonicalRequest(outgoing, SIGNED)).toBe(
      [
        'GET',
        '/v2/p/jobs/',
        'a%20b=%2A&limit=100&status=Running%2CFailed',
        'host:bcs.cn-north-4.myhuaweicloud.com',
        'x-sdk-date:20261124T014402Z',
        '',
        'host;x-sdk-date',
        EMPTY,
      ].join('\n'),
    );
  });

  test('hashes the exact bytes of a JSON body, a DELETE included', async () => {
    const outgoing = await encodeRequest(BASE, request({ method: 'DELETE', body: { jobs: ['é'] } }));
    expect(outgoing.body?.toString()).toBe('{"jobs":["é"]}');
    const hash = createHash('sha256').update('{"jobs":["é"]}').digest('hex');
    expect(canonicalRequest(outgoing, SIGNED).split('\n').at(-1)).toBe(hash);
  });

  test('encodes a segment once, whatever it holds', async () => {
    const outgoing = await encodeRequest(BASE, request({ path: `/v1/${pathSegment("a b/c%é~!'()*")}/x` }));
    expect(outgoing.path).toBe('/v1/a%20b%2Fc%25%C3%A9~%21%27%28%29%2A/x');
    expect(canonicalRequest(outgoing, SIGNED).split('\n')[1]).toBe('/v1/a%20b%2Fc%25%C3%A9~%21%27%28%29%2A/x/');
  });
});

describe('a signature', () => {
  test('is the documented HMAC over date and canonical request', async () => {
    const headers = signRequest(await encodeRequest(BASE, request({})), KEY, AT);
    const canonical = `GET\n/v2/p/jobs/\n\ncontent-type:application/json\nhost:${BASE.host}\nx-project-id:${KEY.projectId}\nx-sdk-date:20261124T014402Z\n\ncontent-type;host;x-project-id;x-sdk-date\n${EMPTY}`;
    const hash = createHash('sha256').update(canonical).digest('hex');
    const signature = createHmac('sha256', 'SK').update(`SDK-HMAC-SHA256\n20261124T014402Z\n${hash}`).digest('hex');
    expect(headers).toEqual({
      'x-sdk-date': '20261124T014402Z',
      'x-project-id': KEY.projectId,
      authorization: `SDK-HMAC-SHA256 Access=AK, SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=${signature}`,
    });
  });

  test('of a multipart body covers neither the body nor its boundary', async () => {
    const form = new FormData();
    form.set('is_create_group', 'true');
    form.set('file_name', new Blob(['{}']), 'api.json');
    const outgoing = await encodeRequest(BASE, request({ method: 'POST', body: form }));
    expect(outgoing.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(outgoing.body?.toString()).toContain('name="file_name"; filename="api.json"');
    const headers = signRequest(outgoing, KEY, AT);
    expect(headers['x-sdk-content-sha256']).toBe('UNSIGNED-PAYLOAD');
    expect(headers['authorization']).toContain('SignedHeaders=host;x-project-id;x-sdk-content-sha256;x-sdk-date,');
    expect(canonicalRequest(outgoing, { host: 'h' }).endsWith('\nhost\nUNSIGNED-PAYLOAD')).toBe(true);
  });

  const json: UpstreamRequest['body'] = { jobs: ['1', 'ü'] };
  test.each<[string, string, Partial<UpstreamRequest>]>([
    ['a GET without a body', BASE.href, {}],
    ['a query', BASE.href, { query: { status: 'Running,Failed', b: '/?&=+ %', a: 1 } }],
    ['a DELETE with a body', BASE.href, { method: 'DELETE', body: json }],
    ['a POST without a body', BASE.href, { method: 'POST' }],
    ['odd path segments', BASE.href, { path: `/v1/${pathSegment("a b/c%é~!'()*+")}` }],
    ['a path that ends in a slash', BASE.href, { path: '/v1/x/' }],
    ['a port and a path prefix', 'http://127.0.0.1:9400/cloud/', { method: 'PUT', body: json }],
  ])('of %s is accepted by the verifier of the simulator', async (_, baseUrl, partial) => {
    const outgoing = await encodeRequest(new URL(baseUrl), request(partial));
    const wire = {
      method: outgoing.method,
      url: outgoing.query === '' ? outgoing.path : `${outgoing.path}?${outgoing.query}`,
      headers: { ...outgoing.headers, ...signRequest(outgoing, KEY, AT) },
      body: outgoing.body ?? Buffer.alloc(0),
    };
    const keyOf = (accessKey: string) => (accessKey === KEY.accessKey ? KEY : undefined);
    expect(verifySignature(wire, keyOf, AT)).toEqual({ ok: true, accessKey: 'AK' });
    expect(verifySignature({ ...wire, url: `${wire.url}x` }, keyOf, AT).ok).toBe(false);
  });
});
