import { useEffect, useReducer, useState } from 'react';
import type { TaskgateError } from '../client/index.js';
import { ask } from './connection.js';
import { toTaskgateError } from './error-panel.js';
import type { TypedDocumentString } from './generated/documents.js';

export interface Polled<Data> {
  /** Undefined until it is read; stays beside an error. */
  readonly data: Data | undefined;
  readonly error: TaskgateError | null;
  /** When the data was read, by this machine's clock; null before that. */
  readonly readAt: number | null;
  retry(): void;
}

/** Reads at once and, with `everyMs`, again and again while the tab is visible; each read waits for the one before. */
export function usePolled<Data>(
  asked: TypedDocumentString<Data, Readonly<Record<string, never>>>,
  everyMs: number | null = null,
): Polled<Data> {
  const [read, setRead] = useState<{ readonly data: Data; readonly at: number }>();
  const [error, setError] = useState<TaskgateError | null>(null);
  const [attempt, retry] = useReducer((before: number) => before + 1, 0);
  useEffect(() => {
    const { signal, abort } = abortable();
    let reading = false;
    const look = async (): Promise<void> => {
      if (reading) return;
      reading = true;
      try {
        const answer = await ask(asked, {}, signal);
        if (signal.aborted) return;
        setError(answer.error);
        if (answer.data) setRead({ data: answer.data, at: Date.now() });
      } catch (cause) {
        if (!signal.aborted) setError(toTaskgateError(cause));
      } finally {
        reading = false;
      }
    };
    void look();
    if (everyMs === null) return abort;
    const lookIfSeen = (): void => {
      if (document.visibilityState === 'visible') void look();
    };
    const timer = setInterval(lookIfSeen, everyMs);
    document.addEventListener('visibilitychange', lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', lookIfSeen);
      abort();
    };
  }, [asked, everyMs, attempt]);
  return { data: read?.data, error, readAt: read?.at ?? null, retry };
}

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
