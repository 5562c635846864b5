import type { OutgoingRequest } from './outgoing.js';

/** What proves to an upstream who asks. One credential serves all services of an account. */
export interface Credential {
  /**
   * Makes the headers for one attempt; called anew for each. Answers at once where nothing has to be fetched.
   *
   * @throws UpstreamError UPSTREAM_AUTH_FAILED, UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT when there is nothing to show
   */
  authorize(request: OutgoingRequest, context: CredentialContext): Authorization | Promise<Authorization>;
  /**
   * Called when the upstream refused an authorisation. However many calls are refused at once, there is one renewal.
   *
   * @returns whether another attempt has a better chance
   * @throws UpstreamError as `authorize`
   */
  renew(refused: Authorization, context: CredentialContext): Promise<boolean>;
  close(): Promise<void>;
}

export interface CredentialContext {
  /** How far the upstream's clock is ahead of ours; null when that is not known. */
  readonly skewMs: number | null;
}

export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** What an upstream must not be quoted with, should it echo the request. */
  readonly secrets: readonly string[];
  /** Grows with every renewal. */
  readonly generation: number;
}
