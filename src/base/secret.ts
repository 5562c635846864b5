import { inspect } from 'node:util';

/** What stands in the place of a secret. */
export const PLACEHOLDER = '[secret]';

/** A value that prints, serialises and inspects as a placeholder. Only `reveal` gives it away. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [inspect.custom](): string {
    return PLACEHOLDER;
  }
}
