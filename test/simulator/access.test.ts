import {
  authorization,
  FOREIGN_PROJECT,
  PROJECT,
  SECOND_PROJECT,
  startSimulator,
  TENANTS,
  type Started,
} from './start-simulator.js';

const TOYS = `/v1/${PROJECT}/toys`;

function credentials(password = 'right', scope: unknown = { project: { name: 'cn-north-4' } }) {
  const user = { domain: { name: 'corp' }, name: 'bot', password };
  return { auth: { identity: { methods: ['password'], password: { user } }, ...(scope === null ? {} : { scope }) } };
}

function askToken({ call }: Started, body: unknown = credentials(), query = '') {
  return call(`/v3/auth/tokens${query}`, { method: 'POST', headers: {}, body: JSON.stringify(body) });
}

async function tokenOf(started: Started, body?: unknown): Promise<string> {
  return String((await askToken(started, body)).headers['x-subject-token']);
}

const statusWith = async ({ call }: Started, headers: Record<string, string>, path = TOYS) =>
  (await call(path, { headers })).status;

describe('access to the services', () => {
  it('refuses a caller without a credential, and with a wrong one, as the front gateway does', async () => {
    const { call } = await startSimulator();
    for (const headers of [{}, { 'X-Auth-Token': 'wrong' }, { Authorization: 'Basic x' }, { 'X-Auth-Token': '' }]) {
      const answer = await call(TOYS, { headers });
      expect(answer.status).toBe(401);
      expect(answer.json()).toMatchObject({ error_code: 'APIGW.0301', request_id: answer.headers['x-request-id'] });
    }
  });

  it('accepts a signed request over the wire, once its clock is right', async () => {
    const started = await startSimulator();
    const headers = { host: new URL(started.url).host, 'x-project-id': PROJECT, 'x-sdk-date': '20260101T000000Z' };
    const value = authorization({ method: 'GET', signedPath: `${TOYS}/`, headers });
    expect(await statusWith(started, { ...headers, authorization: value })).toBe(200);
    started.simulator.control.changeSettings({ clockSkewMs: 16 * 60_000 });
    expect(await statusWith(started, { ...headers, authorization: value })).toBe(401);
    started.simulator.control.changeSettings({ clockSkewMs: 0 });
    await started.clock.advance(15 * 60_000 + 1_000);
    expect(await statusWith(started, { ...headers, authorization: value })).toBe(401);
  });

  it('keeps tenants out of one another’s projects', async () => {
    const started = await startSimulator();
    expect(await statusWith(started, { 'X-Auth-Token': 'fixed-corp' }, `/v1/${SECOND_PROJECT}/toys`)).toBe(200);
    const { status, json } = await started.call(`/v1/${FOREIGN_PROJECT}/toys`);
    expect([status, json()['error_code']]).toEqual([403, 'APIGW.0302']);
  });

  it('refuses an X-Project-Id that is not the project of the path or not the caller’s', async () => {
    const started = await startSimulator();
    const token = { 'X-Auth-Token': 'fixed-corp' };
    expect(await statusWith(started, { ...token, 'X-Project-Id': PROJECT })).toBe(200);
    expect(await statusWith(started, { ...token, 'X-Project-Id': SECOND_PROJECT })).toBe(403);
    expect(await statusWith(started, { ...token, 'X-Project-Id': FOREIGN_PROJECT }, '/v2/toys')).toBe(403);
  });

  it('counts the credentials of a refused domain as wrong, and those of others not', async () => {
    const started = await startSimulator();
    const token = await tokenOf(started);
    started.simulator.control.changeSettings({ refusedDomains: ['corp'] });
    expect(await statusWith(started, { 'X-Auth-Token': 'fixed-corp' })).toBe(401);
    expect((await askToken(started)).status).toBe(401);
    expect(await statusWith(started, { 'X-Auth-Token': token })).toBe(200);
    expect(await statusWith(started, { 'X-Auth-Token': 'fixed-other' }, `/v1/${FOREIGN_PROJECT}/toys`)).toBe(200);
  });

  it('refuses to be built of tenants that share a credential, without naming it', async () => {
    const [corp, other] = TENANTS;
    const tenants = [corp!, { ...other!, tokens: ['fixed-corp'] }];
    await expect(startSimulator({ tenants })).rejects.toThrow(/^Two tenants of the simulator share a token$/);
  });
});

describe('IAM', () => {
  it('gives a token in a header, with status 201 and times in microseconds', async () => {
    const started = await startSimulator();
    const answer = await askToken(started, credentials(), '?nocatalog=true');
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({
      token: {
        catalog: [],
        issued_at: '2026-01-01T00:00:00.000000Z',
        expires_at: '2026-01-02T00:00:00.000000Z',
        methods: ['password'],
        project: { id: PROJECT, name: 'cn-north-4', domain: { id: 'domain-a', name: 'corp' } },
        user: { name: 'bot', password_expires_at: '' },
      },
    });
    expect(answer.text).not.toContain(String(answer.headers['x-subject-token']));
    expect(await statusWith(started, { 'X-Auth-Token': String(answer.headers['x-subject-token']) })).toBe(200);
  });

  it('lists the services in the catalog unless it is told not to', async () => {
    const started = await startSimulator();
    const { token } = (await askToken(started)).json() as { token: { catalog: { name: string }[] } };
    expect(token.catalog.map(({ name }) => name)).toEqual(['TOY']);
  });

  it('scopes a token to the project that was asked for', async () => {
    const started = await startSimulator();
    const token = await tokenOf(started, credentials('right', { project: { id: SECOND_PROJECT } }));
    expect(await statusWith(started, { 'X-Auth-Token': token }, `/v1/${SECOND_PROJECT}/toys`)).toBe(200);
    expect(await statusWith(started, { 'X-Auth-Token': token })).toBe(403);
    expect((await started.call('/v2/toys', { headers: { 'X-Auth-Token': token } })).json()['project']).toBe(
      SECOND_PROJECT,
    );
  });

  it.each([
    ['a domain', { domain: { name: 'corp' } }],
    ['nothing', null],
  ])('opens only what has no project in its path to a token scoped to %s', async (_scope, scope) => {
    const started = await startSimulator();
    const headers = { 'X-Auth-Token': await tokenOf(started, credentials('right', scope)) };
    expect(await statusWith(started, headers, '/v2/toys')).toBe(200);
    expect(await statusWith(started, headers)).toBe(403);
  });

  it.each([
    ['a wrong password', credentials('wrong'), 401, 'Unauthorized'],
    ['an unknown project', credentials('right', { project: { id: FOREIGN_PROJECT } }), 404, 'Not Found'],
    ['an unknown domain', credentials('right', { domain: { name: 'other' } }), 404, 'Not Found'],
    ['no password', { auth: { identity: { methods: ['password'] } } }, 400, 'Bad Request'],
    ['no object', [], 400, 'Bad Request'],
  ])('answers %s in its own shape, with a number for a code', async (_what, body, code, title) => {
    const answer = await askToken(await startSimulator(), body);
    expect(answer.status).toBe(code);
    expect(answer.json()).toEqual({ error: { code, message: expect.any(String) as string, title } });
    expect(answer.headers['x-subject-token']).toBeUndefined();
  });

  it('ends a token after its validity, on the cloud’s own clock', async () => {
    const started = await startSimulator({ settings: { tokenValidityMs: 60_000 } });
    const headers = { 'X-Auth-Token': await tokenOf(started) };
    await started.clock.advance(59_999);
    expect(await statusWith(started, headers)).toBe(200);
    await started.clock.advance(1);
    expect(await statusWith(started, headers)).toBe(401);
  });

  it('refuses every issued token once revoked, and accepts the next', async () => {
    const started = await startSimulator();
    const before = await tokenOf(started);
    expect((await started.control('POST', '/__sim/tokens/revoke')).status).toBe(204);
    expect(await statusWith(started, { 'X-Auth-Token': before })).toBe(401);
    expect(await statusWith(started, { 'X-Auth-Token': await tokenOf(started) })).toBe(200);
  });

  it.each([4_000, 20_480])('makes tokens of %i characters, which it reads back to the last one', async (tokenBytes) => {
    const started = await startSimulator({ settings: { tokenBytes } });
    const token = await tokenOf(started);
    expect(token).toHaveLength(tokenBytes);
    expect(await statusWith(started, { 'X-Auth-Token': token })).toBe(200);
    expect(await statusWith(started, { 'X-Auth-Token': `${token.slice(0, -1)}!` })).toBe(401);
    expect(await statusWith(started, { 'X-Auth-Token': `${token.slice(0, 10)}x${token.slice(11)}` })).toBe(401);
  });

  it('is subject to faults like any service', async () => {
    const started = await startSimulator();
    started.simulator.control.addFault({
      match: { service: 'IAM' },
      effect: { kind: 'status', status: 503 },
      times: 1,
    });
    expect((await askToken(started)).status).toBe(503);
    expect((await askToken(started)).status).toBe(201);
  });
});
