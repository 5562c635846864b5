import fc from 'fast-check';
import { getIntrospectionQuery } from 'graphql';
import { ADMIN, asSent, codesOf, OPERATOR, READER, principal, startGateway, type TestGateway } from './gateway.js';
import type { OperationParams } from '../../src/graphql/operation.js';
import { startWorkTime } from '../support/work-time.js';

describe('what one operation may ask for', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await startGateway();
  });
  afterAll(() => test.close());

  const prepare = (params: OperationParams, asker = READER) => {
    const prepared = test.operations.prepare(params, asker);
    return prepared.type === 'rejected'
      ? { status: prepared.status, code: codesOf(asSent(prepared.result))[0] }
      : { cost: prepared.cost };
  };
  const TOO_COMPLEX = { status: 400, code: 'QUERY_TOO_COMPLEX' };
  const INVALID = { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' };

  it('lets the standard introspection query of an admin through, and nobody else’s', () => {
    const query = getIntrospectionQuery();
    expect(prepare({ query }, ADMIN)).toEqual({ cost: expect.any(Number) as number });
    expect(prepare({ query }, OPERATOR)).toEqual(INVALID);
    expect(prepare({ query: '{ ...F } fragment F on Query { __type(name: "Task") { name } }' })).toEqual(INVALID);
    expect(prepare({ query: '{ __typename viewer { __typename } }' })).toEqual({ cost: 3 });
  });

  it.each([
    ['one by one', '{ viewer { name } sources { state lastError { code } } }', {}, 6],
    ['times the page', '{ tasks(first: 20) { totalCount nodes { id resource { id } } } }', {}, 3 + 20 * 3],
    ['times 50 without one', '{ tasks { edges { cursor node { id } } } }', {}, 2 + 50 * 3],
    ['times the ids', '{ nodes(ids: ["a", "b"]) { id } }', {}, 1 + 2],
    ['by variables', 'query($n: Int) { tasks(last: $n) { nodes { id } } }', { n: 7 }, 2 + 7],
    ['by their defaults', 'query($n: Int = 9) { tasks(first: $n) { nodes { id } } }', {}, 2 + 9],
    ['more for large texts', '{ tasks(first: 2) { nodes { raw } } }', {}, 2 + 2 * 200],
    [
      'through fragments, page in page',
      '{ tasks(first: 3) { ...C } } fragment C on TaskConnection { nodes { timeline(first: 5) { nodes { seq } } } }',
      {},
      2 + 3 * (2 + 5),
    ],
    ['for each alias of a root field', '{ a: viewer { name } b: viewer { name } }', {}, 4],
  ])('counts fields %s', (_how, query, variables, cost) => {
    expect(prepare({ query, variables })).toEqual({ cost });
  });

  it.each([
    ['2,000 levels', `{ ${'a { '.repeat(2000)} b ${'}'.repeat(2000)} }`],
    ['lists in lists', `{ task(id: ${'['.repeat(2400)}${']'.repeat(2400)}) { id } }`],
    ['2,000 inline fragments', `{ ${'... { '.repeat(1200)} __typename ${'}'.repeat(1200)} }`],
    ['51 aliases of __typename', `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: __typename`).join(' ')} }`],
    [
      '51 aliases of a fragment that is spread three times',
      `{ a: viewer { ...F } b: viewer { ...F } c: viewer { ...F } }
      fragment F on Viewer { ${Array.from({ length: 16 }, (_, n) => `a${n}: name`).join(' ')} }`,
    ],
    ['more than 5,000 tokens', `{ ${'__typename '.repeat(5001)} }`],
    ['201 ids', `{ nodes(ids: [${'"a" '.repeat(201)}]) { id } }`],
    ['a cost of 10,001', '{ tasks(first: 200) { nodes { raw } } }'],
    ['one field with fields 500 times', `{ ${'viewer { name } '.repeat(500)} }`],
    ['a bomb of fragments', `{ ...F0 } ${fragments(300, (n) => `tasks { nodes { ...F${n + 1} ...F${n + 1} } }`)}`],
    [
      'a costly operation beside a cheap one',
      'query A { viewer { name } } query B { tasks(first: 200) { nodes { raw } } }',
    ],
  ])('refuses %s within half a second', (what, query) => {
    const operationName = what.includes('beside') ? 'A' : undefined;
    const worked = startWorkTime();
    const refused = prepare({ query, operationName });
    expect(worked()).toBeLessThan(500);
    expect(what === 'lists in lists' ? refused.status : refused).toEqual(what === 'lists in lists' ? 400 : TOO_COMPLEX);
  });

  it('counts ids that come as a variable', () => {
    const query = 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(prepare({ query, variables: { ids: Array(201).fill('a') } })).toEqual(TOO_COMPLEX);
    expect(prepare({ query, variables: { ids: Array(200).fill('a') } })).toEqual({ cost: 201 });
  });

  it('leaves cycles of fragments to the validation, within half a second', () => {
    const worked = startWorkTime();
    const query = `{ ...F0 } ${fragments(200, (n) => `viewer { name } ...F${(n * 7) % 200}`)}`;
    expect([INVALID, TOO_COMPLEX]).toContainEqual(prepare({ query }));
    expect(prepare({ query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }' })).toEqual(INVALID);
    expect(worked()).toBeLessThan(500);
  });

  it('refuses circular introspection even to an admin', () => {
    const types = 'fields { type { '.repeat(5);
    const query = `{ __schema { types { ${types} name ${'} }'.repeat(5)} } } }`;
    expect(prepare({ query }, ADMIN)).toMatchObject({ status: 400 });
  });

  it('never breaks, whatever is sent as a request', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('{viewer{name}}', '{', 'query A{a} query B{b}', '{tasks{x}}', 'fragment A on B{c}'),
    );
    const field = fc.oneof(text, fc.jsonValue());
    fc.assert(
      fc.property(field, field, field, field, (query, operationName, variables, extensions) => {
        const answer = prepare({ query, operationName, variables, extensions });
        if ('code' in answer) expect(answer.code).not.toBe('INTERNAL_SERVER_ERROR');
      }),
      { numRuns: 300 },
    );
  });
});

describe('errors before anything is executed', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await startGateway();
  });
  afterAll(() => test.close());

  const reject = (params: OperationParams, asker = READER) => {
    const prepared = test.operations.prepare(params, asker);
    if (prepared.type !== 'rejected') throw new Error('It was not rejected');
    const [error] = asSent(prepared.result).errors ?? [];
    return { status: prepared.status, code: error?.extensions['code'], message: error?.message ?? '' };
  };

  it.each<[string, OperationParams, number, string, string?]>([
    ['no query', {}, 400, 'BAD_REQUEST'],
    ['a query that is a list', { query: [] }, 400, 'BAD_REQUEST'],
    ['variables that are a list', { query: '{ a }', variables: [] }, 400, 'BAD_REQUEST'],
    ['a syntax error', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ viewr { name } }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an unknown operation',
      { query: 'query A { viewer { name } }', operationName: 'B' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'no operation of several',
      { query: 'query A { viewer { name } } query B { viewer { role } }' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
      'operationName must say which',
    ],
    ['a missing variable', { query: 'query($id: ID!) { node(id: $id) { id } }' }, 400, 'BAD_USER_INPUT'],
    [
      'an unknown hash',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
      200,
      'PERSISTED_QUERY_NOT_FOUND',
    ],
    [
      'a hash of something else',
      { query: '{ viewer { name } }', extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
      400,
      'BAD_REQUEST',
    ],
  ])('names %s', (_what, params, status, code, message = '') => {
    const rejected = reject(params);
    expect(rejected).toMatchObject({ status, code });
    expect(rejected.message).toContain(message);
  });

  it('does not serve a key that may read metrics only', () => {
    expect(reject({ query: '{ viewer { name } }' }, principal('METRICS', null))).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('suggests nothing', () => {
    expect(reject({ query: '{ viewr { name } }' }).message).toBe('Cannot query field "viewr" on type "Query".');
  });

  it.each([
    ['a literal', '{ makeToy(input: {account: "a", colour: "b", auth: {key: 90210}}) { task { id } } }', {}],
    ['a word', '{ makeToy(input: {account: "a", colour: "b", auth: {key: hunter90210}}) { task { id } } }', {}],
    ['a text where a list is', '{ makeToy(input: {account: "a", colour: "b", auth: "90210"}) { task { id } } }', {}],
    ['a token out of place', '{ makeToy(input: {account: "a" "90210"}) { task { id } } }', {}],
    ['an open string', '{ makeToy(input: {account: "90210', {}],
    [
      'a variable',
      '($i: MakeToyInput!) { makeToy(input: $i) { task { id } } }',
      { i: { account: 'a', colour: 'b', auth: { key: 90210 } } },
    ],
    ['a whole variable', '($i: MakeToyInput!) { makeToy(input: $i) { task { id } } }', { i: 'hunter90210' }],
  ])('echoes no value that stands in the wrong place: %s', (_where, operation, variables) => {
    const { message, status } = reject({ query: `mutation${operation}`, variables }, OPERATOR);
    expect(status).toBe(400);
    expect(message).not.toContain('90210');
  });

  it('names the variable that is wrong', () => {
    const query = 'mutation($i: MakeToyInput!) { makeToy(input: $i) { task { id } } }';
    const variables = { i: { account: 'a', colour: 'b', auth: { key: 1 } } };
    expect(reject({ query, variables }, OPERATOR).message).toBe('Variables: $i.auth.key is not of its type');
  });
});

function fragments(count: number, body: (index: number) => string): string {
  const all = Array.from({ length: count }, (_, index) => `fragment F${index} on Query { ${body(index)} }`);
  return [...all, `fragment F${count} on Query { viewer { name } }`].join(' ');
}
