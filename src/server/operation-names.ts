const MOST_NAMES = 100;
const LONGEST_NAME = 64;

/** Names of operations as values of a label: few, whatever clients send. */
export interface OperationNames {
  /** @returns the name, `anonymous` without one, `other` for one too many or too long */
  labelOf(operationName: string | undefined): string;
}

/** Keeps the first hundred names that come; with trusted documents no others than theirs do. */
export function createOperationNames(): OperationNames {
  const names = new Set<string>();
  return {
    labelOf(operationName) {
      if (operationName === undefined) return 'anonymous';
      if (names.has(operationName)) return operationName;
      if (names.size >= MOST_NAMES || operationName.length > LONGEST_NAME) return 'other';
      // A copy: a piece of a text holds the whole text in memory, here that of a request.
      names.add(Buffer.from(operationName).toString());
      return operationName;
    },
  };
}
