import { useEffect, useRef } from 'react';
import { isTyping } from '../is-typing.js';

/** By the letter that is pressed. */
export type BoardKeys = Readonly<Record<string, () => void>>;

/** Single letters, unless somebody types or has switched them off (WCAG 2.1.4). */
export function useBoardKeys(keys: BoardKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      const letter = event.key.length === 1;
      if (letter && localStorage.getItem('taskgate.shortcuts') === 'off') return;
      const act = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
