import crypto, { createHash } from 'node:crypto';
import type { AbortNews } from '../base/abort.js';
import { delay, type Clock } from '../base/clock.js';
import type { Json } from '../base/json.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import { noTracer, type Tracer } from '../base/tracer.js';
import type { PubSub } from '../pubsub/pubsub.js';
import {
  StoreUnavailableError,
  type ChangeWrite,
  type Fence,
  type StartKey,
  type StoredTask,
  type TaskStore,
  type Write,
} from '../store/store.js';
import type { Reading } from '../task/reading.js';
import type { Freshness, PollError } from '../task/task.js';
import type { TaskId, TaskIdentity } from '../task/task-id.js';
import { UpstreamErrorCode } from '../upstream/upstream-error.js';
import { FreshnessNotes } from './freshness-notes.js';
import { goneError, judge, judgeFirst, type Judging, type Verdict } from './judge.js';
import type { Refreshed } from './watch.js';
import { WriteQueue, type Written } from './write-queue.js';

/** A reading, and what is known of its task. */
export interface RecordItem {
  readonly id: TaskId;
  readonly identity: TaskIdentity;
  readonly region: string;
  readonly reading: Reading;
  readonly previous: StoredTask | null;
  readonly next: Judging['next'];
  /** Of the raw answer seen last; null when none has been seen by this process. */
  readonly rawMark: string | null;
  readonly revive: boolean;
}

export interface Recorded {
  readonly refreshed: Refreshed;
  readonly rawMark: string | null;
}

export interface RecordOptions {
  readonly fence?: Fence | undefined;
  /**
   * Given by polls: a store that is unavailable is tried again until this aborts, so that no reading is lost. Without
   * it the error goes to the caller.
   */
  readonly persist?: { readonly signal: AbortNews; readonly unavailable: (error: unknown) => void } | undefined;
}

export type Change = Pick<ChangeWrite, 'task' | 'transition' | 'freshness'> & {
  readonly content: string | undefined;
  readonly start: StartKey | undefined;
  readonly revive: boolean;
};

export type Recorder = ReturnType<typeof createRecorder>;

const LONGEST_STORE_WAIT_MS = 10_000;
/** A task that others keep writing to has been read at least as lately by them. */
const MOST_ATTEMPTS = 4;

/** The one place that writes tasks: previous state and reading → change → commit → hint. */
export function createRecorder(parts: {
  readonly store: TaskStore;
  readonly pubsub: PubSub;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer?: Tracer;
}) {
  const { pubsub, clock, logger, metrics, tracer = noTracer } = parts;
  const queue = new WriteQueue(parts.store);
  const notes = new FreshnessNotes();

  /** @returns an entry for every item, by task id */
  async function record(
    items: readonly RecordItem[],
    options: RecordOptions = {},
  ): Promise<ReadonlyMap<TaskId, Recorded>> {
    const recorded = new Map<TaskId, Recorded>();
    let waiting = items;
    for (let attempt = 0; waiting.length > 0; attempt++) {
      const changes = waiting.flatMap((item) => judged(item, recorded));
      if (changes.length === 0) break;
      const written = await commit(
        changes.map(({ write }) => write),
        options,
      );
      waiting = changes.flatMap(({ item, write, rawMark }, index) => {
        const result = written[index];
        const beaten = result?.type === 'conflict' && result.current && attempt + 1 < MOST_ATTEMPTS;
        if (beaten) return [{ ...item, previous: result.current }];
        recorded.set(item.id, { refreshed: outcome(item, write, result), rawMark });
        return [];
      });
    }
    return recorded;
  }

  /** Settles what makes no change; returns the change otherwise. */
  function judged(item: RecordItem, recorded: Map<TaskId, Recorded>) {
    const verdict = verdictOn(item, clock.now(), logger);
    const answered = verdict.type === 'change' || verdict.type === 'note' ? verdict.raw : undefined;
    const mark = answered === undefined ? item.rawMark : markOf(answered);
    const raw = mark === item.rawMark ? undefined : answered;
    if (verdict.type === 'change') {
      return [{ item, write: changeOf(item, verdict, raw), rawMark: mark }];
    }
    if (verdict.type === 'drop') metrics.refusedReadings.inc({ reason: verdict.reason });
    if (verdict.type === 'note' && !(item.previous?.task.done ?? false)) {
      notes.add({ id: item.id, freshness: verdict.freshness, ...(raw !== undefined && { raw }) });
    }
    recorded.set(item.id, { refreshed: unchanged(item, verdict), rawMark: mark });
    return [];
  }

  function changeOf(
    item: RecordItem,
    verdict: Extract<Verdict, { type: 'change' }>,
    raw: Json | undefined,
  ): ChangeWrite {
    const { task, transition, before, freshness, content } = verdict;
    const latestRaw = raw ?? notes.take(item.id);
    return {
      type: 'change',
      task,
      transition,
      before,
      freshness,
      ...(latestRaw !== undefined && { raw: latestRaw }),
      ...(content !== undefined && { content }),
      ...(item.revive && { revive: true }),
    };
  }

  function outcome(item: RecordItem, write: ChangeWrite, result: Written | undefined): Refreshed {
    if (result?.type === 'committed') {
      return { type: 'task', stored: { task: write.task, freshness: write.freshness }, error: errorOf(item.reading) };
    }
    if (result?.type === 'conflict' && result.current) return { type: 'task', stored: result.current, error: null };
    if (result?.type === 'failed') {
      logger.error({ err: result.error, service: item.identity.service }, 'a change cannot be stored');
      const error = notStored(clock.now());
      return item.previous ? { type: 'task', stored: item.previous, error } : { type: 'failed', error };
    }
    return { type: 'absent' };
  }

  /** Commits, and tells those who listen once that is done. */
  async function commit(writes: readonly Write[], { fence, persist }: RecordOptions): Promise<readonly Written[]> {
    for (let waitMs = 1000; ; waitMs = Math.min(2 * waitMs, LONGEST_STORE_WAIT_MS)) {
      try {
        const written = await commitAll(writes, fence);
        announce(writes, written);
        return written;
      } catch (error) {
        if (!persist || !(error instanceof StoreUnavailableError)) throw error;
        logger.warn({ err: error }, 'store unavailable; readings are kept');
        persist.unavailable(error);
        await delay(clock, waitMs, persist.signal);
        if (persist.signal.aborted) throw error;
      }
    }
  }

  function commitAll(writes: readonly Write[], fence?: Fence): Promise<readonly Written[]> {
    return tracer.step('commit', { attributes: { 'taskgate.changes': writes.length } }, async () => {
      const written = await queue.commit(writes, fence);
      for (const result of written) if (result.type === 'committed') tracer.leave(result.point.position);
      return written;
    });
  }

  function announce(writes: readonly Write[], written: readonly Written[]): void {
    const accounts = new Set<string>();
    writes.forEach((write, index) => {
      if (written[index]?.type !== 'committed' || write.type !== 'change') return;
      accounts.add(write.task.account);
      metrics.transitions.inc({ service: write.task.service, to: write.transition.to });
    });
    for (const account of accounts) pubsub.publish(account);
  }

  /** Writes a change that no reading brought: a task that a start has made. */
  async function recordChange(change: Change): Promise<Written> {
    const { task, transition, freshness, content, start, revive } = change;
    const write: ChangeWrite = {
      type: 'change',
      task,
      transition,
      before: null,
      freshness,
      ...(content !== undefined && { content }),
      ...(start && { start }),
      ...(revive && { revive }),
    };
    const [written] = await commit([write], {});
    return written ?? { type: 'conflict', current: null };
  }

  async function remove(ids: readonly TaskId[], accountOf: (id: TaskId) => string): Promise<void> {
    const at = clock.now();
    for (const id of ids) notes.take(id);
    const written = await commitAll(ids.map((id) => ({ type: 'remove', id, at })));
    const removed = ids.filter((_, index) => written[index]?.type === 'committed');
    for (const account of new Set(removed.map(accountOf))) pubsub.publish(account);
  }

  /** Writes the freshness that waits; what the store does not take now is kept for the next time. */
  async function flush(): Promise<void> {
    if (notes.size === 0) return;
    const taken = notes.takeAll();
    try {
      await queue.touch(taken);
    } catch (error) {
      if (error instanceof StoreUnavailableError) notes.putBack(taken);
      else logger.error({ err: error }, 'freshness cannot be stored');
    }
  }

  function note(id: TaskId, freshness: Freshness): void {
    notes.add({ id, freshness });
  }

  const waiting = () => ({ writes: queue.waiting, freshness: notes.size });

  return { record, recordChange, remove, note, flush, waiting } as const;
}

function verdictOn(item: RecordItem, now: number, logger: Logger): Verdict {
  const judging: Judging = { now, next: item.next };
  try {
    return item.previous
      ? judge(item.previous, item.reading, judging)
      : judgeFirst(item.identity, item.region, item.reading, judging);
  } catch (error) {
    // One reading that cannot be digested must not take the others of its poll with it.
    logger.error({ err: error, service: item.identity.service }, 'a reading cannot be applied');
    const unread: Reading = { type: 'unread', error: { ...notStored(now), message: 'The answer cannot be used' } };
    return item.previous ? judge(item.previous, unread, judging) : { type: 'nothing' };
  }
}

function unchanged({ previous, reading }: RecordItem, verdict: Verdict): Refreshed {
  if (previous) {
    const { task } = previous;
    const freshness = verdict.type === 'note' ? verdict.freshness : previous.freshness;
    return { type: 'task', stored: { task, freshness }, error: errorOf(reading) };
  }
  const error = reading.type === 'unread' ? reading.error : null;
  return error ? { type: 'failed', error } : { type: 'absent' };
}

function errorOf(reading: Reading): PollError | null {
  if (reading.type === 'seen') return null;
  return reading.type === 'gone' ? goneError(reading) : reading.error;
}

function notStored(at: number): PollError {
  return { code: UpstreamErrorCode.UPSTREAM_BAD_RESPONSE, message: 'The answer cannot be stored', at, retryable: true };
}

function markOf(raw: Json): string {
  return sha1(JSON.stringify(raw)).slice(0, 12);
}

/** From Node 20.12 on a text is digested without an object for it. */
const sha1 = (text: string): string =>
  'hash' in crypto ? crypto.hash('sha1', text, 'base64') : createHash('sha1').update(text).digest('base64');
