import { Maximize, Pause, Play, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Link, useSearch } from 'wouter';
import type { TaskFilter, TaskService } from '../../client/index.js';
import { useConnection, useTaskStats } from '../../client/react.js';
import { ErrorPanel } from '../error-panel.js';
import { ReadSourcesDocument } from '../generated/documents.js';
import { usePreferences, useWords } from '../preferences.js';
import { useTab } from '../tab.js';
import { formatClock, useLocalNow, useOfNow } from '../time.js';
import { usePolled } from '../use-polled.js';
import { AttentionPanel, CountersPanel, ServicesPanel, SourcesPanel } from './panels.js';
import { useNewBuild } from './use-new-build.js';
import { parseWallView, useRotation, type Panel, type Rotation, type WallView } from './use-rotation.js';
import { useWallTasks, type WallTask } from './use-wall-tasks.js';
import { WallStrip } from './wall-strip.js';

const BLIND_AFTER_MS = 10_000;
const POINTER_HIDES_AFTER_MS = 3_000;
const SOURCES_EVERY_MS = 10_000;
/** What has just failed is not turned away from. */
const FRESH_FOR_MS = 60_000;

/**
 * For a screen on the wall: big, plain, and unmistakable when it is blind. `?account=` and `?service=` narrow it; `?view=`
 * and `?rotate=` say which panels there are, and that they take turns.
 */
export function WallPage(): ReactNode {
  const words = useWords();
  const filter = useWallFilter();
  const frame = useRef<HTMLElement>(null);
  const { stats, error, retry } = useTaskStats(filter);
  const tasks = useWallTasks(filter, stats);
  const sources = usePolled(ReadSourcesDocument, SOURCES_EVERY_MS);
  const blind = useBlind();
  const view = useWallView();
  const fresh = useFreshFailure(tasks?.failed);
  const rotation = useRotation(view, (panel) => panel === 'attention' && fresh);
  const { turn } = rotation;
  useTab(words.wall);
  useAwake();
  useNewBuild();
  usePointerRest(frame);
  const toggleFullScreen = useFullScreen();
  useKeys(toggleFullScreen, turn === null ? null : rotation);
  const shows = (panel: Panel): boolean => (turn === null ? view.panels.includes(panel) : turn === panel);
  const aside = shows('services') || shows('sources');
  return (
    <main
      className="wall"
      ref={frame}
      data-turn={turn ?? undefined}
      data-blind={blind === null ? undefined : ''}
      data-testid="wall"
    >
      <h1 className="visually-hidden">{words.wall}</h1>
      {blind !== null && (
        <p className="wall-blind" role="alert">
          {words.notLiveSince(formatClock(blind))}
        </p>
      )}
      {error && <ErrorPanel error={error} onRetry={retry} />}
      {shows('counters') && <CountersPanel stats={stats} />}
      {(shows('attention') || aside) && (
        <div className="wall-columns">
          {shows('attention') && <AttentionPanel tasks={tasks} />}
          {aside && (
            <div className="wall-side">
              {shows('services') && <ServicesPanel stats={stats} />}
              {shows('sources') && (
                <SourcesPanel polled={sources} accounts={filter.accounts ?? null} alone={turn !== null} />
              )}
            </div>
          )}
        </div>
      )}
      <WallStrip filter={filter} changedAt={tasks?.changedAt ?? null}>
        {turn !== null && (
          <button type="button" className="quiet" onClick={() => rotation.pause(!rotation.paused)}>
            {rotation.paused ? <Play size={16} aria-hidden /> : <Pause size={16} aria-hidden />}
            {rotation.paused ? words.wallRotate : words.wallPause} <kbd>{words.spaceKey}</kbd>
          </button>
        )}
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

function useWallView(): WallView {
  const search = useSearch();
  return useMemo(() => parseWallView(search), [search]);
}

function useFreshFailure(failed: readonly WallTask[] | undefined): boolean {
  const last = Math.max(0, ...(failed ?? []).map(({ finishedAt, updatedAt }) => Date.parse(finishedAt ?? updatedAt)));
  return useOfNow((now) => (now - last < FRESH_FOR_MS ? 1 : 0)) === 1;
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
  const now = useLocalNow();
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
  return toggle;
}

/** Space and arrows turn the panels, where they turn. */
function useKeys(toggleFullScreen: () => void, rotation: Rotation | null): void {
  const { shortcuts } = usePreferences();
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const { key, target, ctrlKey, metaKey, altKey } = event;
      if (ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return;
      if (key === 'f' && shortcuts) return toggleFullScreen();
      if (!rotation) return;
      if (key === 'ArrowRight') rotation.step(1);
      else if (key === 'ArrowLeft') rotation.step(-1);
      // On a button or a link it is theirs.
      else if (key === ' ' && target === document.body) {
        event.preventDefault();
        rotation.pause(!rotation.paused);
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  });
}
