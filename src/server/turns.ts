import type { ExecutionResult } from 'graphql';
import { onNextTurn } from '../base/next-turn.js';
import type { OperationParams, Operations } from '../graphql/operation.js';

/** A body that came in a turn, and what was made of it. Equal ones are one. */
export interface Asked {
  readonly params: OperationParams;
  /** Its last answer as it was written: who shares the result shares the text. */
  written?: { readonly result: ExecutionResult; readonly text: string };
}

/** What came within one turn of the event loop. */
export interface Turn {
  readonly operations: Operations;
  /** @param parse makes params of a text that has not come in this turn before */
  asked(text: string, parse: (text: string) => OperationParams): Asked;
}

/** Holds requests back until the next turn, so that they are answered side by side. */
export function createTurns(operations: () => Operations): () => Promise<Turn> {
  let waiting: ((turn: Turn) => void)[] | undefined;

  function begin(): void {
    const resolves = waiting ?? [];
    waiting = undefined;
    const turn = createTurn(operations());
    for (const resolve of resolves) resolve(turn);
  }

  return () =>
    new Promise((resolve) => {
      if (!waiting) {
        waiting = [];
        onNextTurn(begin);
      }
      waiting.push(resolve);
    });
}

function createTurn(operations: Operations): Turn {
  const known = new Map<string, Asked>();
  return {
    operations,
    asked(text, parse) {
      let asked = known.get(text);
      if (!asked) known.set(text, (asked = { params: parse(text) }));
      return asked;
    },
  };
}
