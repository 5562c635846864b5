import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { FaultEffect, FaultRule } from '../../src/simulator/faults.js';
import { settle } from '../support/manual-clock.js';
import { PROJECT, SECOND_PROJECT, startSimulator, type Started } from './start-simulator.js';

const TOYS = `/v1/${PROJECT}/toys`;

async function startWith(effect: FaultEffect, rest: Omit<FaultRule, 'effect'> = {}): Promise<Started> {
  const started = await startSimulator();
  started.simulator.control.addFault({ ...rest, effect });
  return started;
}

const start = ({ call }: Started) => call(TOYS, { method: 'POST' });
const toys = ({ simulator }: Started): number => simulator.world.tasks.size;

/** Waits for what another process would see: the simulator has carried the request out, or logged it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settle(1);
}

describe('faults that answer something else', () => {
  it('sends exactly the status, body and headers that were asked for, and carries nothing out', async () => {
    const body = { error_code: 'TOY.1', list: [1, null] };
    const started = await startWith({ kind: 'status', status: 418, body, headers: { 'X-Odd': 'yes' } });
    const answer = await start(started);
    expect([answer.status, answer.json(), answer.headers['x-odd'], toys(started)]).toEqual([418, body, 'yes', 0]);
  });

  it('can carry the request out and answer an error nevertheless', async () => {
    const started = await startWith({ kind: 'status', status: 504, handled: true });
    expect([(await start(started)).status, toys(started)]).toEqual([504, 1]);
  });

  it.each([
    ['seconds', { retryAfter: 3 }, '3'],
    ['nonsense', { retryAfter: 'soon' }, 'soon'],
    ['a date', { retryAfterDateMs: 5_000 }, 'Thu, 01 Jan 2026 00:00:05 GMT'],
    ['nothing', {}, undefined],
  ])('throttles with %s in Retry-After', async (_form, fields, header) => {
    const started = await startWith({ kind: 'throttle', ...fields });
    const answer = await start(started);
    expect([answer.status, answer.headers['retry-after'], toys(started)]).toEqual([429, header, 0]);
    expect(answer.json()).toEqual({
      error_code: 'APIGW.0308',
      error_msg: expect.stringContaining('The throttling threshold has been reached') as string,
      request_id: answer.headers['x-request-id'],
    });
  });

  it('throttles in any status, also with the code of APIG', async () => {
    const answer = await start(await startWith({ kind: 'throttle', code: 'APIG.0308', status: 403 }));
    expect([answer.status, answer.json()['error_code']]).toEqual([403, 'APIG.0308']);
  });

  it('lets so many requests a second pass, for each project', async () => {
    const started = await startWith({ kind: 'throttle', perSecond: 2 });
    const statuses = async (path: string) => (await started.call(path)).status;
    const list = [await statuses(TOYS), await statuses(TOYS), await statuses(TOYS)];
    expect([...list, await statuses(`/v1/${SECOND_PROJECT}/toys`)]).toEqual([200, 200, 429, 200]);
    await started.clock.advance(1_000);
    expect([await statuses(TOYS), await statuses(TOYS), await statuses(TOYS)]).toEqual([200, 200, 429]);
  });

  it('shows a proxy’s page', async () => {
    const answer = await start(await startWith({ kind: 'html' }));
    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
      502,
      'text/html',
      expect.stringContaining('<html>'),
    ]);
  });

  it('redirects', async () => {
    const to = 'https://elsewhere.example/steal';
    const started = await startWith({ kind: 'redirect', to, status: 307 });
    const answer = await start(started);
    expect([answer.status, answer.headers['location'], toys(started)]).toEqual([307, to, 0]);
  });
});

describe('faults of the connection', () => {
  it('resets before the request is carried out', async () => {
    const started = await startWith({ kind: 'resetBefore' }, { times: 1 });
    await expect(start(started)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(toys(started)).toBe(0);
    expect((await start(started)).status).toBe(202);
  });

  it('resets after the request was carried out', async () => {
    const started = await startWith({ kind: 'resetAfter' });
    await expect(start(started)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(toys(started)).toBe(1);
  });

  it('closes in the middle of the body', async () => {
    const answer = await start(await startWith({ kind: 'resetDuring' }));
    expect([answer.status, answer.complete]).toEqual([202, false]);
    expect(answer.text).toMatch(/^\{"task_id/);
    expect(answer.text).not.toMatch(/\}$/);
  });

  it('hangs after the request was carried out, until the simulator closes', async () => {
    const started = await startWith({ kind: 'hangAfter' });
    const hanging = start(started).then(
      () => 'answered',
      () => 'closed',
    );
    await until(() => started.simulator.control.log().requests.length === 1);
    await started.clock.advance(3_600_000);
    expect(toys(started)).toBe(1);
    expect(await Promise.race([hanging, settle().then(() => 'hanging')])).toBe('hanging');
    await started.simulator.close();
    expect(await hanging).toBe('closed');
  });

  it('sends headers late', async () => {
    const started = await startWith({ kind: 'slowHeaders', delayMs: 5_000 });
    let answered = false;
    const pending = start(started).finally(() => (answered = true));
    await until(() => started.clock.pendingTimers === 1);
    await started.clock.advance(4_999);
    expect(answered).toBe(false);
    await started.clock.advance(1);
    expect(await pending).toMatchObject({ status: 202, complete: true });
  });

  it('sends headers at once and the body in pieces', async () => {
    const started = await startWith({ kind: 'slowBody', overMs: 1_000, pieces: 4 });
    const chunks: string[] = [];
    const { hostname, port } = new URL(started.url);
    const headers = { 'X-Auth-Token': 'fixed-corp' };
    const ended = new Promise<void>((resolve, reject) => {
      get({ hostname, port, path: TOYS, headers, agent: false }, (response) => {
        chunks.push('headers');
        response.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
        response.on('end', resolve);
      }).on('error', reject);
    });
    await until(() => chunks.length === 1);
    for (let piece = 1; piece <= 4; piece++) {
      await started.clock.advance(250);
      await until(() => chunks.length === 1 + piece);
    }
    await ended;
    expect(chunks.slice(1).join('')).toBe('{"toys":[]}');
  });

  it('never ends a body, and forgets its timer when the client leaves', async () => {
    const started = await startWith({ kind: 'endlessBody', everyMs: 10 });
    const { hostname, port } = new URL(started.url);
    const headers = { 'X-Auth-Token': 'fixed-corp' };
    let length = 0;
    const request = get({ hostname, port, path: TOYS, headers, agent: false }, (response) => {
      response.on('data', (chunk: Buffer) => (length += chunk.length));
      response.on('error', () => undefined);
    });
    request.on('error', () => undefined);
    for (let seen = 0, round = 0; round < 5; round++, seen = length) {
      await until(() => started.clock.pendingTimers === 1);
      await started.clock.advance(10);
      await until(() => length > seen);
    }
    request.destroy();
    await until(() => started.clock.pendingTimers === 0);
  });
});

describe('faults of the reply', () => {
  it('floods with valid JSON', async () => {
    const answer = await start(await startWith({ kind: 'huge', bytes: 3_000_000 }));
    expect(answer.complete).toBe(true);
    expect(String(answer.json()['flood'])).toHaveLength(3_000_000);
  });

  it('floods with 200 MiB unless told otherwise', async () => {
    const { url } = await startWith({ kind: 'huge' });
    const { hostname, port } = new URL(url);
    const headers = { 'X-Auth-Token': 'fixed-corp' };
    const length = await new Promise<number>((resolve, reject) => {
      get({ hostname, port, path: TOYS, headers, agent: false }, (response) => {
        let total = 0;
        response.on('data', (chunk: Buffer) => (total += chunk.length));
        response.on('end', () => resolve(total));
      }).on('error', reject);
    });
    expect(length).toBe(200 * 2 ** 20 + '{"flood":""}'.length);
  });

  it('sends a small body that grows a hundredfold and more when it is unpacked', async () => {
    const { url } = await startWith({ kind: 'gzipBomb', bytes: 5_000_000 });
    const { hostname, port } = new URL(url);
    const headers = { 'X-Auth-Token': 'fixed-corp' };
    const packed = await new Promise<Buffer>((resolve, reject) => {
      get({ hostname, port, path: TOYS, headers, agent: false }, (response) => {
        expect(response.headers['content-encoding']).toBe('gzip');
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks)));
      }).on('error', reject);
    });
    expect(packed.length).toBeLessThan(50_000);
    expect(gunzipSync(packed)).toHaveLength(5_000_000 + '{"flood":""}'.length);
  });

  it('cuts the JSON in half in a reply that is whole', async () => {
    const started = await startWith({ kind: 'truncated' });
    const answer = await start(started);
    expect([answer.status, answer.complete, toys(started)]).toEqual([202, true, 1]);
    expect(() => answer.json()).toThrow(SyntaxError);
  });

  it('nests 200,000 levels deep', async () => {
    const { text } = await start(await startWith({ kind: 'deep' }));
    expect(text).toHaveLength(400_000);
    expect(text.slice(199_999, 200_001)).toBe('[]');
  });

  it('names another task', async () => {
    const started = await startSimulator();
    const id = String((await start(started)).json()['task_id']);
    started.simulator.control.addFault({ match: { taskId: id }, effect: { kind: 'wrongId' } });
    const shown = (await started.call(`${TOYS}/${id}`)).json();
    expect(shown).toMatchObject({ status: 'waiting', task_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    expect(shown['task_id']).not.toBe(id);
  });

  it('changes the types of all values', async () => {
    const started = await startSimulator();
    const id = String((await start(started)).json()['task_id']);
    started.simulator.control.addFault({ effect: { kind: 'wrongType' } });
    expect((await started.call(`${TOYS}/${id}`)).json()).toEqual({ task_id: [42], status: [42], end: 'words' });
  });

  it('claims that words are JSON', async () => {
    const answer = await start(await startWith({ kind: 'notJson' }));
    expect(answer.headers['content-type']).toBe('application/json');
    expect(() => answer.json()).toThrow(SyntaxError);
  });

  it('shows lists as the world was, and queries as it is', async () => {
    const started = await startSimulator();
    const { control } = started.simulator;
    const early = control.createTask({ service: 'TOY', waitMs: 0, runMs: 3_000, outcome: 'done' });
    const forgotten = control.createTask({ service: 'TOY', waitMs: 0, runMs: 60_000 });
    await started.clock.advance(5_000);
    control.createTask({ service: 'TOY' });
    control.forget('TOY', forgotten.id);
    control.addFault({ effect: { kind: 'lag', lagMs: 4_000 } });

    expect((await started.call(TOYS)).json()).toEqual({
      toys: [
        { task_id: early.id, status: 'running', end: 0 },
        { task_id: forgotten.id, status: 'running', end: 0 },
      ],
    });
    expect((await started.call(`${TOYS}/${early.id}`)).json()['status']).toBe('done');
    expect((await start(started)).status).toBe(202);
    await started.clock.advance(4_000);
    expect((await started.call(TOYS)).json()['toys']).toHaveLength(3);

    control.clearFaults();
    control.addFault({ effect: { kind: 'lag', lagMs: 7_000, queriesToo: true } });
    expect((await started.call(`${TOYS}/${early.id}`)).json()['status']).toBe('running');
  });
});

describe('which requests a fault hits', () => {
  const effect: FaultEffect = { kind: 'status', status: 500 };
  const statuses = async (rule: Omit<FaultRule, 'effect'>, paths: readonly string[], method = 'GET') => {
    const { call } = await startWith(effect, rule);
    const seen: number[] = [];
    for (const path of paths) seen.push((await call(path, { method })).status);
    return seen;
  };

  it.each([
    ['service', { service: 'TOY' }, { service: 'IAM' }],
    ['method', { method: 'GET' }, { method: 'POST' }],
    ['path and query', { path: 'toys\\?limit=\\d+$' }, { path: '^/toys' }],
    ['project', { projectId: PROJECT }, { projectId: SECOND_PROJECT }],
    ['task', { taskId: '7' }, { taskId: PROJECT }],
  ] as const)('matches by %s', async (_by, hit, miss) => {
    expect(await statuses({ match: hit }, [`${TOYS}?limit=7`])).toEqual([500]);
    expect(await statuses({ match: miss }, [`${TOYS}?limit=7`])).toEqual([200]);
  });

  it('hits so many, after letting so many pass', async () => {
    const seen = await statuses(
      { skip: 1, times: 2 },
      Array.from({ length: 5 }, () => TOYS),
    );
    expect(seen).toEqual([200, 500, 500, 200, 200]);
  });

  it('hits for so long', async () => {
    const { call, clock } = await startWith(effect, { forMs: 1_000 });
    await clock.advance(999);
    expect((await call(TOYS)).status).toBe(500);
    await clock.advance(1);
    expect((await call(TOYS)).status).toBe(200);
  });

  it('hits some of them by chance', async () => {
    const seen = await statuses(
      { chance: 0.5 },
      Array.from({ length: 60 }, () => TOYS),
    );
    const hits = seen.filter((status) => status === 500).length;
    expect(hits).toBeGreaterThan(10);
    expect(hits).toBeLessThan(50);
  });

  it('hits a request once, with the oldest that matches', async () => {
    const { call, simulator } = await startWith(effect, { times: 1 });
    simulator.control.addFault({ effect: { kind: 'status', status: 501 } });
    expect([(await call(TOYS)).status, (await call(TOYS)).status]).toEqual([500, 501]);
    expect(simulator.control.faults()).toEqual([expect.objectContaining({ applied: 1 })]);
  });

  it('hits callers that are refused as well', async () => {
    const { call } = await startWith(effect);
    expect((await call(TOYS, { headers: {} })).status).toBe(500);
  });
});
