import { useLayoutEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';
import type { FollowedTask } from '../client/index.js';
import { useConnection } from '../client/react.js';
import { formatDuration, formatInstant } from './format-time.js';
import { useWords } from './preferences.js';
import { byServerClock, serverNow } from './server-clock.js';

export { formatClock, formatDuration, formatInstant, formatRoughly } from './format-time.js';

/** One timer for all clocks of the page, and none while nothing ticks or the tab is hidden. */
const ticker = {
  now: serverNow(),
  listeners: new Set<() => void>(),
  timer: undefined as ReturnType<typeof setInterval> | undefined,
};

function tick(): void {
  if (document.visibilityState === 'hidden') return;
  ticker.now = serverNow();
  for (const each of ticker.listeners) each();
}

function subscribeToTicks(listener: () => void): () => void {
  if (ticker.timer === undefined) {
    ticker.now = serverNow();
    ticker.timer = setInterval(tick, 1_000);
    document.addEventListener('visibilitychange', tick);
  }
  ticker.listeners.add(listener);
  return () => {
    ticker.listeners.delete(listener);
    if (ticker.listeners.size > 0) return;
    clearInterval(ticker.timer);
    document.removeEventListener('visibilitychange', tick);
    ticker.timer = undefined;
  };
}

/** Milliseconds since 1970 by the gateway's clock, anew every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribeToTicks, () => ticker.now);
}

/** As `useNow` by this machine's own clock: for what began here, or lasts so long from here. */
export function useLocalNow(): number {
  return useNow() && Date.now();
}

/** What `look` makes of now; drawn anew only when that has changed, so that many can look and few are drawn. */
export function useOfNow<Value extends string | number>(look: (now: number) => Value): Value {
  return useSyncExternalStore(subscribeToTicks, () => look(ticker.now));
}

/** A line that `text` makes of now, written past React: a board has dozens of them, and they move every second. */
export function TickingText({ text }: { readonly text: (now: number) => string }): ReactNode {
  const line = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const written = line.current?.appendChild(document.createTextNode(text(ticker.now)));
    const write = (): void => {
      const next = text(ticker.now);
      if (written && written.data !== next) written.data = next;
    };
    const unsubscribe = subscribeToTicks(write);
    return () => {
      unsubscribe();
      written?.remove();
    };
  }, [text]);
  return <span className="ticking" ref={line} />;
}

/** As `useNow` while the page is live; the instant at which it ceased to be while it is not. */
export function useLiveNow(): { readonly now: number; readonly live: boolean } {
  const now = useNow();
  const { state, since, lostAt } = useConnection();
  const live = state === 'live' || state === 'connecting';
  return { now: live ? now : byServerClock(lostAt ?? since), live };
}

export function Instant({ at }: { readonly at: string }): ReactNode {
  // Also for its zone: whoever changes it changes what stands here.
  useWords();
  return (
    <time dateTime={at} title={at}>
      {formatInstant(at)}
    </time>
  );
}

interface TaskDurationProps {
  readonly task: FollowedTask;
  /** Of one that was over when it was first seen it is not known. */
  readonly otherwise: ReactNode;
}

/** How long a task took, or takes. */
export function TaskDuration({ task, otherwise }: TaskDurationProps): ReactNode {
  const { startedAt, createdAt, finishedAt, updatedAt, done, seq } = task;
  if (done && startedAt === null && seq === 1) return otherwise;
  return <Duration from={startedAt ?? createdAt} to={finishedAt ?? (done ? updatedAt : null)} />;
}

/** Ticks while there is no end. */
function Duration({ from, to }: { readonly from: string; readonly to: string | null }): ReactNode {
  return to === null ? <TickingDuration from={from} /> : <FixedDuration ms={Date.parse(to) - Date.parse(from)} />;
}

function TickingDuration({ from }: { readonly from: string }): ReactNode {
  return <FixedDuration ms={useLiveNow().now - Date.parse(from)} />;
}

function FixedDuration({ ms }: { readonly ms: number }): ReactNode {
  return formatDuration(ms, useWords());
}
