import fc, { type Scheduler } from 'fast-check';
import { silentLogger } from '../../src/base/logger.js';
import { createMetrics } from '../../src/base/metrics.js';
import { createDelivery, type RunningDelivery } from '../../src/delivery/create-delivery.js';
import type { OpenStream, TaskEvent } from '../../src/delivery/delivery.js';
import { READER_RULES, type ReaderRules } from '../../src/delivery/reader-rules.js';
import { createMemoryPubSub } from '../../src/pubsub/memory.js';
import type { PubSub } from '../../src/pubsub/pubsub.js';
import type { LogEntry, LogPoint, TaskStore } from '../../src/store/store.js';
import { createTask } from '../../src/task/apply-reading.js';
import type { Task } from '../../src/task/task.js';
import { filterFacts } from '../../src/task/transition.js';
import { ManualClock, settle } from '../support/manual-clock.js';
import { checkHistory, type SeenEvent } from './history-checker.js';
import { identity } from './harness.js';

/** What a build could get wrong, to show that the checker notices. */
interface Faults {
  readonly rules?: ReaderRules;
  readonly showBeforeCommit?: boolean;
  readonly forgetCursor?: boolean;
}

type Action =
  | { readonly type: 'commit' | 'crash' | 'burst'; readonly task: 0 | 1 }
  | { readonly type: 'drop' | 'pause' | 'take'; readonly client: 0 | 1 };

const which = fc.constantFrom<0 | 1>(0, 1);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('commit' as const), task: which }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('crash' as const), task: which }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('burst' as const), task: which }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('drop' as const, 'pause' as const, 'take' as const), client: which }),
  },
);
const scripts = fc.array(action, { minLength: 1, maxLength: 25 });

/** A log whose every read and write takes effect, and answers, when the scheduler says so. */
class ScheduledLog {
  readonly entries: LogEntry[] = [];
  readonly #tasks = new Map<number, Task>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly faults: Faults,
    private readonly pubsub: PubSub,
  ) {}

  get store(): TaskStore {
    const at = async <T>(name: string, value: () => T): Promise<T> => {
      await this.scheduler.schedule(Promise.resolve(), `${name} is asked`);
      const result = value();
      await this.scheduler.schedule(Promise.resolve(), `${name} answers`);
      return result;
    };
    const part: Pick<TaskStore, 'epoch' | 'head' | 'locate' | 'readLog' | 'get'> = {
      epoch: 'e',
      head: () => at('head', () => this.#head()),
      locate: (point) => at('locate', () => (point.position <= this.entries.length ? 'held' : 'unknown')),
      get: (ids) =>
        at(
          'get',
          () =>
            new Map(
              [...this.#tasks.values()]
                .filter(({ id }) => ids.includes(id))
                .map((task) => [task.id, { task, freshness: {} as never }]),
            ),
        ),
      readLog: ({ after, limit, id }) =>
        at('readLog', () => {
          const rows = this.entries.filter(
            ({ point, task }) => point.position > after && (id === undefined || task.id === id),
          );
          const entries = rows.slice(0, limit);
          const complete = rows.length <= limit;
          return { entries, complete, scannedTo: complete ? this.#head() : entries.at(-1)!.point };
        }),
    };
    return part as TaskStore;
  }

  async commit(task: 0 | 1, count: number): Promise<void> {
    await this.scheduler.schedule(Promise.resolve(), 'commit');
    for (let step = 0; step < count; step++) this.#append(task, 'RUNNING');
    await this.scheduler.schedule(Promise.resolve(), 'publish');
    this.pubsub.publish('prod');
  }

  /** A process that dies at the commit: what it meant to write is not there. */
  async crash(task: 0 | 1): Promise<void> {
    await this.scheduler.schedule(Promise.resolve(), 'commit that fails');
    if (!this.faults.showBeforeCommit) return;
    const undo = this.#append(task, 'FAILED');
    this.pubsub.publish('prod');
    await this.scheduler.schedule(Promise.resolve(), 'roll back');
    undo();
  }

  #append(key: 0 | 1, status: 'RUNNING' | 'FAILED'): () => void {
    const before = this.#tasks.get(key);
    const first = createTask(identity(`t${key}`), 'r', { status }, 0);
    const seq = (before?.seq ?? 0) + 1;
    const task = { ...first.task, seq };
    const transition = { ...first.transition, seq, from: before?.status ?? null };
    const entry: LogEntry = {
      point: { position: this.entries.length + 1, mark: 7 },
      type: 'CHANGED',
      task,
      transition,
      before: before ? filterFacts(before) : null,
      at: 0,
    };
    this.entries.push(entry);
    this.#tasks.set(key, task);
    return () => {
      const index = this.entries.indexOf(entry);
      if (index !== this.entries.length - 1) return;
      this.entries.pop();
      if (before) this.#tasks.set(key, before);
      else this.#tasks.delete(key);
    };
  }

  #head(): LogPoint {
    return { position: this.entries.length, mark: this.entries.length === 0 ? 0 : 7 };
  }
}

class Client {
  readonly events: TaskEvent[] = [];
  #source: OpenStream | undefined;
  #connection = 0;
  #paused = false;

  constructor(
    private readonly delivery: RunningDelivery,
    private readonly faults: Faults,
    private readonly start: string,
  ) {}

  async connect(): Promise<void> {
    const connection = ++this.#connection;
    this.#source?.close();
    this.#source = undefined;
    const last = this.events.at(-1)?.cursor ?? this.start;
    const after = this.faults.forgetCursor && connection > 1 ? null : last;
    const stream = await this.delivery.stream({ type: 'tasks', filter: {}, accounts: null, after });
    if (connection !== this.#connection) return;
    this.#source = stream.open({
      next: (event) => {
        if (connection === this.#connection) this.events.push(event as TaskEvent);
        return !this.#paused;
      },
      complete: () => undefined,
      fail: (error) => {
        throw error;
      },
    });
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.#source?.resume();
  }

  close(): void {
    this.#connection++;
    this.#source?.close();
  }
}

async function play(scheduler: Scheduler, script: readonly Action[], faults: Faults): Promise<readonly string[]> {
  const pubsub = createMemoryPubSub();
  const log = new ScheduledLog(scheduler, faults, pubsub);
  const clock = new ManualClock();
  const delivery = createDelivery({
    store: log.store,
    pubsub,
    clock,
    logger: silentLogger,
    metrics: createMetrics(),
    accounts: ['prod'],
    ...(faults.rules && { rules: faults.rules }),
  });
  let mostWaiting = 0;
  const drain = async (): Promise<void> => {
    for (let idle = 0; idle < 3;) {
      mostWaiting = Math.max(mostWaiting, delivery.load().waitingEvents / 2);
      if (scheduler.count() > 0) {
        await scheduler.waitNext(1);
        idle = 0;
      } else idle++;
      await settle(1);
    }
  };

  await delivery.run();
  await drain();
  const start = delivery.cursorAt({ position: 0, mark: 0 });
  const clients = [new Client(delivery, faults, start), new Client(delivery, faults, start)] as const;
  const work: Promise<void>[] = clients.map((client) => client.connect());
  for (const step of script) {
    if (scheduler.count() > 0) await scheduler.waitNext(1);
    await settle(1);
    if ('client' in step) {
      const client = clients[step.client];
      if (step.type === 'drop') work.push(client.connect());
      else client.pause(step.type === 'pause');
    } else if (step.type === 'crash') work.push(log.crash(step.task));
    else work.push(log.commit(step.task, step.type === 'burst' ? 300 : 1));
  }
  await drain();
  for (const client of clients) client.pause(false);
  await drain();
  await clock.advance(3_000);
  await drain();
  await Promise.all(work);

  const stored = new Map<string, { seq: number; status: string }[]>();
  for (const { task } of log.entries) {
    const changes = stored.get(task.id) ?? [];
    changes.push({ seq: task.seq, status: task.status });
    stored.set(task.id, changes);
  }
  const wrong = clients.flatMap(({ events }, index) =>
    checkHistory({ name: `client ${index}`, known: new Map(), events: events.map(toSeen), mostWaiting }, stored),
  );
  for (const client of clients) client.close();
  const stopped = delivery.stop();
  await drain();
  await stopped;
  if (clock.pendingTimers > 0) return [...wrong, 'timers are left'];
  return wrong;
}

function toSeen({ type, task }: TaskEvent): SeenEvent {
  return { type, taskId: task?.id ?? null, seq: task?.seq ?? null, status: task?.status ?? null };
}

function property(faults: Faults) {
  return fc.asyncProperty(fc.scheduler(), scripts, async (scheduler, script) => {
    expect(await play(scheduler, script, faults)).toEqual([]);
  });
}

describe('whatever the order of commit, publish, read and attach', () => {
  it('each client sees each task in steps of one, across pauses and reconnects', async () => {
    await fc.assert(property({}), { numRuns: process.env['TASKGATE_LONG'] ? 3_000 : 120 });
  }, 600_000);

  const mutants: readonly (readonly [string, RegExp, Faults])[] = [
    ['publish before commit', /is not what was stored/, { showBeforeCommit: true }],
    [
      '>= for > at the seam',
      /went from (\d+) to \1\b/,
      { rules: { ...READER_RULES, isNews: (position, point) => position >= point } },
    ],
    ['drop on reconnect', /went from|ends at|never heard/, { forgetCursor: true }],
    ['unbounded queue', /events waited/, { rules: { ...READER_RULES, fits: () => true } }],
  ];
  it.each(mutants)('the checker notices: %s', async (_name, sign, faults) => {
    const result = await fc.check(property(faults), { numRuns: 600, endOnFailure: true, seed: 7 });
    expect(String(result.errorInstance)).toMatch(sign);
  });
});
