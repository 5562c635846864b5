import { X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { LeavingButton } from '../leaving-button.js';
import { useWords } from '../preferences.js';
import { askBrowser } from './ask-browser.js';
import { useBells } from './bell-watcher.js';
import { scopeName } from './bell-state.js';
import { bellStore } from './bells.js';
import { useViewHere } from './view-here.js';

/** Whether failures in the view that is shown are told of; and the other views of which they are. */
export function ViewSwitch(): ReactNode {
  const words = useWords();
  const { views } = useBells();
  const here = useViewHere();
  const [refused, setRefused] = useState(false);
  const watch = async (address: string): Promise<void> => {
    bellStore.watchView(address);
    setRefused((await askBrowser()) !== 'granted');
  };
  const on = here !== null && views.includes(here);
  const others = views.filter((view) => view !== here);
  return (
    <>
      {here !== null && (
        <p>
          <label className="view-switch">
            <input
              type="checkbox"
              checked={on}
              onChange={() => (on ? bellStore.unwatchView(here) : void watch(here))}
            />
            {words.failuresHere} <span className="muted">{nameOf(here, words.total)}</span>
          </label>
          {on && refused && <span className="muted notify-refused">{words.notifyRefused}</span>}
        </p>
      )}
      {others.length > 0 && (
        <ul className="watched-views" aria-label={words.watchedViews}>
          {others.map((view) => (
            <li key={view}>
              <span className="muted">{words.failuresIn}</span>{' '}
              <Link href={`/${view}`}>{nameOf(view, words.total)}</Link>
              <LeavingButton
                className="icon-button"
                aria-label={words.stopTelling(nameOf(view, words.total))}
                onClick={() => bellStore.unwatchView(view)}
              >
                <X size={14} aria-hidden />
              </LeavingButton>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function nameOf(view: string, all: string): string {
  return view === '' ? all : scopeName(view);
}
