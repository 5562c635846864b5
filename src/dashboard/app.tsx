import { Languages, Moon, Sun } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, Route, Switch } from 'wouter';
import { BoardPage, usePanelTask } from './board/board-page.js';
import { holdSocket } from './connection.js';
import { ConnectionPill, NotLiveBar } from './connection-pill.js';
import { usePreferences, useWords } from './preferences.js';
import { SourcesPage } from './sources/sources-page.js';
import { StartPage } from './start/start-page.js';
import { TaskPage } from './task/task-page.js';
import { TrackPage } from './track/track-page.js';

export function App(): ReactNode {
  const words = useWords();
  const [boardSearch, setBoardSearch] = useState('');
  const panel = usePanelTask();
  const boardPath = `/${boardSearch}`;
  useEffect(holdSocket, []);
  return (
    <>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <TopBar boardPath={boardPath} />
      <NotLiveBar />
      <main id="content" tabIndex={-1}>
        <Switch>
          <Route path={panel ? '/tasks/:id' : '/'}>
            <BoardPage onSearch={setBoardSearch} />
          </Route>
          <Route path="/tasks/:id">{({ id }) => <TaskPage id={id} boardPath={boardPath} />}</Route>
          <Route path="/start">
            <StartPage />
          </Route>
          <Route path="/sources">
            <SourcesPage />
          </Route>
          <Route path="/track">
            <TrackPage />
          </Route>
          <Route>
            <div className="notice">
              <h1>{words.noPage}</h1>
              <Link href={boardPath}>{words.backToBoard}</Link>
            </div>
          </Route>
        </Switch>
      </main>
    </>
  );
}

function TopBar({ boardPath }: { readonly boardPath: string }): ReactNode {
  const { words, language, theme, setLanguage, setTheme } = usePreferences();
  const otherLanguage = language === 'en' ? 'zh' : 'en';
  return (
    <header className="top-bar">
      <Link className="brand" href={boardPath}>
        Taskgate
      </Link>
      <nav>
        <Link href={boardPath}>{words.board}</Link>
        <Link href="/sources">{words.sources}</Link>
        <Link href="/start">{words.start}</Link>
        <Link href="/track">{words.trackNav}</Link>
        <a href="/graphiql">GraphiQL</a>
      </nav>
      <div className="top-bar-end">
        <ConnectionPill />
        <button type="button" className="quiet" onClick={() => setLanguage(otherLanguage)}>
          <Languages size={16} aria-hidden />
          <span lang={otherLanguage === 'zh' ? 'zh-CN' : 'en'}>{words.otherLanguage}</span>
        </button>
        <button
          type="button"
          className="quiet"
          aria-label={theme === 'dark' ? words.toLight : words.toDark}
          title={theme === 'dark' ? words.toLight : words.toDark}
          onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
        >
          {theme === 'dark' ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
        </button>
      </div>
    </header>
  );
}
