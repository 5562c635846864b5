import type { Clock } from '../base/clock.js';
import type { StoredTask } from '../store/store.js';
import { createTask } from '../task/apply-reading.js';
import type { Facts, Reading } from '../task/reading.js';
import type { Task } from '../task/task.js';
import { formatTaskId, type TaskIdentity } from '../task/task-id.js';
import type { Interests } from './interests.js';
import { neverRead } from './judge.js';
import type { PollGroup } from './poll-group.js';
import type { Recorder } from './recorder.js';
import type { Watch } from './watch.js';

type AdoptOptions = Parameters<Watch['adopt']>[2];

/** Takes up tasks that a start has made, or that a caller names. */
export function createAdopt(parts: {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly interests: Interests;
  readonly groupOf: (identity: TaskIdentity) => PollGroup | undefined;
}) {
  const { clock, recorder, interests, groupOf } = parts;

  return async function adopt(identity: TaskIdentity, facts: Facts, options: AdoptOptions): Promise<StoredTask> {
    const group = groupOf(identity);
    const now = clock.now();
    const { task, transition } = createTask(identity, group?.polled.region ?? '', facts, now);
    const freshness = neverRead(task, options.error ?? null, { now, next: firstReading(group, task, now) });
    const written = await recorder.recordChange({
      task,
      transition,
      freshness,
      content: facts.content,
      start: options.start,
      // Whoever starts a task, or tracks it, asks for it, also when an upstream gives an id away twice.
      revive: options.revive ?? true,
    });
    if (written.type === 'failed') throw written.error;
    if (written.type === 'removed') throw new Error('A task that was removed is not taken up again');
    const stored =
      written.type === 'committed' ? { task, freshness } : await alreadyThere(identity, facts, written.current, now);
    group?.add(stored);
    return stored;
  };

  function firstReading(group: PollGroup | undefined, task: Task, now: number) {
    return group?.firstReading(task, interests.watches(task), now) ?? { at: now, plannedMs: 0 };
  }

  /** Discovery was quicker. The start still knows what a list does not tell, though nothing of how far the task is. */
  async function alreadyThere(
    identity: TaskIdentity,
    facts: Facts,
    current: StoredTask | null,
    now: number,
  ): Promise<StoredTask> {
    if (!current) throw new Error('A task that is not there cannot be in the way');
    const group = groupOf(identity);
    const { observedAt, askedAt, nextPollAt, staleAt } = current.freshness;
    const reading: Reading = {
      type: 'seen',
      facts: withoutStatus(facts),
      from: 'query',
      askedAt: askedAt ?? now,
      answeredAt: observedAt ?? now,
    };
    const item = {
      id: formatTaskId(identity),
      identity,
      region: group?.polled.region ?? '',
      reading,
      previous: current,
      next: { at: nextPollAt ?? now, plannedMs: Math.max(0, ((staleAt ?? now) - (observedAt ?? now)) / 3) },
      rawMark: null,
      revive: false,
    };
    const recorded = (await recorder.record([item])).get(item.id)?.refreshed;
    return recorded?.type === 'task' ? recorded.stored : current;
  }
}

function withoutStatus(facts: Facts): Facts {
  const known: { -readonly [Key in keyof Facts]: Facts[Key] } = { ...facts };
  delete known.status;
  delete known.done;
  delete known.upstreamStatus;
  return known;
}
