import {
  FencedError,
  StoreUnavailableError,
  type Fence,
  type FreshnessNote,
  type TaskStore,
  type Write,
  type WriteResult,
} from '../store/store.js';

export type Written = WriteResult | { readonly type: 'failed'; readonly error: unknown };

interface Submission {
  readonly writes: readonly Write[];
  readonly fence: Fence | undefined;
  readonly resolve: (written: readonly Written[]) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_WRITES = 1000;

/**
 * One write at a time, so that a note never overtakes a newer commit. What comes in while one is under way goes together
 * in the next: a burst of endings costs few transactions.
 */
export class WriteQueue {
  readonly #store: TaskStore;
  #submissions: Submission[] = [];
  #tail: Promise<void> = Promise.resolve();
  #scheduled = false;
  #waiting = 0;

  constructor(store: TaskStore) {
    this.#store = store;
  }

  /** Writes that are not committed yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * @returns one result per write, in their order; `failed` for a write that the store cannot take
   * @throws StoreUnavailableError, FencedError: nothing is written
   */
  commit(writes: readonly Write[], fence?: Fence): Promise<readonly Written[]> {
    if (writes.length === 0) return Promise.resolve([]);
    this.#waiting += writes.length;
    const written = new Promise<readonly Written[]>((resolve, reject) => {
      this.#submissions.push({ writes, fence, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      this.#tail = this.#tail.then(() => this.#commitWaiting());
    });
    return written.finally(() => (this.#waiting -= writes.length));
  }

  touch(notes: readonly FreshnessNote[]): Promise<void> {
    const touched = this.#tail.then(() => this.#store.touch(notes));
    this.#tail = touched.catch(() => undefined);
    return touched;
  }

  async #commitWaiting(): Promise<void> {
    this.#scheduled = false;
    const waiting = this.#submissions;
    this.#submissions = [];
    for (const group of grouped(waiting)) await this.#commitGroup(group);
  }

  async #commitGroup(group: readonly Submission[]): Promise<void> {
    try {
      const written = await this.#commitAll(
        group.flatMap(({ writes }) => writes),
        group[0]?.fence,
      );
      let from = 0;
      for (const { writes, resolve } of group) resolve(written.slice(from, (from += writes.length)));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** Halves what the store cannot take, until it is known which write that is. */
  async #commitAll(writes: readonly Write[], fence: Fence | undefined): Promise<readonly Written[]> {
    try {
      return await this.#store.commit(writes, fence);
    } catch (error) {
      if (error instanceof StoreUnavailableError || error instanceof FencedError) throw error;
      if (writes.length === 1) return [{ type: 'failed', error }];
      const half = Math.ceil(writes.length / 2);
      const first = await this.#commitAll(writes.slice(0, half), fence);
      return [...first, ...(await this.#commitAll(writes.slice(half), fence))];
    }
  }
}

/** Neighbours of one fence together, up to a size that keeps a transaction short. */
function grouped(submissions: readonly Submission[]): readonly (readonly Submission[])[] {
  const groups: Submission[][] = [];
  let size = 0;
  for (const submission of submissions) {
    const last = groups.at(-1);
    if (last?.[0]?.fence === submission.fence && last && size + submission.writes.length <= MOST_WRITES) {
      last.push(submission);
      size += submission.writes.length;
    } else {
      groups.push([submission]);
      size = submission.writes.length;
    }
  }
  return groups;
}
