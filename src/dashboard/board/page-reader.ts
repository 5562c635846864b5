import { TaskgateError, type Taskgate, type TaskFilter, type TaskOrder } from '../../client/index.js';
import { isAborted } from '../../client/pause.js';
import { PageOfTasksDocument, type PageOfTasksQuery } from '../generated/documents.js';
import type { BoardTask } from './board-task.js';

export const PAGE_SIZE = 100;
/** At most four pages a second. */
const PAGE_EVERY_MS = 250;
const AFTER_ERROR_MS = 5_000;
/** So many rows are read without being asked for. */
const MOST_UNASKED = 10_000;

export interface PageReaderOptions {
  readonly taskgate: Pick<Taskgate, 'query'>;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
  readonly signal: AbortSignal;
  /** Called when a page is asked for, and then with what it brought. */
  readonly asked: () => void;
  readonly read: (tasks: readonly BoardTask[], last: boolean) => void;
  /** Waits, for at least so long; longer while nobody looks. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Reads the pages behind the first, one after the other. */
export async function readPages(
  { taskgate, filter, order, signal, asked, read, wait }: PageReaderOptions,
  from: string,
  loaded: number,
): Promise<void> {
  let after: string | null = from;
  let rows = loaded;
  while (after !== null && rows < MOST_UNASKED) {
    await wait(PAGE_EVERY_MS, signal);
    if (signal.aborted) return;
    asked();
    try {
      const variables: Readonly<Record<string, unknown>> = { filter, order, first: PAGE_SIZE, after };
      const answer = await taskgate.query<PageOfTasksQuery>(PageOfTasksDocument.toString(), variables, signal);
      if (isAborted(signal)) return;
      const page: PageOfTasksQuery['tasks'] | undefined = answer.data?.tasks;
      if (!page) throw answer.error ?? new TaskgateError('UNKNOWN', 'The gateway gave no list');
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      rows += page.nodes.length;
      read(page.nodes, after === null);
    } catch (error) {
      if (isAborted(signal)) return;
      // What is shown stays; the footer says how much of it there is.
      const asks = error instanceof TaskgateError ? error.retryAfterMs : null;
      await wait(asks ?? AFTER_ERROR_MS, signal);
    }
  }
}
