import {
  matchesFilter,
  type FollowedTask,
  type SourceError,
  type TaskFilter,
  type TaskgateError,
  type TaskList,
  type TaskUpdate,
} from '../../client/index.js';

export interface BoardRow {
  readonly task: FollowedTask;
  /** It has left the filter; it stays where it is, greyed, until the list is read again. */
  readonly left: boolean;
}

export interface BoardState {
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly error: TaskgateError | null;
  readonly rows: readonly BoardRow[];
  /** New tasks that are held back while somebody reads further down, newest first. */
  readonly waiting: readonly FollowedTask[];
  readonly sourceErrors: readonly SourceError[];
  /** Of the rows since the page was opened. */
  readonly finished: number;
  readonly failed: number;
}

export const EMPTY_BOARD: BoardState = {
  phase: 'loading',
  error: null,
  rows: [],
  waiting: [],
  sourceErrors: [],
  finished: 0,
  failed: 0,
};

export type BoardAction =
  | {
      readonly type: 'updates';
      readonly updates: readonly (TaskUpdate | TaskList)[];
      readonly filter: TaskFilter;
      readonly hold: boolean;
    }
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly error: TaskgateError }
  | { readonly type: 'show-waiting' };

export const MOST_ROWS = 200;

export function boardReducer(state: BoardState, action: BoardAction): BoardState {
  switch (action.type) {
    case 'loading':
      return { ...EMPTY_BOARD, finished: state.finished, failed: state.failed };
    case 'failed':
      return { ...state, phase: 'failed', error: action.error };
    case 'show-waiting':
      return { ...state, rows: insertNewest(state.rows, state.waiting), waiting: [] };
    case 'updates':
      return action.updates.reduce((before, update) => applyUpdate(before, update, action.filter, action.hold), state);
  }
}

function applyUpdate(state: BoardState, update: TaskUpdate | TaskList, filter: TaskFilter, hold: boolean): BoardState {
  if (update.kind === 'list') {
    const rows = update.tasks.map((task) => ({ task, left: false }));
    return { ...state, phase: 'ready', error: null, rows, waiting: [], sourceErrors: update.sourceErrors };
  }
  const { task } = update;
  const ended = update.kind === 'changed' && task.done && update.previousStatus !== task.status;
  const counted = ended
    ? { ...state, finished: state.finished + 1, failed: state.failed + (task.status === 'FAILED' ? 1 : 0) }
    : state;
  if (update.kind === 'removed') {
    const others = ({ id }: FollowedTask): boolean => id !== task.id;
    return { ...counted, rows: state.rows.filter((row) => others(row.task)), waiting: state.waiting.filter(others) };
  }
  return placeTask(counted, task, matchesFilter(task, filter), hold);
}

/** Known rows change where they are. */
function placeTask(state: BoardState, task: FollowedTask, matches: boolean, hold: boolean): BoardState {
  const at = state.rows.findIndex((row) => row.task.id === task.id);
  const known = state.rows[at];
  if (known) {
    if (known.task.seq > task.seq) return state;
    return { ...state, rows: state.rows.with(at, { task, left: !matches }) };
  }
  const waiting = state.waiting.filter(({ id }) => id !== task.id);
  if (!matches) return { ...state, waiting };
  const last = state.rows.at(-1);
  if (state.rows.length >= MOST_ROWS && last && task.createdAt < last.task.createdAt) return state;
  if (hold) return { ...state, waiting: [task, ...waiting].slice(0, MOST_ROWS) };
  return { ...state, waiting, rows: insertNewest(state.rows, [task]) };
}

function insertNewest(rows: readonly BoardRow[], tasks: readonly FollowedTask[]): readonly BoardRow[] {
  return [...tasks.map((task) => ({ task, left: false })), ...rows]
    .sort((a, b) => b.task.createdAt.localeCompare(a.task.createdAt))
    .slice(0, MOST_ROWS);
}
