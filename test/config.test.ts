import { ConfigError, parseConfig } from '../src/config.js';

const SERVICES = ['ECS', 'SFS', 'APIG', 'RENDER', 'BCS'];
const ACCOUNT = `accounts:
  - name: prod
    region: cn-north-4
    projectId: 0123456789abcdef0123456789abcdef
    auth: { accessKey: AKAKAK, secretKey: "\${HW_SK}" }
`;
const parse = (text: string, environment: Record<string, string> = { HW_SK: 's3cr3t "$x"' }) =>
  parseConfig(text, '/etc/taskgate/taskgate.yaml', SERVICES, environment);

function problemsOf(text: string, environment?: Record<string, string>): readonly string[] {
  try {
    parse(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('has a default for everything but the accounts', () => {
    const { server, store, polling, clients } = parse(ACCOUNT);
    expect(server).toMatchObject({ host: '127.0.0.1', port: 4000, metrics: 'key', drainSeconds: 20 });
    expect(store).toEqual({ url: 'sqlite:/etc/taskgate/data/taskgate.db', retentionDays: 7, finishedDays: 90 });
    expect(polling).toEqual({
      youngSeconds: 1,
      watchedSeconds: 10,
      unwatchedSeconds: 30,
      requestsPerSecond: 10,
      discoverSeconds: 30,
    });
    expect(clients).toBeUndefined();
  });

  it('takes environment variables verbatim, after parsing', () => {
    const { auth } = parse(ACCOUNT).accounts[0]!;
    expect('secretKey' in auth && auth.secretKey.reveal()).toBe('s3cr3t "$x"');
  });

  it('keeps secrets out of what it prints', () => {
    expect(JSON.stringify(parse(ACCOUNT))).not.toContain('s3cr3t');
  });

  it.each([
    ['a missing variable', ACCOUNT, {}, 'line 5: the environment variable HW_SK is not set'],
    ['an unknown key', `${ACCOUNT}sever: {}\n`, undefined, 'line 6: sever: is not a known key'],
    [
      'a nested unknown key',
      `server:\n  host: localhost\n  prot: 1\n${ACCOUNT}`,
      undefined,
      'line 3: server.prot: is not a known key',
    ],
    [
      'a wrong type',
      `server:\n  port: many\n${ACCOUNT}`,
      undefined,
      'line 2: server.port: Invalid input: expected number, received string',
    ],
    [
      'an account that is named twice',
      `${ACCOUNT}${ACCOUNT.split('\n').slice(1).join('\n')}`,
      undefined,
      'line 6: accounts.1.name: is used twice',
    ],
    [
      'an unknown service',
      `${ACCOUNT}    services: [EVS]\n`,
      undefined,
      'line 6: accounts.0.services.0: Invalid option: expected one of "ECS"|"SFS"|"APIG"|"RENDER"|"BCS"',
    ],
    [
      'auth of no known form',
      ACCOUNT.replace(/auth:.*/, 'auth: { password: x }'),
      undefined,
      'line 5: accounts.0.auth: must have accessKey and secretKey, or domain, user and password, or token',
    ],
    [
      'a public host without clients',
      `server: { host: 0.0.0.0 }\n${ACCOUNT}`,
      undefined,
      'line 1: server.host: must be 127.0.0.1, ::1 or localhost as long as no clients are configured: everybody who reaches the port would be admin',
    ],
    [
      'a cluster on SQLite',
      `cluster: { redis: redis://127.0.0.1 }\n${ACCOUNT}`,
      undefined,
      'line 1: cluster: needs a postgres store: replicas cannot share a SQLite file',
    ],
    [
      'a key for an account that is not there',
      `${ACCOUNT}clients:\n  apiKeys:\n    - { name: a, keySha256: "${'0'.repeat(64)}", role: reader, accounts: [test] }\n`,
      undefined,
      'line 8: clients.apiKeys.0.accounts: names an account that is not configured',
    ],
    [
      'a token that is a number',
      ACCOUNT.replace(/auth:.*/, 'auth: { token: 12345678 }'),
      undefined,
      'line 5: accounts.0.auth.token: Invalid input: expected string, received number',
    ],
    ...['"a\\nb"', 'a→b', '" a"'].map((token): [string, string, undefined, string] => [
      `a token that is ${token}`,
      ACCOUNT.replace(/auth:.*/, `auth: { token: ${token} }`),
      undefined,
      'line 5: accounts.0.auth.token: must be ASCII without blanks and line breaks',
    ]),
    ...['http://user:s3cr3t@x/', 'http://x/?a=b', 'http://x/#f'].map((url): [string, string, undefined, string] => [
      `the endpoint ${url}`,
      `${ACCOUNT}    endpoints: { SFS: "${url}" }\n`,
      undefined,
      'line 6: accounts.0.endpoints.SFS: must have no user, password, query or fragment',
    ]),
    ...['a${HW_SK', '${}', '${1}'].map((value): [string, string, undefined, string] => [
      `the variable ${value}`,
      ACCOUNT.replace('AKAKAK', `"${value}"`),
      undefined,
      'line 5: accessKey: has a ${ without the name of a variable and a } behind it',
    ]),
    [
      'aliases of aliases',
      ['a', 'b', 'c', 'd', 'e', 'f']
        .map((name, n) => `${name}: &${name} [${`*${'_abcde'[n]!},`.repeat(9)}]\n`)
        .join('')
        .replaceAll('*_', 'x'),
      undefined,
      'line 6: f: Excessive alias count indicates a resource exhaustion attack',
    ],
    ['an alias of nothing', `${ACCOUNT}polling: *x\n`, undefined, expect.stringMatching(/^line 6: .*alias/)],
  ])('names key and line of %s', (_, text, environment, problem) => {
    expect(problemsOf(text, environment)).toEqual([problem]);
  });

  it.each([
    ['endpont: http://c:4318', ['line 7: tracing.endpoint: is missing', 'line 8: tracing.endpont: is not a known key']],
    ['endpoint: grpc://c:4317', ['line 8: tracing.endpoint: must be a URL of http:// or https://']],
    ['{ endpoint: "http://c", sampleRatio: 2 }', ['line 8: tracing.sampleRatio: Too big: expected number to be <=1']],
    [
      '{ endpoint: "http://c",\n    propagateUpstream: maybe }',
      ['line 9: tracing.propagateUpstream: Invalid input: expected boolean, received string'],
    ],
    [
      'endpoint: http://c\n  headers: { "an authorization": x }',
      ['line 9: tracing.headers.an authorization: is no name of a header'],
    ],
    [
      'endpoint: http://c\n  headers:\n    authorization: "s3cr3t\\n"',
      ['line 10: tracing.headers.authorization: must be one line of ASCII'],
    ],
    [
      'endpoint: http://c\n  headers:\n    authorization: ${OTLP_TOKEN}',
      ['line 10: the environment variable OTLP_TOKEN is not set'],
    ],
  ])('names key and line of what is wrong with tracing: %s', (tracing, problems) => {
    // After a comment, so that the line of a key is not the one above it by chance.
    expect(problemsOf(`${ACCOUNT}# traces\ntracing:\n  ${tracing}\n`)).toEqual(problems);
  });

  it('names the line where YAML itself is broken', () => {
    expect(problemsOf('server: {\n  port: 1\naccounts: [')[0]).toMatch(/^line \d+: /);
  });

  it('needs accounts', () => {
    expect(problemsOf('')).toEqual(['line 1: accounts: is missing']);
  });

  it('never shows a value', () => {
    const problems = problemsOf(ACCOUNT.replace('AKAKAK', '[hush]').replace('name: prod', 'name: "hu sh"'));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join()).not.toMatch(/hush|hu sh/);
  });
});
