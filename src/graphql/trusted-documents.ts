import { createHash } from 'node:crypto';
import { isRecord, type Json } from '../base/json.js';

/** The documents that an operator has allowed, as a list made by codegen: `{ "<hash>": "<text>" }`. */
export interface TrustedDocuments {
  /** `enforce` refuses what is not on the list; `log` only tells of it. */
  readonly mode: 'log' | 'enforce';
  has(text: string): boolean;
  /** By the key of the list, or by the SHA-256 of the text. */
  textOf(hash: string): string | undefined;
}

/**
 * @param own what the gateway's own pages send: trusted beside the list
 * @throws Error when the list is not one
 */
export function parseTrustedDocuments(
  list: Json | undefined,
  mode: TrustedDocuments['mode'],
  own: readonly string[] = [],
): TrustedDocuments {
  if (!isRecord(list)) throw new Error('is not a JSON object of documents');
  const byHash = new Map<string, string>();
  for (const [key, text] of Object.entries(list)) {
    if (typeof text !== 'string') throw new Error(`has no text for ${key}`);
    byHash.set(key, text);
    byHash.set(createHash('sha256').update(text).digest('hex'), text);
  }
  const texts = new Set([...byHash.values(), ...own]);
  return { mode, has: (text) => texts.has(text), textOf: (hash) => byHash.get(hash) };
}
