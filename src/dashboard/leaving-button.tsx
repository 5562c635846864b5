import { useLayoutEffect, useRef, type ComponentProps, type ReactNode } from 'react';
import { passFocusOn } from './pass-focus-on.js';

/** A button that goes away by what it does, at once or when an answer has come: its focus does not go with it. */
export function LeavingButton(props: Omit<ComponentProps<'button'>, 'type' | 'ref'>): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const element = button.current;
    return () => {
      if (element) passFocusOn(element);
    };
  }, []);
  return <button ref={button} type="button" {...props} />;
}
