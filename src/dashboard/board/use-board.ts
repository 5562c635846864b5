import { useEffect, useReducer, useState } from 'react';
import type { TaskFilter, TaskList, TaskUpdate } from '../../client/index.js';
import { taskgate } from '../connection.js';
import { toTaskgateError } from '../error-panel.js';
import { boardReducer, EMPTY_BOARD, MOST_ROWS, type BoardAction, type BoardState } from './board-state.js';

export interface LiveBoard {
  readonly state: BoardState;
  retry(): void;
  showWaiting(): void;
}

/** `hold` says whether new rows must wait, so that nothing moves under the reader's eyes. */
export function useBoard(filter: TaskFilter, hold: () => boolean): LiveBoard {
  const [state, dispatch] = useReducer(boardReducer, EMPTY_BOARD);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    dispatch({ type: 'loading' });
    return followBoard(filter, hold, dispatch);
  }, [filter, hold, attempt]);
  return {
    state,
    retry: () => setAttempt((before) => before + 1),
    showWaiting: () => dispatch({ type: 'show-waiting' }),
  };
}

/** Updates of one frame are applied together. */
function followBoard(filter: TaskFilter, hold: () => boolean, dispatch: (action: BoardAction) => void): () => void {
  const controller = new AbortController();
  let updates: (TaskUpdate | TaskList)[] = [];
  let frame: number | undefined;
  const flush = (): void => {
    frame = undefined;
    if (controller.signal.aborted) return;
    dispatch({ type: 'updates', updates, filter, hold: hold() });
    updates = [];
  };
  const follow = async (): Promise<void> => {
    try {
      for await (const update of taskgate.followTasks(filter, { signal: controller.signal, limit: MOST_ROWS })) {
        updates.push(update);
        // A hidden tab is given no frames; what it missed must not grow without bound.
        if (document.visibilityState === 'hidden') flush();
        else frame ??= requestAnimationFrame(flush);
      }
    } catch (error) {
      if (!controller.signal.aborted) dispatch({ type: 'failed', error: toTaskgateError(error) });
    }
  };
  void follow();
  return () => {
    controller.abort();
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
