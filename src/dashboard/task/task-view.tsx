import { useEffect, type ReactNode } from 'react';
import { Link } from 'wouter';
import { ErrorPanel } from '../error-panel.js';
import { OldData } from '../old-data.js';
import { useWords } from '../preferences.js';
import { STATUS_MARKS, useTab } from '../tab.js';
import { Estimate } from './estimate.js';
import { Facts } from './facts.js';
import { Failures } from './failures.js';
import { Freshness } from './freshness.js';
import { RawJson } from './raw-json.js';
import { Results, WideResult } from './results.js';
import type { ShownTask } from './task-document.js';
import { TaskHeader } from './task-header.js';
import { Timeline } from './timeline.js';
import { useTask } from './use-task.js';

/** One task, live. Fits a page as well as a panel beside the board: its layout follows its own width. */
export function TaskView({ id }: { readonly id: string }): ReactNode {
  return <LiveTaskView key={id} id={id} />;
}

function LiveTaskView({ id }: { readonly id: string }): ReactNode {
  const words = useWords();
  const { task, transitions, removed, error, readAt, retry } = useTask(id);
  useTab(tabName(task), task?.status);
  useNamedPart(task !== undefined && task !== null);
  return (
    <article className="task-view">
      {error && <ErrorPanel error={error} onRetry={retry} />}
      {error && task && readAt !== null && <OldData readAt={readAt} />}
      {task === undefined && !error && <p className="notice notice-late">{words.loading}</p>}
      {task === null && <NotFound />}
      {removed && <p className="notice notice-stale">{words.removed}</p>}
      {task && (
        <>
          <TaskHeader task={task} removed={removed} onActed={retry} />
          <Freshness task={task} />
          <Failures task={task} />
          <Estimate task={task} />
          <WideResult task={task} />
          <Timeline task={task} transitions={transitions} />
          <div className="task-columns">
            <Facts task={task} />
            <Results task={task} />
          </div>
          <RawJson id={task.id} seq={task.seq} />
        </>
      )}
    </article>
  );
}

/** The address may name a part of the page that is not there yet: `#timeline`, `#result` or `#raw`. */
function useNamedPart(shown: boolean): void {
  useEffect(() => {
    const name = window.location.hash.slice(1);
    const part = shown && name !== '' ? document.getElementById(name) : null;
    if (part instanceof HTMLDetailsElement) part.open = true;
    part?.scrollIntoView();
  }, [shown]);
}

function NotFound(): ReactNode {
  const words = useWords();
  return (
    <div className="notice">
      <h1>{words.notFound}</h1>
      <p>
        {words.notFoundHint} <Link href="/track">{words.track}</Link>
      </p>
    </div>
  );
}

function tabName(task: ShownTask | null | undefined): string | undefined {
  return task ? `${STATUS_MARKS[task.status] ?? '?'} ${task.kind}` : undefined;
}
