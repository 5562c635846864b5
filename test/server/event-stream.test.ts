import { createClient } from 'graphql-sse';
import { ManualClock } from '../support/manual-clock.js';
import { startSockets, TASK, TASKS, waitUntil, type HarnessOptions, type SocketHarness } from './socket-harness.js';

/** Reads an answer as it comes, in the blocks of the event stream format. */
class Reading {
  text = '';
  ended = false;

  constructor(readonly response: Response) {
    void this.#read();
  }

  get blocks(): readonly string[] {
    return this.text.split('\n\n').slice(0, -1);
  }

  get ids(): readonly string[] {
    return this.blocks.flatMap((block) => /^id: (.*)$/m.exec(block)?.[1] ?? []);
  }

  get seqs(): readonly number[] {
    return [...this.text.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq));
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body!) this.text += decoder.decode(chunk, { stream: true });
    } catch {
      // Cut off: the end all the same.
    }
    this.ended = true;
  }
}

describe('an event stream', () => {
  let host: SocketHarness;
  const aborts: AbortController[] = [];
  const start = async (options?: HarnessOptions): Promise<SocketHarness> => (host = await startSockets(options));
  afterEach(async () => {
    for (const abort of aborts.splice(0)) abort.abort();
    await host.close();
  });

  async function get(query: string, variables = {}, headers = {}): Promise<Reading> {
    const abort = new AbortController();
    aborts.push(abort);
    const url = `${host.httpUrl}?${new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString()}`;
    return new Reading(
      await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: abort.signal }),
    );
  }

  it('writes each event with its cursor as id, and completes behind the final state', async () => {
    await start();
    const { id } = await host.gate.tasks.create('a');
    const stream = await get(TASK, { id });
    await waitUntil(() => stream.seqs.length === 1);
    await host.gate.tasks.change('a', { status: 'SUCCEEDED' });
    await waitUntil(() => stream.ended);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const [comment, first, second, end] = stream.blocks;
    expect(comment).toBe(':');
    expect(first).toMatch(/^event: next\nid: [\w-]+\ndata: \{"data":\{"taskUpdated":\{"type":"SNAPSHOT"/);
    expect(second).toContain('"status":"SUCCEEDED"');
    expect(end).toBe('event: complete\ndata:');
  });

  it.each([
    ['a variable', TASK],
    ['a literal', 'subscription($id: ID!) { taskUpdated(id: $id, after: "nonsense") { cursor task { seq } } }'],
    [
      'nothing',
      'subscription($id: ID!) { ...F } fragment F on Subscription { taskUpdated(id: $id) { cursor task { seq } } }',
    ],
  ])('goes on behind Last-Event-ID whatever `after` says, in %s', async (_name, query) => {
    await start();
    const { id } = await host.gate.tasks.create('a');
    const first = await get(TASK, { id });
    await waitUntil(() => first.ids.length === 1);
    await host.gate.tasks.step('a', 1);
    await host.gate.tasks.change('a', { status: 'FAILED' });
    const again = await get(query, { id, after: 'nonsense' }, { 'last-event-id': first.ids[0]! });
    await waitUntil(() => again.ended);
    expect(again.seqs).toEqual([2, 3]);
  });

  it('answers plainly, with its status, what cannot be streamed', async () => {
    await start();
    const answers = [
      await get('{'),
      await get(TASKS, {}, { 'last-event-id': 'edited' }),
      await get(TASK, { id: 'x' }),
      await get('mutation { poke }'),
    ];
    await waitUntil(() => answers.every(({ ended }) => ended));
    expect(
      answers.map(({ response, text }) => [
        response.status,
        (JSON.parse(text) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code,
      ]),
    ).toEqual([
      [400, 'GRAPHQL_PARSE_FAILED'],
      [400, 'BAD_USER_INPUT'],
      [200, 'NOT_FOUND'],
      [405, 'BAD_REQUEST'],
    ]);
    expect(answers[0]!.response.headers.get('content-type')).toContain('application/json');
  });

  it('serves a stock graphql-sse client by POST: queries, mutations and subscriptions', async () => {
    await start();
    const { id } = await host.gate.tasks.create('a', { status: 'FAILED' });
    const client = createClient({ url: host.httpUrl });
    const results: unknown[] = [];
    for (const query of ['{ hello }', 'mutation { poke }'])
      for await (const result of client.iterate({ query })) results.push(result);
    for await (const result of client.iterate({ query: TASK, variables: { id } }))
      results.push(result.data?.['taskUpdated']);
    expect(results).toMatchObject([
      { data: { hello: 'world' } },
      { data: { poke: 'poked' } },
      { type: 'SNAPSHOT', task: { seq: 1 } },
    ]);
    client.dispose();
  });

  it('sends a comment every fifteen seconds', async () => {
    const clock = new ManualClock();
    await start({ clock });
    const stream = await get(TASKS);
    await waitUntil(() => stream.blocks.length === 1);
    await clock.advance(15_000);
    await waitUntil(() => stream.blocks.length === 2);
    expect(stream.blocks).toEqual([':', ':']);
  });

  it('ends without complete when the key is revoked, when it drains, and lets go when the client leaves', async () => {
    const clock = new ManualClock();
    await start({ clock });
    const left = await get(TASKS);
    await waitUntil(() => host.gate.delivery.load().live === 1);
    aborts.pop()!.abort();
    await waitUntil(() => left.ended && host.streams.connections === 0);

    const revoked = await get(TASKS);
    host.valid.clear();
    await clock.advance(4_000);
    await waitUntil(() => revoked.ended);
    const drained = await get(TASKS);
    await host.streams.drain(0);
    await waitUntil(() => drained.ended);
    expect([revoked.text, drained.text]).toEqual([':\n\n', ':\n\n']);
    expect((await get(TASKS)).response.status).toBe(503);
  });
});
