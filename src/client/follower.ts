/** An iterator that can be left at any moment, also while it waits for its next value. */
export interface Follower<Value, End = void> {
  next(): Promise<IteratorResult<Value, End>>;
  return(): Promise<IteratorResult<Value, End | undefined>>;
  [Symbol.asyncIterator](): Follower<Value, End>;
}

/**
 * A generator's own `return` waits for the value that it is about to give, which may be hours away; this one takes back
 * the subscription at once.
 */
export function createFollower<Value, End>(
  run: (signal: AbortSignal) => AsyncGenerator<Value, End, undefined>,
  outer?: AbortSignal,
): Follower<Value, End> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (outer?.aborted) abort();
  else outer?.addEventListener('abort', abort, { once: true });
  const generator = run(controller.signal);
  const letGo = (): void => outer?.removeEventListener('abort', abort);
  const follower: Follower<Value, End> = {
    async next() {
      try {
        const result = await generator.next();
        if (result.done) letGo();
        return result;
      } catch (error) {
        letGo();
        throw error;
      }
    },
    async return() {
      letGo();
      controller.abort();
      await generator.return(undefined as End);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => follower,
  };
  return follower;
}
