import type { Discovered, ReadOptions, TaskRef, TaskSource } from '../../src/sources/source.js';
import type { Facts, Reading } from '../../src/task/reading.js';
import { formatTaskId, type TaskId, type TaskIdentity } from '../../src/task/task-id.js';
import { TaskStatus } from '../../src/task/task-status.js';
import type { UpstreamStatus } from '../../src/upstream/upstream-client.js';
import type { ManualClock } from '../support/manual-clock.js';

export interface Call {
  readonly at: number;
  readonly ids: readonly string[];
  readonly calls: number;
  readonly priority: 'request' | 'poll';
}

export type Script = (upstreamId: string, askedAt: number, task: TaskRef['task']) => Reading | Promise<Reading>;

export const running: Facts = { status: TaskStatus.RUNNING, upstreamStatus: 'RUNNING', kind: 'bind_ldap' };
export const succeeded: Facts = { status: TaskStatus.SUCCEEDED, upstreamStatus: 'SUCCESS', kind: 'bind_ldap' };

export const seen = (facts: Facts, askedAt: number, answeredAt = askedAt): Reading => {
  return { type: 'seen', facts, from: 'query', askedAt, answeredAt };
};
export const gone = (at: number): Reading => ({ type: 'gone', message: 'no such job', askedAt: at, answeredAt: at });
export const unread = (at: number, code = 'UPSTREAM_TIMEOUT'): Reading => {
  return { type: 'unread', error: { code, message: 'no answer', at, retryable: true } };
};

/** An upstream that answers by script, and notes what it was asked. */
export class FakeSource implements TaskSource {
  readonly calls: Call[] = [];
  readonly service: string;
  readonly account: string;
  script: Script = (_, askedAt) => seen(running, askedAt);
  pausedUntil: number | null = null;
  waitingPolls = 0;
  listed: readonly { readonly upstreamId: string; readonly facts: Facts }[] = [];
  sinces: number[] = [];
  discover?: NonNullable<TaskSource['discover']>;
  readonly #clock: ManualClock;
  readonly #callsFor: (tasks: number) => number;

  constructor(
    clock: ManualClock,
    {
      service = 'SFS',
      account = 'prod',
      callsFor = (tasks: number) => tasks,
      lists = false,
    }: { service?: string; account?: string; callsFor?: (tasks: number) => number; lists?: boolean } = {},
  ) {
    this.#clock = clock;
    this.#callsFor = callsFor;
    this.service = service;
    this.account = account;
    if (lists) {
      this.discover = (since) => {
        this.sinces.push(since);
        return Promise.resolve(this.listed.map((task) => this.#discovered(task)));
      };
    }
  }

  callsFor(tasks: number): number {
    return this.#callsFor(tasks);
  }

  async read(refs: readonly TaskRef[], { priority, signal }: ReadOptions): Promise<ReadonlyMap<TaskId, Reading>> {
    const at = this.#clock.now();
    const ids = refs.map(({ identity }) => identity.upstreamId);
    this.calls.push({ at, ids, calls: this.#callsFor(refs.length), priority });
    const aborted = new Promise<Reading>((resolve) => {
      signal?.addEventListener('abort', () => resolve(unread(this.#clock.now())), { once: true });
    });
    const readings = refs.map(async ({ identity, task }) => {
      const reading = this.script(identity.upstreamId, at, task);
      return [
        formatTaskId(identity),
        reading instanceof Promise ? await Promise.race([reading, aborted]) : reading,
      ] as const;
    });
    return new Map(await Promise.all(readings));
  }

  status(): UpstreamStatus {
    return {
      state: 'ok',
      requestsPerMinute: this.calls.length > 0 ? 1 : 0,
      budgetPerMinute: 600,
      lastSuccessAt: null,
      lastError: null,
      pausedUntil: this.pausedUntil,
      waitingPolls: this.waitingPolls,
    };
  }

  identity(upstreamId: string): TaskIdentity {
    return { service: this.service, account: this.account, scope: '', upstreamId };
  }

  id(upstreamId: string): TaskId {
    return formatTaskId(this.identity(upstreamId));
  }

  /** Instants at which a task was asked for, since a moment. */
  asked(upstreamId: string, since = 0): readonly number[] {
    return this.calls.filter(({ at, ids }) => at >= since && ids.includes(upstreamId)).map(({ at }) => at);
  }

  callsSince(since: number): number {
    return this.calls.filter(({ at }) => at >= since).reduce((sum, { calls }) => sum + calls, 0);
  }

  #discovered({ upstreamId, facts }: { upstreamId: string; facts: Facts }): Discovered {
    const now = this.#clock.now();
    return { identity: this.identity(upstreamId), facts, askedAt: now, answeredAt: now };
  }
}
