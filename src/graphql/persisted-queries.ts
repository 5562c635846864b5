import { createHash } from 'node:crypto';
import { ErrorCode, GatewayError } from '../task/errors.js';
import type { Params } from './operation-params.js';

const MOST_QUERIES = 500;
const LONGEST_QUERY = 32_768;

export interface PersistedQueries {
  /** @throws GatewayError PERSISTED_QUERY_NOT_FOUND, or BAD_REQUEST when text and hash do not belong together */
  textOf(params: Params): string;
  /** Keeps the text for the next one that sends its hash alone; only what proved valid is kept. */
  remember(params: Params): void;
}

/** Automatic persisted queries, as Apollo's clients speak them. */
export function createPersistedQueries(): PersistedQueries {
  const texts = new Map<string, string>();
  return {
    textOf({ query, sha256Hash }) {
      if (query !== undefined && query !== '') {
        if (sha256Hash === undefined || hash(query) === sha256Hash) return query;
        throw new GatewayError(ErrorCode.BAD_REQUEST, 'The hash is not that of the query');
      }
      if (sha256Hash === undefined) throw new GatewayError(ErrorCode.BAD_REQUEST, 'The request has no query');
      const text = texts.get(sha256Hash);
      if (text === undefined) throw new GatewayError(ErrorCode.PERSISTED_QUERY_NOT_FOUND, 'PersistedQueryNotFound');
      texts.delete(sha256Hash);
      texts.set(sha256Hash, text);
      return text;
    },
    remember({ query, sha256Hash }) {
      if (query === undefined || sha256Hash === undefined || query.length > LONGEST_QUERY) return;
      texts.set(sha256Hash, query);
      const oldest = texts.keys().next();
      if (texts.size > MOST_QUERIES && !oldest.done) texts.delete(oldest.value);
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
