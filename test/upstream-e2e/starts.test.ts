import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultEffect } from '../../src/simulator/faults.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';

/** A start that was sent, seen by the one who asked for it and by the log of the simulated upstream. */

/** Only what is made to wait longer waits for it: whoever is asked for 32 answers at once may be busy for a while. */
const DEADLINE_MS = 3_000;
/** Nobody polls beside what is counted here. */
const NEVER = { youngSeconds: 3_600, watchedSeconds: 3_600, unwatchedSeconds: 3_600, discoverSeconds: 0 };
const POST_LDAP = { service: 'SFS', method: 'POST', path: '/fs/ldap' } as const;

interface Started {
  readonly task: { readonly id: string; readonly status: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly upstreamCode?: string }[];
}

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({
    upstreamDeadlineMs: DEADLINE_MS,
    config: { polling: { requestsPerSecond: 200, ...NEVER } },
  });
});
beforeEach(async () => {
  gateway.simulator.control.clearFaults();
  // Between the failures of these tests the upstream is well, or its circuit would open and keep the next start back.
  for (let start = 0; start < 2; start++) expect((await bind(null)).told).toBe('started');
  gateway.simulator.control.clearLog();
});
afterAll(() => gateway.stop());

/** What the caller is told: the code of the top-level error or of the first user error, else `started`. */
async function bind(clientRequestId: string | null, baseDn = 'dc=example', shareId = 's-1') {
  const answer = await gateway.query(
    `mutation($input: BindLdapInput!) {
      bindLdap(input: $input) { task { id status } userErrors { code ... on UpstreamRefusal { upstreamCode } } }
    }`,
    { input: { account: 'demo', shareId, url: 'ldap://192.168.0.10:389', baseDn, clientRequestId } },
  );
  const payload = (answer.data as { bindLdap: Started | null }).bindLdap;
  const [error] = answer.errors ?? [];
  return {
    told: error?.extensions['code'] ?? payload?.userErrors[0]?.code ?? 'started',
    retryable: error?.extensions['retryable'],
    id: payload?.task?.id,
  };
}

function startsSent(): number {
  return gateway.simulator.control
    .log()
    .requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/fs/ldap')).length;
}

const tasksUpstream = (): number => gateway.simulator.control.tasks({ service: 'SFS' }).length;

async function tasksKnown(): Promise<number> {
  const { data } = await gateway.query('{ tasks(filter: { services: [SFS] }) { totalCount } }');
  return (data as { tasks: { totalCount: number } }).tasks.totalCount;
}

const UNKNOWN: readonly (readonly [string, FaultEffect, startedUpstream: number])[] = [
  ['is reset before it is carried out', { kind: 'resetBefore' }, 0],
  ['is reset after it was carried out', { kind: 'resetAfter' }, 1],
  ['is reset in the middle of its answer', { kind: 'resetDuring' }, 1],
  ['is never answered', { kind: 'hangAfter' }, 1],
  ['is answered after the deadline', { kind: 'slowHeaders', delayMs: 3 * DEADLINE_MS }, 1],
  ['gets a body that never ends', { kind: 'endlessBody', everyMs: 50 }, 1],
  ['gets a 502', { kind: 'status', status: 502 }, 0],
  ['gets a 500 although it was carried out', { kind: 'status', status: 500, handled: true }, 1],
  ['gets the page of a proxy', { kind: 'html' }, 0],
  ['gets an answer that is no JSON', { kind: 'notJson' }, 1],
  ['gets half an answer', { kind: 'truncated' }, 1],
  ['gets an answer 200,000 levels deep', { kind: 'deep' }, 1],
  ['gets an answer without an id', { kind: 'wrongType' }, 1],
  ['is answered by a redirect', { kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere', status: 307 }, 0],
];

describe('a start that', () => {
  it.each(UNKNOWN)('%s is sent once, has an unknown outcome, and keeps it', async (name, effect, startedUpstream) => {
    const before = { upstream: tasksUpstream(), known: await tasksKnown() };
    gateway.simulator.control.addFault({ match: POST_LDAP, effect, times: 1 });
    const unknown = { told: 'UPSTREAM_UNKNOWN_OUTCOME', retryable: false };
    expect(await bind(name)).toMatchObject(unknown);
    // The fault is spent: whatever is sent now would be accepted.
    expect(await bind(name)).toMatchObject(unknown);
    expect(startsSent()).toBe(1);
    expect(tasksUpstream()).toBe(before.upstream + startedUpstream);
    expect(await tasksKnown()).toBe(before.known);
  });

  it.each<readonly [string, FaultEffect, string]>([
    [
      'is refused',
      { kind: 'status', status: 400, body: { errCode: 'SFS.TURBO.0001', errMsg: 'no' } },
      'UPSTREAM_REFUSED',
    ],
    [
      'the front gateway refuses',
      { kind: 'status', status: 403, body: { error_code: 'APIGW.0302', error_msg: 'no' } },
      'UPSTREAM_REFUSED',
    ],
    ['is throttled', { kind: 'throttle' }, 'UPSTREAM_THROTTLED'],
    ['is throttled in a 500', { kind: 'throttle', code: 'APIG.0308', status: 500 }, 'UPSTREAM_THROTTLED'],
  ])('%s is sent once, and the next with its clientRequestId starts anew', async (name, effect, told) => {
    gateway.simulator.control.addFault({ match: POST_LDAP, effect, times: 1 });
    expect(await bind(name)).toMatchObject({ told });
    expect(startsSent()).toBe(1);
    const again = await bind(name, 'dc=other');
    expect(again.told).toBe('started');
    expect(startsSent()).toBe(2);
    expect(await bind(name, 'dc=other')).toEqual(again);
    expect(startsSent()).toBe(2);
  });
});

describe('a clientRequestId', () => {
  it('that twenty send at once costs one request upstream, and all get the same task', async () => {
    gateway.simulator.control.addFault({ match: POST_LDAP, effect: { kind: 'slowHeaders', delayMs: 150 }, times: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => bind('at once')));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.every(({ told }) => told === 'started')).toBe(true);
    expect(startsSent()).toBe(1);
  });

  it('that twenty send at once has the same unknown outcome for all', async () => {
    gateway.simulator.control.addFault({ match: POST_LDAP, effect: { kind: 'resetAfter' }, times: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => bind('at once, lost')));
    expect(new Set(answers.map(({ told }) => told))).toEqual(new Set(['UPSTREAM_UNKNOWN_OUTCOME']));
    expect(startsSent()).toBe(1);
  });

  it('with another input is a conflict, and sends nothing', async () => {
    expect((await bind('conflict')).told).toBe('started');
    expect((await bind('conflict', 'dc=other')).told).toBe('IDEMPOTENCY_CONFLICT');
    expect(startsSent()).toBe(1);
  });

  it('keeps its task, its conflict and its unknown outcome across a restart of the gateway', async () => {
    const first = await bind('restart');
    gateway.simulator.control.addFault({ match: POST_LDAP, effect: { kind: 'resetAfter' }, times: 1 });
    await bind('restart, lost');
    gateway = await gateway.restart();
    expect(await bind('restart')).toMatchObject({ told: 'started', id: first.id });
    expect(await bind('restart', 'dc=other')).toMatchObject({ told: 'IDEMPOTENCY_CONFLICT' });
    expect(await bind('restart, lost')).toMatchObject({ told: 'UPSTREAM_UNKNOWN_OUTCOME', retryable: false });
    expect(startsSent()).toBe(2);
  });
});

describe('KPS', () => {
  const unbind = async (serverId: string, clientRequestId: string | null = null) => {
    const { data, errors } = await gateway.query(
      `mutation($serverId: ID!, $clientRequestId: ID) {
        disassociateKeypair(input: { account: "demo", serverId: $serverId, clientRequestId: $clientRequestId }) {
          task { id } userErrors { code ... on UpstreamRefusal { upstreamCode } }
        }
      }`,
      { serverId, clientRequestId },
    );
    const payload = (data as { disassociateKeypair: Started | null }).disassociateKeypair;
    return { code: errors?.[0]?.extensions['code'], payload };
  };
  const match = { service: 'ECS', method: 'POST' } as const;
  const sent = (): number => gateway.simulator.control.log().requests.filter(({ method }) => method === 'POST').length;

  it('refuses by a 202 that says FAILED', async () => {
    expect((await unbind('server-1')).payload?.task).toBeTruthy();
    const { payload } = await unbind('server-1');
    expect(payload).toEqual({ task: null, userErrors: [{ code: 'UPSTREAM_REFUSED', upstreamCode: 'KPS.1001' }] });
    expect(sent()).toBe(2);
  });

  it('leaves the outcome unknown by a 202 that names neither a task nor a status', async () => {
    gateway.simulator.control.addFault({ match, effect: { kind: 'status', status: 202, body: {} }, times: 1 });
    expect(await unbind('server-2')).toEqual({ code: 'UPSTREAM_UNKNOWN_OUTCOME', payload: null });
    expect(sent()).toBe(1);
  });

  it('that does not accept the credentials is sent the start once, and the next with its clientRequestId starts anew', async () => {
    const body = { error_code: 'APIGW.0301', error_msg: 'no' };
    gateway.simulator.control.addFault({ match, effect: { kind: 'status', status: 401, body }, times: 1 });
    const refused = { code: 'UPSTREAM_AUTH_FAILED', payload: null };
    expect(await unbind('server-3', 'unauthorised')).toEqual(refused);
    expect(sent()).toBe(1);
    const again = await unbind('server-4', 'unauthorised');
    expect(again.payload?.task).toBeTruthy();
    expect(await unbind('server-4', 'unauthorised')).toEqual(again);
    expect(sent()).toBe(2);
  });
});

describe('a redirect', () => {
  it('is not followed by a poll or a start, so that its target sees neither request nor token', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const thief = createServer((request, response) => {
      seen.push(request.headers);
      response.end('{}');
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const to = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/v1/anything`;
    try {
      const { id } = await bind(null);
      gateway.simulator.control.addFault({ effect: { kind: 'redirect', to } });
      const { data } = await gateway.query(
        'query($id: ID!) { task(id: $id, maxAgeSeconds: 0) { lastPollError { code } } }',
        {
          id,
        },
      );
      expect(data).toEqual({ task: { lastPollError: { code: 'UPSTREAM_BAD_RESPONSE' } } });
      expect((await bind(null)).told).toBe('UPSTREAM_UNKNOWN_OUTCOME');
      expect(seen).toEqual([]);
    } finally {
      await new Promise((resolve) => thief.close(resolve));
    }
  });
});

describe('task(id, maxAgeSeconds: 0)', () => {
  it('asked by 32 at once costs one upstream read, and what it finds is told to subscribers as well', async () => {
    const { id } = await bind(null);
    await gateway.query('query($id: ID!) { task(id: $id, maxAgeSeconds: 0) { id } }', { id });
    gateway.simulator.control.hurryAll({ service: 'SFS' });
    gateway.simulator.control.clearLog();
    gateway.simulator.control.addFault({ match: { method: 'GET' }, effect: { kind: 'slowHeaders', delayMs: 150 } });
    const document =
      'query($id: ID!) { task(id: $id, maxAgeSeconds: 0) { seq done timeline { totalCount nodes { seq } } } }';
    const answers = await Promise.all(Array.from({ length: 32 }, () => gateway.query(document, { id })));
    const tasks = answers.map(({ data }) => (data as { task: { seq: number; done: boolean; timeline: unknown } }).task);
    for (const task of tasks) expect(task).toEqual(tasks[0]);
    const [task] = tasks;
    expect(task?.done).toBe(true);
    // The log, which is what subscribers are served from, holds every change up to what the query has shown.
    const seqs = Array.from({ length: task!.seq }, (_, index) => ({ seq: index + 1 }));
    expect(task?.timeline).toEqual({ totalCount: seqs.length, nodes: seqs });
    const reads = gateway.simulator.control
      .log()
      .requests.filter(({ method, path }) => method === 'GET' && path.includes(upstreamIdOf(id!)));
    expect(reads).toHaveLength(1);
  });
});

function upstreamIdOf(id: string): string {
  return (JSON.parse(Buffer.from(id, 'base64url').toString()) as string[])[3]!;
}
