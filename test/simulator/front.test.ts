import { connect } from 'node:net';
import { FOREIGN_PROJECT, PROJECT, send, startSimulator } from './start-simulator.js';

const TOYS = `/v1/${PROJECT}/toys`;

describe('the front of the simulated cloud', () => {
  it('answers an unknown path, and a wrong method, as an API that is not published', async () => {
    const { call } = await startSimulator();
    for (const [method, path] of [
      ['GET', '/v9/nothing'],
      ['PUT', TOYS],
      ['GET', `${TOYS}/`],
      ['GET', `//${PROJECT}/toys`],
      ['GET', '/v1/%E0%A4%A/toys'],
      ['OPTIONS', TOYS],
    ] as const) {
      const answer = await call(path, { method });
      expect(answer.status).toBe(404);
      expect(answer.json()).toEqual({
        error_code: 'APIGW.0101',
        error_msg: expect.any(String) as string,
        request_id: answer.headers['x-request-id'],
      });
    }
  });

  it('says 404 before it asks who is calling', async () => {
    const { call } = await startSimulator();
    expect((await call('/v9/nothing', { headers: {} })).status).toBe(404);
  });

  it('prefers a literal segment to a parameter', async () => {
    const { call } = await startSimulator();
    expect((await call(`${TOYS}/summary`)).json()).toEqual({ summary: true });
  });

  it('gives every reply a request id of its own and a date', async () => {
    const { call, control } = await startSimulator();
    const answers = [await call(TOYS), await call('/nothing'), await control('GET', '/__sim/health'), await call(TOYS)];
    const ids = answers.map(({ headers }) => headers['x-request-id']);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(String(id)))).toBe(true);
    expect(new Set(ids).size).toBe(4);
    expect(answers[0]!.headers['date']).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
  });

  it('passes on status, headers and JSON of a service, and an empty body as none', async () => {
    const { call } = await startSimulator();
    const begun = await call(TOYS, { method: 'POST' });
    expect([begun.status, begun.headers['x-toy'], begun.headers['content-type']]).toEqual([
      202,
      'yes',
      'application/json',
    ]);
    const gone = await call(`${TOYS}/${String(begun.json()['task_id'])}`, { method: 'DELETE' });
    expect([gone.status, gone.text]).toEqual([204, '']);
  });

  it('names the caller’s project also where the path has none', async () => {
    const { call } = await startSimulator();
    expect((await call('/v2/toys')).json()['project']).toBe(PROJECT);
    const headers = { 'X-Auth-Token': 'fixed-other' };
    expect((await call('/v2/toys', { headers })).json()['project']).toBe(FOREIGN_PROJECT);
  });

  it('answers a bug of a service as an unavailable backend', async () => {
    const { call } = await startSimulator();
    const answer = await call('/v2/broken-toys');
    expect([answer.status, answer.json()['error_code']]).toEqual([502, 'APIGW.0201']);
  });

  it('refuses a body over 12 MB, announced or not, and takes one of 12 MB', async () => {
    const { call, url } = await startSimulator();
    const limit = 12 * 2 ** 20;
    expect((await call(TOYS, { method: 'POST', body: Buffer.alloc(limit) })).status).toBe(202);
    const answer = await call(TOYS, { method: 'POST', body: Buffer.alloc(limit + 1) });
    expect([answer.status, answer.json()['error_code']]).toEqual([413, 'APIGW.0201']);

    const headers = { 'X-Auth-Token': 'fixed-corp', 'Transfer-Encoding': 'chunked' };
    expect((await send(url, TOYS, { method: 'POST', headers, body: Buffer.alloc(limit + 1) })).status).toBe(413);
  });

  it('answers what is no HTTP with the shape of the front gateway', async () => {
    const { url } = await startSimulator();
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('what is this\r\n\r\n'));
      let seen = '';
      socket.on('data', (chunk) => (seen += chunk.toString()));
      socket.on('end', () => resolve(seen));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 [^]*APIGW\.0201/);
  });

  it('refuses to be built of two routes that cannot be told apart', async () => {
    const route = (path: string) => ({ method: 'GET' as const, path, handle: () => ({ status: 200 }) });
    const service = {
      service: 'TWIN',
      routes: [route('/v1/:projectId/x'), route('/v1/:id/x')],
      create: () => {
        throw new Error('not asked for');
      },
    };
    await expect(startSimulator({ services: [service] })).rejects.toThrow('GET /v1/:projectId/x and /v1/:id/x');
  });

  it('says so when its port is taken', async () => {
    const { url } = await startSimulator();
    await expect(startSimulator({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
