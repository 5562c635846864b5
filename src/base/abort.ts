/** What is heard of somebody who no longer wants something. Every `AbortSignal` is one. */
export interface AbortNews {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** An `AbortController` for what is made for each call upstream: Node's own costs more there than reading the answer. */
export class LightAbort {
  readonly signal = new LightSignal();

  abort(): void {
    this.signal.abort();
  }
}

class LightSignal implements AbortNews {
  aborted = false;
  readonly #listeners: (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (let next = this.#listeners.shift(); next; next = this.#listeners.shift()) next();
  }
}
