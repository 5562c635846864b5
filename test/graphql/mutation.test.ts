import { formatTaskId } from '../../src/task/task-id.js';
import { UpstreamError, type UpstreamErrorCode, type UpstreamErrorDetails } from '../../src/upstream/upstream-error.js';
import { codesOf, OPERATOR, READER, startGateway, type Answer, type TestGateway } from './gateway.js';
import { pollError } from './fakes.js';

const MAKE = `mutation($input: MakeToyInput!) { makeToy(input: $input) {
  task { id upstreamId status seq colour } userErrors { __typename code path message ... on UpstreamRefusal { upstreamCode } } } }`;
const CANARY = 'canary-5f2c"9/+';

describe('starting a task', () => {
  let test: TestGateway;
  beforeEach(async () => {
    test = await startGateway();
  });
  afterEach(() => test.close());

  const make = (input: Record<string, unknown> = {}): Promise<Answer> =>
    test.ask(MAKE, { input: { account: 'alpha', colour: 'red', ...input } }, OPERATOR);
  const failWith = (code: UpstreamErrorCode, details: UpstreamErrorDetails = {}): void => {
    test.toy.start = () => Promise.reject(new UpstreamError(code, 'It broke', details));
  };
  const errorsOf = ({ data }: Answer) =>
    (data as { makeToy: { task: unknown; userErrors: { code: string; path: string[] | null }[] } }).makeToy.userErrors;

  it('sends it once and answers with the task that is stored', async () => {
    expect(await make()).toEqual({
      data: {
        makeToy: {
          task: expect.objectContaining({ upstreamId: 'toy-1', status: 'PENDING', seq: 1, colour: 'red' }) as unknown,
          userErrors: [],
        },
      },
    });
    expect(test.toy.started).toHaveLength(1);
  });

  it('is forbidden to a reader, and its neighbours keep their answers', async () => {
    const query = `mutation { a: makeToy(input: {account: "alpha", colour: "red"}) { task { id } } b: __typename }`;
    const answer = await test.ask(query, {}, READER);
    expect([answer.data, codesOf(answer)]).toEqual([{ a: null, b: 'Mutation' }, ['FORBIDDEN']]);
    expect(test.logLines).toMatchObject([
      { audit: { principal: 'reader-key', mutation: 'makeToy', outcome: 'FORBIDDEN', taskIds: [] } },
    ]);
    expect(test.toy.started).toEqual([]);
  });

  it('refuses an account that is unknown or not visible in the same words, and bad fields by name', async () => {
    const [unknown, hidden] = [await make({ account: 'nobody' }), await make({ account: 'beta' })];
    expect(errorsOf(unknown)).toMatchObject([{ __typename: 'InputError', code: 'NOT_FOUND', path: ['account'] }]);
    expect(hidden).toEqual(unknown);
    expect(errorsOf(await make({ colour: 'none' }))).toMatchObject([{ code: 'INVALID_INPUT', path: ['colour'] }]);
    expect(errorsOf(await make({ clientRequestId: '' }))).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect(test.toy.started).toEqual([]);
  });

  it('tells a refusal in the upstream’s words, without the secrets that it echoes', async () => {
    test.toy.start = () =>
      Promise.resolve({
        type: 'refusal',
        status: 400,
        upstreamCode: 'TOY.1',
        message: `Bad key ${CANARY}, ${encodeURIComponent(CANARY)}`,
      });
    const answer = await make({ auth: { key: CANARY } });
    expect(errorsOf(answer)).toEqual([
      {
        __typename: 'UpstreamRefusal',
        code: 'UPSTREAM_REFUSED',
        path: null,
        message: 'Bad key [secret], [secret]',
        upstreamCode: 'TOY.1',
      },
    ]);
  });

  it('gives no code and no request id of an upstream that hold a secret', async () => {
    const details = { upstreamCode: `TOY ${CANARY}`, upstreamRequestId: Buffer.from(`x${CANARY}`).toString('base64') };
    for (const code of ['UPSTREAM_UNKNOWN_OUTCOME', 'UPSTREAM_THROTTLED'] as const) {
      failWith(code, details);
      const answer = JSON.stringify(await make({ auth: { key: CANARY } }));
      expect(answer).toContain('TOY [secret]');
      expect(answer).not.toContain(details.upstreamRequestId);
    }
  });

  it('writes one audit line that names the task, without secrets', async () => {
    const answer = await make({ auth: { key: CANARY } });
    expect(test.logLines).toMatchObject([
      {
        audit: {
          principal: 'operator-key',
          mutation: 'makeToy',
          account: 'alpha',
          input: { colour: 'red', auth: { key: '[secret]' } },
          outcome: 'done',
          taskIds: [idIn(answer)],
          correlationId: 'correlation',
        },
      },
    ]);
    expect(JSON.stringify(test.logLines)).not.toContain('canary');
  });

  it('gives the same task for the same clientRequestId, whatever the order of fields', async () => {
    const first = await make({ clientRequestId: 'r1' });
    const query =
      'mutation { makeToy(input: {clientRequestId: "r1", colour: "red", account: "alpha", auth: null}) { task { id } } }';
    const again = await test.ask(query, {}, OPERATOR);
    expect(idIn(again)).toBe(idIn(first));
    expect(test.toy.started).toHaveLength(1);
    expect(errorsOf(await make({ clientRequestId: 'r1', colour: 'blue' }))).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT', path: ['clientRequestId'] },
    ]);
    expect(errorsOf(await make({ clientRequestId: 'r1', auth: { key: 'x' } }))).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
  });

  it('lets one that arrives while the first is in flight wait for it', async () => {
    let answer: () => void = () => undefined;
    const original = test.toy.start;
    const gate = new Promise<void>((resolve) => (answer = resolve));
    test.toy.start = async (connection, input) => {
      await gate;
      return original(connection, input);
    };
    const both = [make({ clientRequestId: 'r1' }), make({ clientRequestId: 'r1' })] as const;
    await test.clock.advance(500);
    answer();
    await test.clock.advance(500);
    const [first, second] = await Promise.all(both);
    expect(idIn(second)).toBe(idIn(first));
    expect(test.toy.started).toHaveLength(1);
  });

  it.each([
    ['UPSTREAM_THROTTLED', {}],
    ['UPSTREAM_AUTH_FAILED', {}],
    ['UPSTREAM_UNAVAILABLE', { neverSent: true }],
    ['UPSTREAM_TIMEOUT', { neverSent: true }],
  ] as const)('frees the key after %s %j', async (code, details) => {
    const original = test.toy.start;
    failWith(code, { ...details, retryAfterMs: 2000, upstreamCode: 'TOY.9', upstreamRequestId: 'q1' });
    const failed = await make({ clientRequestId: 'r1' });
    expect(failed.data).toEqual({ makeToy: null });
    expect(failed.errors?.[0]?.extensions).toMatchObject({
      code,
      service: 'TOY',
      account: 'alpha',
      retryAfterMs: 2000,
      upstreamCode: 'TOY.9',
      upstreamRequestId: 'q1',
    });
    test.toy.start = original;
    expect(idIn(await make({ clientRequestId: 'r1' }))).toBeTruthy();
  });

  it.each([
    ['an unknown outcome', () => failWith('UPSTREAM_UNKNOWN_OUTCOME')],
    ['a timeout after bytes were sent', () => failWith('UPSTREAM_TIMEOUT')],
    ['a fault of the source', () => (test.toy.start = () => Promise.reject(new TypeError('oops')))],
    ['a store that fails behind an accepted start', () => (test.watch.failAdoption = true)],
  ])('answers UPSTREAM_UNKNOWN_OUTCOME again after %s, and sends nothing', async (_what, break_) => {
    break_();
    const first = await make({ clientRequestId: 'r1' });
    const again = await make({ clientRequestId: 'r1' });
    for (const answer of [first, again]) {
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNKNOWN_OUTCOME', retryable: false });
    }
    expect(test.toy.started).toHaveLength(1);
  });

  it('starts anew after a refusal', async () => {
    const original = test.toy.start;
    test.toy.start = () => Promise.resolve({ type: 'refusal', status: 400, upstreamCode: null, message: 'No' });
    await make({ clientRequestId: 'r1' });
    test.toy.start = original;
    expect(idIn(await make({ clientRequestId: 'r1' }))).toBeTruthy();
    expect(test.toy.started).toHaveLength(2);
  });
});

describe('acting on tasks', () => {
  let test: TestGateway;
  beforeEach(async () => {
    test = await startGateway();
  });
  afterEach(() => test.close());

  const breakToys = (ids: readonly string[]): Promise<Answer> =>
    test.ask(
      'mutation($ids: [ID!]!) { breakToys(input: {ids: $ids}) { deletedIds userErrors { code path } } }',
      { ids },
      OPERATOR,
    );

  it('acts on one visible task, and says NOT_FOUND of any other', async () => {
    const mine = await test.hold('mine');
    const theirs = await test.hold('theirs', 'beta');
    const query = 'mutation($id: ID!) { paintToy(input: {id: $id}) { task { id } userErrors { code path } } }';
    expect(await test.ask(query, { id: mine.id }, OPERATOR)).toEqual({
      data: { paintToy: { task: { id: mine.id }, userErrors: [] } },
    });
    expect(await test.ask(query, { id: theirs.id }, OPERATOR)).toEqual({
      data: { paintToy: { task: null, userErrors: [{ code: 'NOT_FOUND', path: ['id'] }] } },
    });
    expect(test.logLines).toMatchObject([
      { audit: { mutation: 'paintToy', account: 'alpha', outcome: 'done', taskIds: [mine.id] } },
      { audit: { mutation: 'paintToy', account: 'beta', outcome: 'NOT_FOUND', taskIds: [] } },
    ]);
    expect(codesOf(await test.ask(query, { id: 'garbage' }, OPERATOR))).toEqual(['BAD_USER_INPUT']);
    expect(test.toy.acted).toEqual([['mine']]);
  });

  it('removes in chunks, and tells what was done when a later one fails', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.push((await test.hold(name)).id);
    const hidden = (await test.hold('d', 'beta')).id;
    test.toy.run = (_connection, targets) =>
      targets.length === 2
        ? Promise.resolve('done')
        : Promise.reject(new UpstreamError('UPSTREAM_UNKNOWN_OUTCOME', 'Lost'));
    expect(await breakToys([...ids, hidden])).toEqual({
      data: {
        breakToys: {
          deletedIds: ids.slice(0, 2),
          userErrors: [
            { code: 'NOT_FOUND', path: ['ids', '3'] },
            { code: 'UPSTREAM_UNKNOWN_OUTCOME', path: ['ids', '2'] },
          ],
        },
      },
    });
    expect(test.toy.acted).toEqual([['a', 'b'], ['c']]);
    const outcome = 'NOT_FOUND UPSTREAM_UNKNOWN_OUTCOME';
    expect(test.logLines).toMatchObject([{ audit: { outcome, taskIds: ids.slice(0, 2) } }]);
    expect([...(await test.store.get(ids, null)).keys()]).toEqual([ids[2]]);
  });

  it('fails as a whole when nothing was done', async () => {
    const { id } = await test.hold('a');
    test.toy.run = () => Promise.reject(new UpstreamError('UPSTREAM_UNAVAILABLE', 'Down'));
    const answer = await breakToys([id]);
    expect([answer.data, codesOf(answer)]).toEqual([{ breakToys: null }, ['UPSTREAM_UNAVAILABLE']]);
  });
});

describe('tracking', () => {
  let test: TestGateway;
  beforeEach(async () => {
    test = await startGateway();
  });
  afterEach(() => test.close());

  const track = (input: Record<string, unknown>): Promise<Answer> =>
    test.ask(
      `mutation($input: TrackTaskInput!) { trackTask(input: $input) {
        task { seq status lastPollError { code } } userErrors { code path } } }`,
      { input: { service: 'TOY', account: 'alpha', ...input } },
      OPERATOR,
    );

  it.each([
    [{ upstreamId: 'unknown' }, { code: 'NOT_FOUND', path: ['upstreamId'] }],
    [{ upstreamId: '../x' }, { code: 'INVALID_INPUT', path: ['upstreamId'] }],
    [
      { upstreamId: 'a', instanceId: 'i' },
      { code: 'INVALID_INPUT', path: ['instanceId'] },
    ],
    [
      { upstreamId: 'a', account: 'beta' },
      { code: 'NOT_FOUND', path: ['account'] },
    ],
  ])('refuses %j', async (input, error) => {
    expect(await track(input)).toEqual({ data: { trackTask: { task: null, userErrors: [error] } } });
  });

  it('adopts an unreachable task as PENDING, with the error, and keeps both', async () => {
    test.watch.upstream.set('a', pollError('UPSTREAM_TIMEOUT'));
    const task = { seq: 1, status: 'PENDING', lastPollError: { code: 'UPSTREAM_TIMEOUT' } };
    expect(await track({ upstreamId: 'a' })).toEqual({ data: { trackTask: { task, userErrors: [] } } });
    const id = formatTaskId({ service: 'TOY', account: 'alpha', scope: '', upstreamId: 'a' });
    const stored = await test.ask('query($id: ID!) { task(id: $id) { seq status lastPollError { code } } }', { id });
    expect(stored).toEqual({ data: { task } });
  });

  it('brings an untracked task back with seq 1', async () => {
    const { id } = await test.hold('a', 'alpha', {}, { kind: 'x' });
    test.watch.upstream.set('a', 'known');
    const untrack = 'mutation($id: ID!) { untrackTask(input: {id: $id}) { id userErrors { code path } } }';
    expect(await test.ask(untrack, { id }, OPERATOR)).toEqual({ data: { untrackTask: { id, userErrors: [] } } });
    expect(await test.ask(untrack, { id }, OPERATOR)).toEqual({
      data: { untrackTask: { id: null, userErrors: [{ code: 'NOT_FOUND', path: ['id'] }] } },
    });
    expect(await track({ upstreamId: 'a' })).toMatchObject({ data: { trackTask: { task: { seq: 1 } } } });
    expect(test.logLines).toMatchObject([
      { audit: { mutation: 'untrackTask', outcome: 'done', taskIds: [id] } },
      { audit: { mutation: 'untrackTask', outcome: 'NOT_FOUND', taskIds: [] } },
      { audit: { mutation: 'trackTask', outcome: 'done', taskIds: [id] } },
    ]);
  });
});

function idIn({ data }: Answer): string | undefined {
  return (data as { makeToy: { task: { id: string } | null } }).makeToy.task?.id;
}
