import { Circle, CircleDot, Plug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useConnection } from '../client/react.js';
import { taskgate } from './connection.js';
import { useWords } from './preferences.js';
import { formatClock, useNow } from './time.js';

const BLIND_AFTER_MS = 10_000;

export function ConnectionPill(): ReactNode {
  const { state } = useConnection();
  const words = useWords();
  const Icon = state === 'live' ? CircleDot : state === 'connecting' ? Circle : Plug;
  return (
    <span className="pill" role="status" data-testid="conn" data-state={state}>
      <Icon size={14} aria-hidden />
      {words.connection[state]}
    </span>
  );
}

export function NotLiveBar(): ReactNode {
  const { state } = useConnection();
  return state === 'live' || state === 'connecting' ? null : <BlindSince />;
}

function BlindSince(): ReactNode {
  const { since } = useConnection();
  const words = useWords();
  if (useNow() - since < BLIND_AFTER_MS) return null;
  return (
    <div className="blind-bar" role="alert">
      {words.notLiveSince(formatClock(since))}{' '}
      <button type="button" onClick={() => taskgate.reconnectNow()}>
        {words.tryNow}
      </button>
    </div>
  );
}
