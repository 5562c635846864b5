export type StoreFileProblem = 'in-use' | 'newer-schema' | 'foreign' | 'corrupt' | 'unusable';

/** The file cannot serve as a store; the message names it and says why. Nothing was changed in it. */
export class StoreFileError extends Error {
  override readonly name = 'StoreFileError';

  constructor(
    readonly file: string,
    readonly problem: StoreFileProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
