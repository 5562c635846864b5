const MOST_NAMES = 100;
const LONGEST_NAME = 64;

/** Names of operations as values of a label: few, whatever clients send. */
export interface OperationNames {
  /** @returns the name, `anonymous` without one, `other` for one too many or too long */
  labelOf(operationName: string | undefined): string;
}

/** Keeps the first hundred names that come; with trusted documents no others than theirs do. */
export function createOperationNames(): OperationNames {
  const names = new Map<string, string>();
  return {
    labelOf(operationName) {
      if (operationName === undefined) return 'anonymous';
      const known = names.get(operationName);
      if (known !== undefined) return known;
      if (names.size >= MOST_NAMES || operationName.length > LONGEST_NAME) return 'other';
      // A copy, here and as a label: a piece of a text holds the whole text in memory, here that of a request.
      const copy = Buffer.from(operationName).toString();
      names.set(copy, copy);
      return copy;
    },
  };
}
