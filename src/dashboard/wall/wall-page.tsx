import { Maximize, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Link, useSearch } from 'wouter';
import type { TaskFilter, TaskService } from '../../client/index.js';
import { useConnection, useTasks, useTaskStats } from '../../client/react.js';
import { ErrorPanel } from '../error-panel.js';
import { useWords } from '../preferences.js';
import { useTab } from '../tab.js';
import { formatClock, useNow } from '../time.js';
import { AttentionPanel, CountersPanel, ServicesPanel, SourcesPanel } from './panels.js';
import { WallStrip } from './wall-strip.js';

const BLIND_AFTER_MS = 10_000;
const POINTER_HIDES_AFTER_MS = 3_000;
/** Some more than are shown: they are put in order by when they ended. */
const FAILURES_READ = 40;

/** For a screen on the wall: big, plain, and unmistakable when it is blind. `?account=` and `?service=` narrow it. */
export function WallPage(): ReactNode {
  const words = useWords();
  const filter = useWallFilter();
  const frame = useRef<HTMLElement>(null);
  const { stats, error, retry } = useTaskStats(filter);
  const failed = useTasks(
    useMemo(() => ({ ...filter, statuses: ['FAILED', 'EXPIRED'] }), [filter]),
    {
      limit: FAILURES_READ,
    },
  );
  const stale = useTasks(
    useMemo(() => ({ ...filter, stale: true }), [filter]),
    { limit: FAILURES_READ },
  );
  const late = useTasks(
    useMemo(() => ({ ...filter, overdue: true }), [filter]),
    { limit: FAILURES_READ },
  );
  const blind = useBlind();
  useTab(words.wall);
  useAwake();
  usePointerRest(frame);
  const toggleFullScreen = useFullScreen();
  return (
    <main className="wall" ref={frame} data-blind={blind === null ? undefined : ''} data-testid="wall">
      <h1 className="visually-hidden">{words.wall}</h1>
      {blind !== null && (
        <p className="wall-blind" role="alert">
          {words.notLiveSince(formatClock(blind))}
        </p>
      )}
      {error && <ErrorPanel error={error} onRetry={retry} />}
      <CountersPanel stats={stats} />
      <div className="wall-columns">
        <AttentionPanel failed={failed.tasks} stale={stale.tasks} late={late.tasks} />
        <div className="wall-side">
          <ServicesPanel stats={stats} />
          <SourcesPanel accounts={filter.accounts ?? null} />
        </div>
      </div>
      <WallStrip filter={filter}>
        <button type="button" className="quiet" onClick={toggleFullScreen}>
          <Maximize size={16} aria-hidden />
          {words.fullScreen} <kbd>f</kbd>
        </button>
        <Link className="quiet wall-close" href="/">
          <X size={16} aria-hidden />
          {words.backToBoard}
        </Link>
      </WallStrip>
    </main>
  );
}

function useWallFilter(): TaskFilter {
  const search = useSearch();
  return useMemo(() => {
    const params = new URLSearchParams(search);
    const values = (name: string): string[] => (params.get(name) ?? '').split(',').filter((value) => value !== '');
    const [accounts, services] = [values('account'), values('service')];
    return {
      ...(accounts.length > 0 && { accounts }),
      ...(services.length > 0 && { services: services as TaskService[] }),
    };
  }, [search]);
}

/** Since when nothing is heard, once that is long; null while all is well. */
function useBlind(): number | null {
  const { state, since, lostAt } = useConnection();
  const now = useNow() && Date.now();
  const blindFrom = lostAt ?? since;
  return state !== 'live' && now - blindFrom >= BLIND_AFTER_MS ? blindFrom : null;
}

/** Keeps the screen on, where the browser can. */
function useAwake(): void {
  useEffect(() => {
    let lock: { release(): Promise<void> } | undefined;
    let gone = false;
    const wake = async (): Promise<void> => {
      if (!('wakeLock' in navigator) || document.visibilityState === 'hidden') return;
      const taken = await navigator.wakeLock.request('screen').catch(() => undefined);
      if (gone) await taken?.release();
      else lock = taken;
    };
    void wake();
    const again = (): void => void wake();
    document.addEventListener('visibilitychange', again);
    return () => {
      gone = true;
      document.removeEventListener('visibilitychange', again);
      void lock?.release();
    };
  }, []);
}

function usePointerRest(frame: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = (): void => {
      frame.current?.removeAttribute('data-rest');
      clearTimeout(timer);
      timer = setTimeout(() => frame.current?.setAttribute('data-rest', ''), POINTER_HIDES_AFTER_MS);
    };
    moved();
    document.addEventListener('pointermove', moved);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointermove', moved);
    };
  }, [frame]);
}

function useFullScreen(): () => void {
  const [toggle] = useState(() => () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    // Refused where a frame or a policy forbids it; the page is the same without.
    else document.documentElement.requestFullscreen().catch(() => undefined);
  });
  useEffect(() => {
    const pressed = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
      if (key === 'f' && !ctrlKey && !metaKey && !altKey && !document.querySelector('dialog[open]')) toggle();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [toggle]);
  return toggle;
}
