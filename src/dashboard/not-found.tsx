import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useWords } from './preferences.js';
import { useTab } from './tab.js';

export function NotFoundPage({ boardPath }: { readonly boardPath: string }): ReactNode {
  const words = useWords();
  useTab(words.noPage);
  return (
    <div className="notice not-found">
      <h1>{words.noPage}</h1>
      <p>
        <code>{window.location.pathname}</code>
      </p>
      <p>
        <Link href={boardPath}>{words.backToBoard}</Link> · <Link href="/track">{words.track}</Link>
      </p>
    </div>
  );
}
