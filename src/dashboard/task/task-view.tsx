import { useEffect, useState, type ReactNode } from 'react';
import type { TaskFailure } from '../../client/index.js';
import { Progress } from '../board/task-table.js';
import { taskgate } from '../connection.js';
import { ErrorPanel } from '../error-panel.js';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { Details } from './details.js';
import { Facts, Freshness } from './facts.js';
import { RawJson } from './raw-json.js';
import { detailsOf, STOP_RENDER_TASK, type ShownTask } from './task-document.js';
import { Timeline } from './timeline.js';
import { useTask } from './use-task.js';

/** One task, live. Fits a page as well as a panel beside the board: its layout follows its own width. */
export function TaskView({ id }: { readonly id: string }): ReactNode {
  return <LiveTaskView key={id} id={id} />;
}

function LiveTaskView({ id }: { readonly id: string }): ReactNode {
  const words = useWords();
  const { task, error, retry } = useTask(id);
  useEffect(() => {
    if (task) document.title = `${task.kind} · Taskgate`;
    return () => void (document.title = 'Taskgate');
  }, [task]);

  return (
    <article className="task-view">
      {error && <ErrorPanel error={error} onRetry={retry} />}
      {task === undefined && !error && <p className="notice notice-late">{words.loading}</p>}
      {task === null && (
        <div className="notice">
          <h1>{words.notFound}</h1>
        </div>
      )}
      {task && (
        <>
          <Header task={task} />
          <Freshness task={task} />
          <Failures task={task} />
          <div className="task-columns">
            <Facts task={task} />
            <Details entries={detailsOf(task)} />
          </div>
          <Timeline timeline={task.timeline} />
          <RawJson id={task.id} seq={task.seq} />
        </>
      )}
    </article>
  );
}

function Header({ task }: { readonly task: ShownTask }): ReactNode {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(task.id);
    setCopied(true);
  };
  const stop = async (): Promise<void> => {
    try {
      const { data, error } = await taskgate.query<{
        stopRenderTask: { userErrors: readonly { message: string }[] } | null;
      }>(STOP_RENDER_TASK, { id: task.id });
      setRefusal(error?.message ?? data?.stopRenderTask?.userErrors[0]?.message ?? null);
    } catch (error) {
      setRefusal(String(error));
    }
  };
  return (
    <header className="task-header">
      <h1>{task.kind}</h1>
      <StatusBadge status={task.status} stale={task.stale} />
      {task.upstreamStatus !== null && <code>{task.upstreamStatus}</code>}
      <Progress progress={task.progress} />
      <span className="task-actions">
        <button type="button" onClick={() => void copy()}>
          {copied ? words.copied : words.copyId}
        </button>
        {task.service === 'RENDER' && !task.done && (
          <button type="button" onClick={() => void stop()}>
            {words.stopTask}
          </button>
        )}
      </span>
      {refusal !== null && <p role="alert">{refusal}</p>}
    </header>
  );
}

function Failures({ task: { error, warnings } }: { readonly task: ShownTask }): ReactNode {
  const words = useWords();
  return (
    <>
      {error && (
        <section className="notice notice-error">
          <h2>{words.errorCard}</h2>
          <Failure failure={error} />
        </section>
      )}
      {warnings.length > 0 && (
        <section className="notice notice-stale">
          <h2>{words.warnings}</h2>
          {warnings.map((warning, index) => (
            <Failure key={index} failure={warning} />
          ))}
        </section>
      )}
    </>
  );
}

function Failure({ failure: { code, message, upstreamCode } }: { readonly failure: TaskFailure }): ReactNode {
  return (
    <p>
      {code !== null && <code>{code}</code>}{' '}
      {upstreamCode !== null && upstreamCode !== code && <code>{upstreamCode}</code>} {message}
    </p>
  );
}
