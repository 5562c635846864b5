export const MOST_WAITING_EVENTS = 256;
export const MOST_WAITING_BYTES = 1024 * 1024;

/** The two comparisons on which a reader's correctness hangs. */
export interface ReaderRules {
  /** Whether an entry at `position` is behind everything that a reader at `point` has. */
  isNews(position: number, point: number): boolean;
  /** Whether one more event may wait, beside `events` others; `bytes` counts all of them. */
  fits(events: number, bytes: number): boolean;
}

export const READER_RULES: ReaderRules = {
  isNews: (position, point) => position > point,
  fits: (events, bytes) => events < MOST_WAITING_EVENTS && bytes <= MOST_WAITING_BYTES,
};
