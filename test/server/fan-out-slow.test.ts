import { ManualClock, settle } from '../support/manual-clock.js';
import { startSockets, TASKS, waitUntil, type Peer, type SocketHarness } from './socket-harness.js';

const LONG = process.env['TASKGATE_LONG'] !== undefined;
const EVENTS = LONG ? 20_000 : 1_500;
const CONNECTS = LONG ? 10_000 : 300;
const SMALL = 'subscription { tasksUpdated { type task { seq } } }';
const MIB = 1024 * 1024;

describe('many sockets', () => {
  let host: SocketHarness;
  const clock = new ManualClock();
  beforeEach(async () => (host = await startSockets({ clock })));
  afterEach(async () => host.close());

  async function subscribed(query: string): Promise<Peer> {
    const peer = await host.connect();
    await peer.init();
    peer.subscribe('1', query);
    return peer;
  }

  async function live(readers: number): Promise<void> {
    await waitUntil(() => host.gate.delivery.load().live === readers);
  }

  /** Changes of 32 KiB each, at the pace of those who read. */
  async function changes(count: number, others: readonly Count[], watch: () => void = () => undefined): Promise<void> {
    await host.gate.tasks.create('a', { details: { fill: 'x'.repeat(32 * 1024) } });
    for (let step = 1; step < count; step++) {
      await host.gate.tasks.step('a', step);
      if (step % 50 !== 0) continue;
      await waitUntil(() => others.every(({ events }) => events >= step - 1));
      watch();
    }
    await waitUntil(() => others.every(({ events }) => events === count));
  }

  it(`leave a slow reader to the log: ${EVENTS} events of 32 KiB, memory and the other 99 stay flat, nothing is lost`, async () => {
    const slow = await subscribed(TASKS);
    const others = await Promise.all(Array.from({ length: 99 }, () => subscribed(SMALL)));
    await live(100);
    const counts = others.map((peer) => new Count(peer));
    const slowCount = new Count(slow);
    slow.socket.pause();
    const memory: number[] = [];
    await changes(EVENTS, counts, () => {
      const { waitingEvents, waitingBytes } = host.gate.delivery.load();
      expect(waitingEvents).toBeLessThanOrEqual(256);
      expect(waitingBytes).toBeLessThanOrEqual(MIB);
      const { heapUsed, external } = process.memoryUsage();
      memory.push(heapUsed + external);
    });
    expect(slowCount.events).toBeLessThan(EVENTS / 2);
    slow.socket.resume();
    await waitUntil(() => slowCount.events === EVENTS);
    expect([...counts, slowCount].filter(({ inOrder }) => !inOrder)).toEqual([]);
    const grown = Math.max(...memory) - Math.max(...memory.slice(0, Math.ceil(memory.length / 5)));
    if (LONG) process.stderr.write(`slow reader: heap and buffers grew by ${Math.round(grown / MIB)} MiB\n`);
    expect(grown).toBeLessThan(64 * MIB);
  }, 300_000);

  it('close with 4290 a reader that takes nothing for thirty seconds while something waits', async () => {
    const slow = await subscribed(TASKS);
    const other = await subscribed(SMALL);
    await live(2);
    slow.socket.pause();
    await changes(600, [new Count(other)]);
    await clock.advance(29_000);
    other.send({ type: 'pong' });
    expect(host.sockets.connections).toBe(2);
    await clock.advance(3_000);
    slow.socket.resume();
    expect((await slow.closed).code).toBe(4290);
    expect(await host.gate.metrics.slowReaders.get()).toMatchObject({ values: [{ value: 1 }] });
  });

  it(`leave nothing behind after ${CONNECTS} connects`, async () => {
    for (let left = CONNECTS; left > 0; left -= 100) {
      const peers = await Promise.all(Array.from({ length: 100 }, () => subscribed(TASKS)));
      await live(100);
      for (const { socket } of peers) socket.close();
      await waitUntil(() => host.sockets.connections === 0);
    }
    expect(host.gate.delivery.load()).toMatchObject({ readers: 0, live: 0, audiences: 0, interests: 0 });
    expect(host.sockets.groups).toBe(0);
    expect(clock.pendingTimers).toBe(0);
    for (const gauge of ['subscribers', 'subscriptionGroups'] as const) {
      expect(await host.gate.metrics[gauge].get()).toMatchObject({ values: [{ value: 0 }] });
    }
    await settle();
  });
});

/** Keeps nothing of what a peer is sent from now on: this process is the client as well. */
class Count {
  events = 0;
  inOrder = true;

  constructor(peer: Peer) {
    peer.messages.push = ({ payload }) => {
      if (payload !== undefined && seqOf(payload) !== ++this.events) this.inOrder = false;
      return 0;
    };
  }
}

function seqOf(payload: unknown): number | undefined {
  return (payload as { data?: { tasksUpdated: { task: { seq: number } } } }).data?.tasksUpdated.task.seq;
}
