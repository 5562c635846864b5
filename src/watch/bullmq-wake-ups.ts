import { Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import type { Clock, Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { closeRedis } from '../base/redis.js';
import type { GroupName } from '../store/leases.js';
import type { WakeUps } from './wake-ups.js';

export interface BullmqWakeUpsOptions {
  readonly url: string;
  /** Names the store: replicas on one Redis call each other only for the store that they share. Throws until it is known. */
  readonly epoch: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const QUEUE = 'wake-ups';
/** A group is called so often, by whichever replica takes the job. */
const EVERY_MS = 2_000;
/** How long after a FLUSHALL the schedule is missed. */
const LOOK_MS = 5_000;
/**
 * A scheduler whose next job is further away than this is put back: jobs are due by the clock of the replica that took the
 * one before, which may be wrong.
 */
const FURTHEST_MS = 30_000;
const AT_ONCE = 8;
const RETRY_MS = 1_000;
/** Longer than a worker ever waits for a job: what is silent for so long is away. */
const SILENCE_MS = 15_000;
const PARTING_MS = 200;
const LONGEST_BLOCK_S = 2;

/** With the default lock and stall times a job of a dead replica is missed for a minute. */
const STALL = { lockDuration: 3_000, stalledInterval: 1_000, maxStalledCount: 1_000_000 };
const FORGET = { removeOnComplete: true, removeOnFail: true };

interface Running {
  readonly queue: Queue;
  readonly worker: Worker;
}

/**
 * Wake-ups as jobs of BullMQ, one job scheduler per poll group. Nothing depends on them: a Redis that is away, was emptied
 * or runs by a wrong clock makes them late and no more.
 */
export function createBullmqWakeUps({ url, epoch, clock, logger }: BullmqWakeUpsOptions): WakeUps {
  const redis = connect(url);
  const wanted = new Map<string, GroupName>();
  let wake: ((group: GroupName) => Promise<void>) | undefined;
  let running: Running | undefined;
  let looking = false;
  let lookAgain = false;
  let closed = false;
  let timer: Timer | undefined;

  // Who else is connected to this Redis says that it is away; here its errors are expected, and have no other listener.
  redis.on('error', () => undefined);
  redis.on('ready', look);

  /** Waits for the name of the store, which is not known before the store could be reached. */
  function begin(): Running | undefined {
    if (running || !wake) return running;
    let prefix: string;
    try {
      // In braces, so that a Redis Cluster keeps the whole queue in one place.
      prefix = `{taskgate:${epoch()}}`;
    } catch {
      return undefined;
    }
    const options = { connection: redis, prefix, skipVersionCheck: true };
    const queue = new Queue(QUEUE, options);
    const worker = new Worker(QUEUE, (job) => call(job), {
      ...options,
      ...STALL,
      concurrency: AT_ONCE,
      drainDelay: LONGEST_BLOCK_S,
      runRetryDelay: RETRY_MS,
    });
    const tell = ({ message }: Error): void => logger.debug({ reason: message }, 'No wake-ups at present');
    queue.on('error', tell);
    worker.on('error', tell);
    running = { queue, worker };
    return running;
  }

  async function call({ data }: Job<unknown>): Promise<void> {
    const group = parseGroup(data);
    if (group && wake && !closed) await wake(group);
  }

  /** Puts back the schedulers that are missing. One look at a time: without Redis it lasts until Redis is back. */
  function look(): void {
    lookAgain = looking;
    if (looking || closed) return;
    const parts = begin();
    if (!parts || wanted.size === 0) return;
    looking = true;
    putBack(parts.queue)
      .catch((error: unknown) => logger.debug({ err: error }, 'No wake-ups at present'))
      .finally(() => {
        looking = false;
        if (lookAgain) look();
      });
  }

  async function putBack(queue: Queue): Promise<void> {
    const found = await redis.zrange(queue.toKey('repeat'), 0, '-1', 'WITHSCORES');
    const dueAt = new Map<string, number>();
    for (const [index, text] of found.entries()) if (index % 2 === 0) dueAt.set(text, Number(found[index + 1]));
    for (const [id, group] of wanted) {
      if (closed) return;
      const at = dueAt.get(id);
      if (at !== undefined && Math.abs(at - clock.now()) <= FURTHEST_MS) continue;
      if (at !== undefined) await queue.removeJobScheduler(id);
      await queue.upsertJobScheduler(id, { every: EVERY_MS }, { name: 'wake', data: group, opts: FORGET });
    }
  }

  function tick(): void {
    look();
    timer = clock.setTimer(LOOK_MS, tick);
  }

  return {
    run(next) {
      wake = next;
      if (!timer && !closed) tick();
    },

    schedule(groups) {
      const added = groups.filter((group) => !wanted.has(idOf(group)));
      const gone = new Set(wanted.keys());
      for (const { account, service } of groups) {
        wanted.set(idOf({ account, service }), { account, service });
        gone.delete(idOf({ account, service }));
      }
      // Its scheduler stays, for replicas that still know the group; a call for one that nobody knows does nothing.
      for (const id of gone) wanted.delete(id);
      if (added.length > 0 || !running) look();
    },

    async close() {
      if (closed) return;
      closed = true;
      timer?.cancel();
      // By force: a job that is cut short is called again, by another replica.
      if (running) await Promise.allSettled([running.worker.close(true), running.queue.close()]);
      await closeRedis(redis);
    },
  };
}

/** A connection that tries for ever, as BullMQ needs it. */
function connect(url: string): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: null,
    disconnectTimeout: PARTING_MS,
    connectTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: () => RETRY_MS,
  });
}

/** Without colons, which mean something in BullMQ's keys. */
function idOf({ account, service }: GroupName): string {
  return Buffer.from(JSON.stringify([account, service])).toString('base64url');
}

function parseGroup(data: unknown): GroupName | undefined {
  const { account, service } = data as Partial<GroupName>;
  return typeof account === 'string' && typeof service === 'string' ? { account, service } : undefined;
}
