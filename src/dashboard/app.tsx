import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Route, Switch, useLocation, useRoute } from 'wouter';
import { BoardPage, usePanelTask } from './board/board-page.js';
import { holdSocket } from './connection.js';
import { NotLiveBar } from './connection-pill.js';
import { later } from './later.js';
import { LoginDialog } from './login/login-dialog.js';
import { LoginPage } from './login/login-page.js';
import { NotFoundPage } from './not-found.js';
import { BellWatcher } from './notifications/bell-watcher.js';
import { useWords } from './preferences.js';
import { Shortcuts } from './shortcuts.js';
import { TopBar } from './top-bar.js';
import { ViewerProvider } from './viewer.js';

const TaskPage = later(() => import('./task/task-page.js').then((page) => page.TaskPage));
const SourcesPage = later(() => import('./sources/sources-page.js').then((page) => page.SourcesPage));
const StartPage = later(() => import('./start/start-page.js').then((page) => page.StartPage));
const TrackPage = later(() => import('./track/track-page.js').then((page) => page.TrackPage));
const WallPage = later(() => import('./wall/wall-page.js').then((page) => page.WallPage));

/** When the page has what it needs first. */
const TASK_VIEW_AFTER_MS = 3_000;

export function App(): ReactNode {
  const [onWall] = useRoute('/wall');
  useEffect(holdSocket, []);
  useEffect(fetchTaskView, []);
  return (
    <ViewerProvider>
      {onWall ? <WallPage /> : <Pages />}
      <LoginDialog />
    </ViewerProvider>
  );
}

/** What is opened next from a board is there when it is opened, also when the gateway is not. */
function fetchTaskView(): () => void {
  const timer = setTimeout(() => void import('./task/task-page.js').catch(() => undefined), TASK_VIEW_AFTER_MS);
  return () => clearTimeout(timer);
}

function Pages(): ReactNode {
  const words = useWords();
  const [boardSearch, setBoardSearch] = useState('');
  const panel = usePanelTask();
  const boardPath = `/${boardSearch}`;
  const content = useFocusOnNewPage();
  return (
    <>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <TopBar boardPath={boardPath} />
      <NotLiveBar />
      <main id="content" tabIndex={-1} ref={content}>
        <Switch>
          <Route path={panel ? '/tasks/:id' : '/'}>
            <BoardPage onSearch={setBoardSearch} />
          </Route>
          <Route path="/tasks/:id">{({ id }) => <TaskPage key={id} id={id} boardPath={boardPath} />}</Route>
          <Route path="/start/:form?">{({ form }) => <StartPage form={form} />}</Route>
          <Route path="/sources">
            <SourcesPage />
          </Route>
          <Route path="/track">
            <TrackPage />
          </Route>
          <Route path="/login">
            <LoginPage />
          </Route>
          <Route>
            <NotFoundPage boardPath={boardPath} />
          </Route>
        </Switch>
      </main>
      <Shortcuts boardPath={boardPath} />
      <BellWatcher />
    </>
  );
}

const PAGE_COMES_WITHIN_MS = 10_000;
const LIST_COMES_WITHIN_MS = 30_000;
/** A list that has come shows its rows before long, or what is looked for is not among them. */
const ROW_COMES_WITHIN_MS = 1_000;

/** Whoever goes by keys goes on from the new page: what had the focus is gone with the old one. */
function useFocusOnNewPage(): React.RefObject<HTMLElement | null> {
  const [path] = useLocation();
  const content = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return undefined;
    const left = path === '/' ? taskOf(shown.current) : null;
    shown.current = path;
    // A page that knows a better place takes it first; one that is still loading keeps the old one's focus for a while.
    const leftAt = performance.now();
    let begun = leftAt;
    let frame = requestAnimationFrame(function look(now) {
      const listComes = left !== null && document.querySelector('.list[aria-busy=true]') !== null;
      if (listComes && now < leftAt + LIST_COMES_WITHIN_MS) begun = now;
      const row = left === null ? null : rowOf(left);
      const waits = left !== null && !row && now < begun + ROW_COMES_WITHIN_MS;
      const at = document.activeElement;
      // The page of a task gave the focus to what all pages lie in.
      const nowhere = at === document.body || at === null || (left !== null && at === content.current);
      if (nowhere && !waits) (row ?? content.current)?.focus();
      else if (now < begun + PAGE_COMES_WITHIN_MS) frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [path]);
  return content;
}

function taskOf(path: string): string | null {
  const [, id] = /^\/tasks\/([^/]+)$/.exec(path) ?? [];
  return id === undefined ? null : decodeURIComponent(id);
}

/** Whoever comes back from a task goes on from its row. */
function rowOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`tr[data-task="${CSS.escape(id)}"] a`);
}
