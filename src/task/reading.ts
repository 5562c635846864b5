import type { Json, JsonObject } from '../base/json.js';
import type { Instant, PollError, TaskError, TaskProgress, TaskResource } from './task.js';
import type { TaskStatus } from './task-status.js';

/**
 * What an answer says of a task. A field that is absent was not spoken of and stays as it was;
 * null says that there is none.
 */
export interface Facts {
  readonly status?: TaskStatus;
  /** Only for UNKNOWN, which is done after a CVR `finish`; for other words it follows from the status. */
  readonly done?: boolean;
  readonly upstreamStatus?: string;
  readonly kind?: string;
  readonly resource?: TaskResource | null;
  readonly startedAt?: Instant | null;
  readonly finishedAt?: Instant | null;
  readonly error?: TaskError | null;
  readonly warnings?: readonly TaskError[];
  readonly progress?: TaskProgress | null;
  /** Merged key by key into what is known. */
  readonly details?: JsonObject;
  /** A large text that the task produced (an exported definition). */
  readonly content?: string;
  /** The answer itself, with everything secret taken out. No change by itself. */
  readonly raw?: Json;
}

/** What one poll learned of one task. */
export type Reading = Seen | Gone | Unread;

export interface Seen {
  readonly type: 'seen';
  readonly facts: Facts;
  /** A query's word beats a list's: see `applyReading`. */
  readonly from: 'query' | 'list';
  /** When the request was sent. */
  readonly askedAt: Instant;
  readonly answeredAt: Instant;
}

/** The upstream says that it does not know the task. */
export interface Gone {
  readonly type: 'gone';
  readonly message: string;
  readonly askedAt: Instant;
  readonly answeredAt: Instant;
}

/** Nothing was learned; says nothing about the task. */
export interface Unread {
  readonly type: 'unread';
  readonly error: PollError;
}
