import { Languages, LogOut, Menu, Moon, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { signOut } from './connection.js';
import { ConnectionPill } from './connection-pill.js';
import { ReadSourceStatesDocument } from './generated/documents.js';
import { BellMenu } from './notifications/bell-menu.js';
import { usePreferences, useWords } from './preferences.js';
import { SettingsMenu } from './settings-menu.js';
import { isWell } from './sources/source-state.js';
import { usePolled } from './use-polled.js';
import { useSession, useViewer } from './viewer.js';

/** The gateway says so in the page that it serves. */
const HAS_GRAPHIQL = document.documentElement.dataset['graphiql'] !== undefined;

const PAGES = 'pages-menu';

/** Where there is little room, the pages are a menu, and language and theme are in the settings alone. */
export function TopBar({ boardPath }: { readonly boardPath: string }): ReactNode {
  const { words, language, theme, setLanguage, setTheme } = usePreferences();
  const [path] = useLocation();
  const otherLanguage = language === 'en' ? 'zh' : 'en';
  const toOther = theme === 'dark' ? words.toLight : words.toDark;
  const here = (page: string): 'page' | undefined => (path === page ? 'page' : undefined);
  return (
    <header className="top-bar">
      <button type="button" className="quiet narrow-only" popoverTarget={PAGES} aria-label={words.pages}>
        <Menu size={16} aria-hidden />
      </button>
      <Link className="brand" href={boardPath}>
        Taskgate
      </Link>
      <nav
        id={PAGES}
        className="menu"
        popover="auto"
        aria-label={words.pages}
        onClick={({ currentTarget }) => currentTarget.hidePopover()}
      >
        <Link href={boardPath} aria-current={here('/')}>
          {words.board}
        </Link>
        <Link href="/sources" aria-current={here('/sources')}>
          {words.sources}
          <SourcesDot />
        </Link>
        <Link href="/start" aria-current={path.startsWith('/start') ? 'page' : undefined}>
          {words.start}
        </Link>
        <Link href="/track" aria-current={here('/track')}>
          {words.trackNav}
        </Link>
        <Link href="/wall">{words.wall}</Link>
        {HAS_GRAPHIQL && <a href="/graphiql">GraphiQL</a>}
      </nav>
      <div className="top-bar-end">
        <ConnectionPill />
        <BellMenu />
        <button type="button" className="quiet wide-only" onClick={() => setLanguage(otherLanguage)}>
          <Languages size={16} aria-hidden />
          <span lang={otherLanguage === 'zh' ? 'zh-CN' : 'en'}>{words.otherLanguage}</span>
        </button>
        <button
          type="button"
          className="quiet wide-only"
          aria-label={toOther}
          title={toOther}
          onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
        >
          {theme === 'dark' ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
        </button>
        <SettingsMenu />
        <SignOut />
      </div>
    </header>
  );
}

const SOURCES_EVERY_MS = 30_000;

/** On every page, because what is shown there may be old by it. */
function SourcesDot(): ReactNode {
  const words = useWords();
  const { data } = usePolled(ReadSourceStatesDocument, SOURCES_EVERY_MS);
  const troubled = data?.sources?.filter((source) => !isWell(source)).length ?? 0;
  if (troubled === 0) return null;
  const text = words.boardPage.sourcesTroubled(troubled);
  return (
    <span className="dot" title={text} data-testid="sources-dot">
      <span className="visually-hidden"> {text}</span>
    </span>
  );
}

/** Without login there is nothing to sign out of. */
function SignOut(): ReactNode {
  const { words } = usePreferences();
  const viewer = useViewer();
  if (!useSession().hasKey) return null;
  const who = viewer ? `${viewer.name} · ${words.roles[viewer.role] ?? viewer.role}` : undefined;
  return (
    <button type="button" className="quiet" title={who} aria-label={words.signOut} onClick={signOut}>
      <LogOut size={16} aria-hidden />
      <span className="wide-only">{words.signOut}</span>
    </button>
  );
}
