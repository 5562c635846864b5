/** What can be turned while the simulator runs. */
export interface Settings {
  /** How far the cloud's clock is ahead: shown in Date, used for signatures and tokens. Tasks stay on the true clock. */
  readonly clockSkewMs: number;
  /** How long the next tokens are valid. */
  readonly tokenValidityMs: number;
  /** How many characters the next tokens have. */
  readonly tokenBytes: number;
  /** Names of domains whose passwords, keys and fixed tokens count as wrong. Issued tokens go on. */
  readonly refusedDomains: readonly string[];
}

export const DEFAULT_SETTINGS: Settings = {
  clockSkewMs: 0,
  tokenValidityMs: 24 * 3_600_000,
  tokenBytes: 4_000,
  refusedDomains: [],
};
