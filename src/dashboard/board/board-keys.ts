import { useEffect, useRef, type RefObject } from 'react';
import { isTyping } from '../is-typing.js';

/** By the key that is pressed. */
export type BoardKeys = Readonly<Record<string, () => void>>;

/**
 * While the focus is `within`; single letters, unless somebody types or has switched them off (WCAG 2.1.4). Escape closes
 * one thing at a time: an open menu first.
 */
export function useBoardKeys(keys: BoardKeys, within?: RefObject<HTMLElement | null>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      if (event.key === 'Escape' && document.querySelector(':popover-open')) return;
      if (within && within.current?.contains(document.activeElement) !== true) return;
      const letter = event.key.length === 1;
      if (letter && localStorage.getItem('taskgate.shortcuts') === 'off') return;
      const act = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [within]);
}
