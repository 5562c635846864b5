import type { ExecutionResult } from 'graphql';
import { nextTurn } from '../base/next-turn.js';
import type { OperationParams } from '../graphql/operation.js';
import { SharedParams } from '../graphql/shared-queries.js';

/** A body that came in a turn, and what was made of it. Equal ones are one. */
export interface Asked {
  readonly params: OperationParams;
  /** The last answer that was written: who shares the result shares the text. */
  written?: { readonly result: ExecutionResult; readonly text: string };
}

/** @param parse makes params of a text that has not come in this turn before */
export type AskInTurn = (text: string, parse: (text: string) => OperationParams) => Promise<Asked>;

/**
 * Holds requests back until the next turn, so that they are answered side by side. Nothing is kept of a turn but what each
 * request has asked itself: one of them may wait for long.
 */
export function createTurns(): AskInTurn {
  let turn: Promise<Map<string, Asked>> | undefined;

  async function begin(): Promise<Map<string, Asked>> {
    await nextTurn();
    turn = undefined;
    return new Map();
  }

  return async (text, parse) => {
    const all = await (turn ??= begin());
    let asked = all.get(text);
    if (!asked) all.set(text, (asked = { params: new SharedParams(parse(text)) }));
    return asked;
  };
}
