import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

const places = new Map<string, number>();
let wentBack = false;
window.addEventListener('popstate', () => (wentBack = true));

/** Back and forward find the list where it was left; any other way to a view begins at its top. */
export function usePlace(box: RefObject<HTMLElement | null>, address: string, ready: boolean): void {
  const shown = useRef<string | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element || !ready) return undefined;
    const note = (): void => void places.set(address, element.scrollTop);
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, [box, address, ready]);
  useLayoutEffect(() => {
    if (!ready || shown.current === address) return;
    const first = shown.current === null;
    shown.current = address;
    const top = wentBack || first ? (places.get(address) ?? 0) : 0;
    wentBack = false;
    // Behind the drawing of its rows: until then there is nothing to scroll.
    requestAnimationFrame(() => box.current?.scrollTo({ top }));
  }, [box, address, ready]);
}
