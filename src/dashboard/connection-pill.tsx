import {
  Circle,
  CircleDot,
  CircleDotDashed,
  CirclePause,
  LogIn,
  Plug,
  RefreshCw,
  WifiOff,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useRoute } from 'wouter';
import type { ConnectionState } from '../client/index.js';
import { useConnection } from '../client/react.js';
import { taskgate } from './connection.js';
import { LeavingButton } from './leaving-button.js';
import { openLogin } from './login/login-dialog.js';
import { useWords } from './preferences.js';
import { useReset } from './resets.js';
import { formatClock, formatDuration, useLocalNow, useOfNow } from './time.js';

const BLIND_AFTER_MS = 10_000;
const ICONS: Readonly<Record<ConnectionState, LucideIcon>> = {
  connecting: Circle,
  live: CircleDot,
  catchingUp: CircleDotDashed,
  reconnecting: Plug,
  offline: WifiOff,
  paused: CirclePause,
  unauthorised: LogIn,
  closed: Plug,
};

/** States that may last: since when the page has not been live is said beside them. */
const SINCE: ReadonlySet<ConnectionState> = new Set(['reconnecting', 'offline', 'unauthorised']);

export function ConnectionPill(): ReactNode {
  const { state, lostAt, missed } = useConnection();
  const [onLoginPage] = useRoute('/login');
  const words = useWords();
  const cause = useReset();
  const reset = state === 'live' || state === 'catchingUp' ? cause : null;
  const Icon = reset === null ? ICONS[state] : RefreshCw;
  return (
    <span className="connection" tabIndex={-1}>
      <span
        className="pill"
        role="status"
        data-testid="conn"
        data-state={state}
        data-reset={reset ?? undefined}
        title={reset === null ? words.connectionReasons[state] : words.resetHint}
      >
        <Icon size={14} aria-hidden />
        {reset === null ? words.connection[state] : words.resets[reset]}
        {/* Not read out: it moves ten times a second. */}
        {missed > 0 && (
          <span className="conn-missed" aria-hidden>
            {missed}
          </span>
        )}
        {lostAt !== null && SINCE.has(state) && (
          <span className="conn-since">{words.sinceTime(formatClock(lostAt))}</span>
        )}
      </span>
      {(state === 'reconnecting' || state === 'offline') && <NextTry />}
      {state === 'unauthorised' && !onLoginPage && (
        <LeavingButton className="small" onClick={openLogin}>
          {words.signIn}
        </LeavingButton>
      )}
    </span>
  );
}

/** Beside the status and not in it: a countdown is not read out. */
function NextTry(): ReactNode {
  const words = useWords();
  const { nextTryAt } = useConnection();
  const now = useLocalNow();
  return (
    <>
      {nextTryAt !== null && nextTryAt > now && (
        <span className="muted next-try" aria-hidden>
          {words.inTime(formatDuration(nextTryAt - now, words))}
        </span>
      )}
      <LeavingButton className="small" onClick={() => taskgate.reconnectNow()}>
        {words.tryNow}
      </LeavingButton>
    </>
  );
}

/** Its first line is told to those who listen, once: it stays the same however the state changes meanwhile. */
export function NotLiveBar(): ReactNode {
  const { state, since, lostAt } = useConnection();
  const words = useWords();
  const from = lostAt ?? since;
  const away = state !== 'live' && state !== 'connecting';
  const blind = useOfNow(() => (away && Date.now() - from >= BLIND_AFTER_MS ? 1 : 0)) === 1;
  return (
    <div
      className={blind ? 'blind-bar' : undefined}
      role={blind ? 'region' : undefined}
      aria-label={blind ? words.connection[state] : undefined}
    >
      <strong role="status">{blind && words.notLiveSince(formatClock(from))}</strong>{' '}
      {blind && words.connectionReasons[state]}
    </div>
  );
}
