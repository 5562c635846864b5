import { Bell } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { kindName } from '../kind-name.js';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { Instant } from '../time.js';
import { useBells } from './bell-watcher.js';
import { bellStore } from './bells.js';
import { ViewSwitch } from './view-switch.js';

const MENU = 'bell-menu';

/** What has ended of what somebody asked to be told of. */
export function BellMenu(): ReactNode {
  const words = useWords();
  const { rings, bells, views, unread, away } = useBells();
  const missed = away.finished > 0;
  return (
    <>
      <button
        type="button"
        className="quiet"
        popoverTarget={MENU}
        aria-label={words.bellLabel(unread)}
        title={words.bellLabel(unread)}
      >
        <Bell size={16} aria-hidden />
        {unread === 0 && missed && <span className="bell-count">•</span>}
        {unread > 0 && <span className="bell-count">{unread}</span>}
      </button>
      <div
        id={MENU}
        popover="auto"
        tabIndex={-1}
        className="menu"
        onToggle={(event) => (event.newState === 'open' ? bellStore.markRead() : bellStore.forgetAway())}
      >
        <h2>{words.bellTitle}</h2>
        {bells.length > 0 && <p className="muted">{words.bellsWaiting(bells.length)}</p>}
        <ViewSwitch />
        {missed && (
          <p data-testid="away">
            {words.whileAway} {words.sum(away.finished, away.failed)}
          </p>
        )}
        {rings.length === 0 && !missed && views.length === 0 && <p className="muted">{words.noRings}</p>}
        <ul className="rings">
          {rings.map(({ id, kind, status, at }) => (
            <li key={`${id} ${at}`}>
              <StatusBadge status={status} />
              <Link
                href={`/tasks/${encodeURIComponent(id)}`}
                onClick={() => document.getElementById(MENU)?.hidePopover()}
              >
                {kindName(kind, words)}
              </Link>
              <span className="muted">
                <Instant at={new Date(at).toISOString()} />
              </span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
