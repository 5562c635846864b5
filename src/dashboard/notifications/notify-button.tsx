import { Bell, BellRing } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useWords } from '../preferences.js';
import { askBrowser } from './ask-browser.js';
import { useBells } from './bell-watcher.js';
import { bellStore } from './bells.js';

interface NotifyButtonProps {
  readonly task: { readonly id: string; readonly kind: string; readonly done: boolean };
}

/** The browser is asked by this press and never before. Where it refuses, bell and tab tell all the same. */
export function NotifyButton({ task: { id, kind, done } }: NotifyButtonProps): ReactNode {
  const words = useWords();
  const { bells } = useBells();
  const [refused, setRefused] = useState(false);
  if (done) return null;
  const on = bells.some((bell) => bell.id === id);
  const toggle = async (): Promise<void> => {
    if (on) return bellStore.unwatch(id);
    bellStore.watch({ id, kind });
    setRefused((await askBrowser()) !== 'granted');
  };
  const Icon = on ? BellRing : Bell;
  return (
    <>
      <button type="button" className="with-icon" aria-pressed={on} onClick={() => void toggle()}>
        <Icon size={14} aria-hidden />
        {words.notifyMe}
      </button>
      {on && refused && <span className="muted notify-refused">{words.notifyRefused}</span>}
    </>
  );
}
