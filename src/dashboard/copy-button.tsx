import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useWords } from './preferences.js';

const SAID_FOR_MS = 2_000;

interface CopyButtonProps {
  /** Asked for when it is pressed. */
  readonly text: () => string;
  readonly label: string;
  /** The icon alone; the label is for those who listen. */
  readonly iconOnly?: boolean;
  readonly className?: string;
  /** Whether the Tab key stops at it. */
  readonly reachable?: boolean;
}

export function CopyButton({ text, label, iconOnly = false, reachable = true, ...rest }: CopyButtonProps): ReactNode {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Copy;
  const said = copied ? words.copied : label;
  return (
    <button
      type="button"
      className={rest.className ?? (iconOnly ? 'icon-button' : 'with-icon')}
      tabIndex={reachable ? undefined : -1}
      aria-label={iconOnly ? said : undefined}
      title={iconOnly ? said : undefined}
      onClick={() => void copyText(text(), label).then(() => setCopied(true))}
    >
      <Icon size={14} aria-hidden />
      {!iconOnly && said}
    </button>
  );
}

/** The clipboard is kept from pages that came over plain HTTP from another machine: there a person copies by hand. */
export async function copyText(text: string, label: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  window.prompt(label, text);
}

/** An id as it is, with a way to take it along. */
export function CopyableId({ id, label }: { readonly id: string; readonly label: string }): ReactNode {
  return (
    <span className="copyable">
      <code>{id}</code>
      <CopyButton text={() => id} label={label} iconOnly />
    </span>
  );
}
