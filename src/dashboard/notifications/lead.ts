import { useEffect, useState } from 'react';

const LOCK = 'taskgate.bells';
const HAS_LOCKS = 'locks' in navigator;

let leading = !HAS_LOCKS;

/** Whether this tab is the one that watches. */
export function leads(): boolean {
  return leading;
}

/**
 * True in one tab of this browser: it watches for all of them and tells of each end once; when it is closed, another one
 * takes its place. The browser neither freezes a tab that holds a lock nor leaves the lock with one that has crashed.
 * Pages that came over plain HTTP from elsewhere have no locks; they may show no notifications either.
 */
export function useLead(): boolean {
  const [leader, setLeader] = useState(leading);
  useEffect(() => {
    if (!HAS_LOCKS) return undefined;
    const controller = new AbortController();
    const set = (now: boolean): void => {
      leading = now;
      setLeader(now);
    };
    let release = (): void => undefined;
    const hold = (): Promise<void> => {
      if (controller.signal.aborted) return Promise.resolve();
      set(true);
      return new Promise((resolve) => (release = resolve));
    };
    navigator.locks.request(LOCK, { signal: controller.signal }, hold).catch(() => undefined);
    return () => {
      controller.abort();
      release();
      set(false);
    };
  }, []);
  return leader;
}
