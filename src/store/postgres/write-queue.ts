import type { TaskId } from '../../task/task-id.js';
import type { Fence } from '../store.js';
import { FencedError, type FreshnessNote, type Write, type WriteResult } from '../store.js';
import { Batch } from './batch.js';
import type { PostgresDatabase } from './database.js';

interface Waiting {
  readonly writes: readonly Write[];
  readonly notes: readonly FreshnessNote[];
  readonly fence: Fence | undefined;
  readonly resolve: (results: readonly WriteResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A transaction takes calls until it has so many writes; a call is never divided. */
const MOST_WRITES = 1_000;

/** Commits whatever was asked for while the transaction before was under way, together. */
export class WriteQueue {
  readonly #db: PostgresDatabase;
  readonly #nextMark: () => number;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(db: PostgresDatabase, nextMark: () => number) {
    this.#db = db;
    this.#nextMark = nextMark;
  }

  submit(writes: readonly Write[], notes: readonly FreshnessNote[], fence?: Fence): Promise<readonly WriteResult[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, notes, fence, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Calls of the same turn go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#take());
    this.#running = false;
  }

  #take(): readonly Waiting[] {
    let size = 0;
    const full = this.#waiting.findIndex(({ writes, notes }) => (size += writes.length + notes.length) >= MOST_WRITES);
    const taken = this.#waiting.splice(0, full === -1 ? this.#waiting.length : full + 1);
    return taken;
  }

  async #commit(calls: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#db.write(async (session) => {
        const batch = new Batch(session, this.#nextMark);
        await batch.lock();
        const writes = calls.flatMap((call) => call.writes);
        const ids = [...writes.map(idOf), ...calls.flatMap(({ notes }) => notes.map(({ id }) => id))];
        await batch.load(
          ids,
          calls.flatMap(({ fence }) => fence ?? []),
        );
        await batch.loadHistories(writes);
        const results = calls.map((call) => perform(batch, call));
        await batch.flush();
        return results;
      });
      calls.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome instanceof FencedError) reject(outcome);
        else resolve(outcome ?? []);
      });
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
}

/** A fenced call writes nothing; those beside it are none the worse. */
function perform(batch: Batch, { writes, notes, fence }: Waiting): readonly WriteResult[] | FencedError {
  try {
    if (fence) batch.pass(fence);
  } catch (error) {
    if (error instanceof FencedError) return error;
    throw error;
  }
  for (const note of notes) batch.note(note);
  return writes.map((write) => batch.apply(write));
}

function idOf(write: Write): TaskId {
  return write.type === 'change' ? write.task.id : write.id;
}
