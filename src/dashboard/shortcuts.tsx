import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { usePreferences } from './preferences.js';
import { isTyping } from './is-typing.js';

const PLACES: Readonly<Record<string, string>> = { s: '/sources', t: '/start', i: '/track', w: '/wall' };
const SECOND_KEY_WITHIN_MS = 1_500;
const SEARCH = '.search input';
const BOARD_COMES_WITHIN_MS = 10_000;

/** `g` and a letter to go somewhere, `/` to search the board, `?` for help. Single letters can be switched off (WCAG 2.1.4). */
export function Shortcuts({ boardPath }: { readonly boardPath: string }): ReactNode {
  const { words, shortcuts } = usePreferences();
  const [, navigate] = useLocation();
  const help = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!shortcuts) return undefined;
    let wentAt = -Infinity;
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      if (event.timeStamp - wentAt < SECOND_KEY_WITHIN_MS) {
        wentAt = -Infinity;
        const place = event.key === 'b' ? boardPath : PLACES[event.key];
        if (place !== undefined) navigate(place);
        return;
      }
      if (event.key === 'g') wentAt = event.timeStamp;
      else if (event.key === '?') help.current?.showModal();
      else if (event.key === '/') {
        event.preventDefault();
        if (document.querySelector(SEARCH) === null) navigate(boardPath);
        focusSearch();
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [shortcuts, boardPath, navigate]);
  return (
    <dialog ref={help} className="dialog" aria-labelledby="keys-title">
      <h2 id="keys-title">{words.keysTitle}</h2>
      <dl className="keys">
        {words.keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="dialog-buttons">
        <button type="button" onClick={() => help.current?.close()}>
          {words.close}
        </button>
      </p>
    </dialog>
  );
}

/** On another page the board comes first. */
function focusSearch(): void {
  const begun = performance.now();
  (function look(): void {
    const box = document.querySelector<HTMLElement>(SEARCH);
    if (box) box.focus();
    else if (performance.now() < begun + BOARD_COMES_WITHIN_MS) requestAnimationFrame(look);
  })();
}
