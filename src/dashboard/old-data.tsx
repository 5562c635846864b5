import type { ReactNode } from 'react';
import { useWords } from './preferences.js';
import { formatDuration, useLocalNow } from './time.js';

/** Beside an error: how old what is still shown is. `readAt`: by this machine's clock. */
export function OldData({ readAt }: { readonly readAt: number }): ReactNode {
  const words = useWords();
  const now = useLocalNow();
  return <p className="notice notice-stale">{words.lastReadAgo(formatDuration(now - readAt, words))}</p>;
}
