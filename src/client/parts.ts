import type { Clock } from './clock.js';
import type { Connection } from './connection.js';
import type { FreshStarts } from './fresh-starts.js';
import type { TypedDocumentString } from './generated/documents.js';
import type { Answer } from './query.js';

export type Ask = <Data, Variables extends Readonly<Record<string, unknown>>>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
) => Promise<Answer<Data>>;

/** What a follower is made of. */
export interface Parts {
  readonly connection: Connection;
  readonly ask: Ask;
  readonly clock: Clock;
  readonly freshStarts: () => FreshStarts;
}
