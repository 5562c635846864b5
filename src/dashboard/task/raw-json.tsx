import { useEffect, useState, type ReactNode } from 'react';
import type { TaskgateError } from '../../client/index.js';
import { taskgate } from '../connection.js';
import { ErrorPanel, toTaskgateError } from '../error-panel.js';
import { useWords } from '../preferences.js';
import { READ_RAW } from './task-document.js';

interface RawJsonProps {
  readonly id: string;
  /** Read again when it moves. */
  readonly seq: number;
}

/** Asked for only when somebody opens it. */
export function RawJson({ id, seq }: RawJsonProps): ReactNode {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className="card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.raw}</summary>
      {open && <Raw id={id} seq={seq} />}
    </details>
  );
}

function Raw({ id, seq }: RawJsonProps): ReactNode {
  const words = useWords();
  const [text, setText] = useState<string>();
  const [error, setError] = useState<TaskgateError | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const { data, error: refused } = await taskgate.query<{ task: { raw: unknown } | null }>(
        READ_RAW,
        { id },
        controller.signal,
      );
      if (controller.signal.aborted) return;
      setError(refused);
      if (data) setText(JSON.stringify(data.task?.raw ?? null, null, 2));
    };
    read().catch((cause: unknown) => {
      if (!controller.signal.aborted) setError(toTaskgateError(cause));
    });
    return () => controller.abort();
  }, [id, seq, attempt]);
  return (
    <>
      <p className="muted">{words.rawHint}</p>
      {error && <ErrorPanel error={error} onRetry={() => setAttempt(attempt + 1)} />}
      {text !== undefined && <pre tabIndex={0}>{text}</pre>}
    </>
  );
}
