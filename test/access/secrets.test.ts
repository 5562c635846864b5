import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { startCollector, type Collector } from '../operate/collector.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { CLIENTS, PLENTY, post, raw, websocket, type Answer } from './access-kit.js';

/** Characters that look different in each encoding. */
const CANARY = 'c4nary/"s3cret"+ö&%\\=';
const FORMS = [
  CANARY,
  JSON.stringify(CANARY).slice(1, -1),
  encodeURIComponent(CANARY),
  new URLSearchParams({ a: CANARY }).toString().slice(2),
  Buffer.from(CANARY).toString('base64').replace(/=+$/, ''),
  Buffer.from(CANARY).toString('base64url'),
  Buffer.from(CANARY).toString('hex'),
];

describe('secrets', () => {
  let gateway: RunningGateway;
  let collector: Collector;
  let lines = '';
  const answers: string[] = [];

  beforeAll(async () => {
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines += chunk.toString('utf8');
        done();
      },
    });
    collector = await startCollector();
    gateway = await startGateway({
      config: {
        tracing: { endpoint: collector.endpoint },
        clients: CLIENTS,
        limits: PLENTY,
        polling: { youngSeconds: 0.05, watchedSeconds: 0.1, unwatchedSeconds: 0.1 },
      },
      logger: pino({ level: 'trace' }, destination),
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await collector.close();
  });

  const MUTATIONS: readonly (readonly [string, string, Record<string, unknown>])[] = [
    [
      'disassociateKeypair',
      'DisassociateKeypairInput',
      { account: 'demo', serverId: '9e2f4c1e-3c1f-4d33-8a0e-0f5c0a6d7a11', auth: { type: 'KEYPAIR', key: CANARY } },
    ],
    [
      'associateKeypair',
      'AssociateKeypairInput',
      {
        account: 'demo',
        keypairName: 'kp',
        serverId: '9e2f4c1e-3c1f-4d33-8a0e-0f5c0a6d7a12',
        auth: { type: 'PASSWORD', key: CANARY },
      },
    ],
    [
      'bindLdap',
      'BindLdapInput',
      { account: 'demo', shareId: 's-1', url: 'ldap://192.168.0.10:389', baseDn: 'dc=x', password: CANARY },
    ],
    ['updateLdap', 'UpdateLdapInput', { account: 'demo', shareId: 's-2', baseDn: 'dc=y', password: CANARY }],
  ];

  async function send(name: string, type: string, input: unknown): Promise<readonly Answer[]> {
    const query = `mutation($input: ${type}!) { ${name}(input: $input) { task { id raw } userErrors { code message path } } }`;
    const ask = { credential: 'operator-key', query, variables: { input } };
    const both = [await post(gateway, ask), await websocket(gateway, ask)];
    answers.push(...both.map(({ text }) => text));
    return both;
  }

  const echoes = [
    ['a refusal', 400],
    ['an outage', 500],
    ['a refused credential', 403],
  ] as const;

  it.each(MUTATIONS)('%s takes one, with and without a clientRequestId', async (name, type, input) => {
    for (const given of [
      input,
      { ...input, clientRequestId: `of-${name}` },
      { ...input, clientRequestId: `of-${name}` },
    ]) {
      for (const { code } of await send(name, type, given)) expect(code).toBeNull();
    }
  });

  it.each(MUTATIONS)('%s is answered by an upstream that echoes it', async (name, type, input) => {
    for (const [, status] of echoes) {
      const text = `The value ${CANARY} or ${encodeURIComponent(CANARY)} or ${Buffer.from(CANARY).toString('base64')} is wrong`;
      const body = { error_code: 'X.0001', error_msg: text, errCode: 'X.0001', errMsg: text, request: { key: CANARY } };
      const fault = gateway.simulator.control.addFault({
        match: { method: name.startsWith('update') ? 'PUT' : 'POST' },
        effect: { kind: 'status', status, body },
      });
      const [byPost] = await send(name, type, input);
      gateway.simulator.control.removeFault(fault.id);
      expect(byPost?.text).toMatch(/UPSTREAM_/);
    }
  });

  it.each(MUTATIONS)('%s is sent one at the wrong places', async (name, type, input) => {
    const wrong = [
      { ...input, auth: CANARY, password: [CANARY] },
      { ...input, account: { [CANARY]: 1 } },
      { ...input, [CANARY]: CANARY },
    ];
    for (const each of wrong) expect((await send(name, type, each))[0]?.status).toBe(400);
    const inline = `mutation { ${name}(input: { auth: { key: ${JSON.stringify(CANARY)} ) }`;
    answers.push((await post(gateway, { credential: 'operator-key', query: inline })).text);
  });

  it('reach no log line, no file, no metric, no span, no answer, in any encoding', async () => {
    gateway.simulator.control.hurryAll();
    const query =
      '{ tasks(first: 40) { nodes { id raw kind upstreamStatus error { message } lastPollError { message } } } }';
    answers.push((await post(gateway, { credential: 'operator-key', query })).text);
    await post(gateway, { credential: 'reader-key', query: 'query Last { __typename }' });
    const metrics = (
      await raw(gateway.url, { method: 'GET', path: '/metrics', headers: { authorization: 'Bearer admin-key' } })
    ).text;
    const files = readdirSync(gateway.folder).map((file) => readFileSync(join(gateway.folder, file)));
    expect(files.length).toBeGreaterThan(0);
    expect(lines).toContain('"audit"');
    // Spans are sent in the order in which they end.
    await collector.wait((spans) => spans.find(({ name }) => name === 'query Last'));
    const spans = collector.text();
    expect(spans).toContain('mutation');
    const places = {
      lines,
      metrics,
      spans,
      answers: answers.join('\n'),
      files: Buffer.concat(files).toString('latin1'),
    };
    const found = Object.entries(places).flatMap(([place, text]) =>
      FORMS.flatMap((form) => {
        const at = text.indexOf(place === 'files' ? Buffer.from(form).toString('latin1') : form);
        return at < 0 ? [] : [[place, text.slice(Math.max(at - 200, 0), at + 60)]];
      }),
    );
    expect(found).toEqual([]);
    for (const credential of ['operator-key', 'demo-secret-key', 'reader-key']) {
      for (const text of Object.values(places)) expect(text).not.toContain(credential);
    }
  });

  it('leave the audit line with who, what, where and how it ended', () => {
    const entries = lines
      .split('\n')
      .filter((line) => line.includes('"audit"'))
      .map((line) => (JSON.parse(line) as { audit: Record<string, unknown> }).audit);
    expect(entries.length).toBeGreaterThan(20);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        principal: 'operator',
        role: 'OPERATOR',
        account: 'demo',
        outcome: expect.any(String) as string,
      });
      expect(typeof entry['correlationId']).toBe('string');
    }
    expect(new Set(entries.map(({ outcome }) => outcome))).toEqual(
      new Set(['done', 'UPSTREAM_REFUSED', 'UPSTREAM_UNKNOWN_OUTCOME']),
    );
  });
});
