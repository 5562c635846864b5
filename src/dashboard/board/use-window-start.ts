import { useEffect, useState } from 'react';
import { serverNow } from '../server-clock.js';
import { windowMs } from './view.js';

/** The present that a window like `24h` is counted from: it moves on in steps, so that the list need not. */
export function useWindowStart(created: string): number {
  const [now, setNow] = useState(serverNow);
  const length = windowMs(created);
  useEffect(() => {
    setNow(serverNow());
    if (length === undefined) return undefined;
    const timer = setInterval(() => setNow(serverNow()), Math.max(60_000, length / 60));
    return () => clearInterval(timer);
  }, [length]);
  return now;
}
