import type { StreamRequest } from './delivery.js';

export type FollowRequest = (request: StreamRequest) => { release(): void };

/** One interest for all who want the same. */
export class SharedInterests {
  readonly #shared = new Map<string, { readonly interest: { release(): void }; holders: number }>();

  constructor(private readonly interest: FollowRequest | undefined) {}

  get size(): number {
    return this.#shared.size;
  }

  follow(request: StreamRequest): () => void {
    if (!this.interest) return () => undefined;
    const key = JSON.stringify({ ...request, after: null });
    const shared = this.#shared.get(key) ?? { interest: this.interest(request), holders: 0 };
    shared.holders++;
    this.#shared.set(key, shared);
    return () => {
      if (--shared.holders > 0) return;
      this.#shared.delete(key);
      shared.interest.release();
    };
  }
}
