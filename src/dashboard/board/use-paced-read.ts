import { useEffect, useState } from 'react';
import { TaskgateError } from '../../client/index.js';
import { ask } from '../connection.js';
import { PageOfTasksDocument, type PageOfTasksQuery, type PageOfTasksQueryVariables } from '../generated/documents.js';
import { createPacedRead, type PacedRead } from './paced-read.js';

/** Reads when there is something to read, when `count` moves, and when `read` is another. Null: nothing is known yet. */
export function usePacedRead(read: (signal: AbortSignal) => Promise<void>, count: number | null): void {
  const [paced, setPaced] = useState<PacedRead | null>(null);
  useEffect(() => {
    const made = createPacedRead(read);
    setPaced(made);
    return () => made.end();
  }, [read]);
  useEffect(() => {
    if (count !== null) paced?.ask();
  }, [paced, count]);
}

/** @throws TaskgateError when there is no list */
export async function readTasks(
  variables: PageOfTasksQueryVariables,
  signal: AbortSignal,
): Promise<NonNullable<PageOfTasksQuery['tasks']>> {
  const { data, error } = await ask(PageOfTasksDocument, variables, signal);
  if (data?.tasks) return data.tasks;
  throw error ?? new TaskgateError('UNKNOWN', 'The gateway gave no list');
}
