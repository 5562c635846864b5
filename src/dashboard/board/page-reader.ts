import { TaskgateError, type Taskgate, type TaskFilter, type TaskOrder } from '../../client/index.js';
import { isAborted } from '../../client/pause.js';
import { PageOfTasksDocument, type PageOfTasksQuery } from '../generated/documents.js';
import type { BoardTask } from './board-task.js';

/** The first page is to be there soon, the others are to be few: the gateway gives no more at once. */
export const FIRST_PAGE = 100;
const PAGE = 200;
/** At most four pages a second. */
const PAGE_EVERY_MS = 250;
const AFTER_ERROR_MS = 5_000;
/** No more rows are read: whoever looks for one beyond them narrows the filters. */
export const MOST_READ = 10_000;

export interface PageReaderOptions {
  readonly taskgate: Pick<Taskgate, 'query'>;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
  readonly signal: AbortSignal;
  /** Called when a page is asked for, and then with what it brought. */
  readonly asked: () => void;
  readonly read: (tasks: readonly BoardTask[], behind: 'more' | 'nothing' | 'unread') => void;
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
  while (after !== null && rows < MOST_READ) {
    await wait(PAGE_EVERY_MS, signal);
    if (signal.aborted) return;
    asked();
    try {
      const variables: Readonly<Record<string, unknown>> = {
        filter,
        order,
        first: Math.min(PAGE, MOST_READ - rows),
        after,
      };
      const answer = await taskgate.query<PageOfTasksQuery>(PageOfTasksDocument.toString(), variables, signal);
      if (isAborted(signal)) return;
      const page: PageOfTasksQuery['tasks'] | undefined = answer.data?.tasks;
      if (!page) throw answer.error ?? new TaskgateError('UNKNOWN', 'The gateway gave no list');
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      rows += page.nodes.length;
      read(page.nodes, after === null ? 'nothing' : rows < MOST_READ ? 'more' : 'unread');
    } catch (error) {
      if (isAborted(signal)) return;
      // What is shown stays; the footer says how much of it there is.
      const asks = error instanceof TaskgateError ? error.retryAfterMs : null;
      await wait(asks ?? AFTER_ERROR_MS, signal);
    }
  }
}
