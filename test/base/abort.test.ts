import { LightAbort, type AbortNews } from '../../src/base/abort.js';

describe.each([
  ['AbortController', () => new AbortController()],
  ['LightAbort', () => new LightAbort()],
] as const)('an abort by %s', (_, create) => {
  let abort: { readonly signal: AbortNews; abort(): void };
  let heard: string[];

  beforeEach(() => {
    abort = create();
    heard = [];
  });

  const listen = (name: string): (() => void) => {
    const listener = (): void => void heard.push(name);
    abort.signal.addEventListener('abort', listener, { once: true });
    return listener;
  };

  it('is told once to everybody who listens, in their order', () => {
    listen('a');
    listen('b');
    expect(abort.signal.aborted).toBe(false);
    abort.abort();
    abort.abort();
    expect(heard).toEqual(['a', 'b']);
    expect(abort.signal.aborted).toBe(true);
  });

  it('is not told to who no longer listens', () => {
    const listener = listen('a');
    listen('b');
    abort.signal.removeEventListener('abort', listener);
    abort.signal.removeEventListener('abort', () => undefined);
    abort.abort();
    expect(heard).toEqual(['b']);
  });

  it('has happened when it is told, and is not told to who stops listening meanwhile', () => {
    const seen: boolean[] = [];
    abort.signal.addEventListener('abort', () => {
      seen.push(abort.signal.aborted);
      abort.signal.removeEventListener('abort', late);
    });
    const late = listen('late');
    abort.abort();
    expect(seen).toEqual([true]);
    expect(heard).toEqual([]);
  });
});
