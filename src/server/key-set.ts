import { createRemoteJWKSet, customFetch, type FetchImplementation, type RemoteJWKSet } from 'jose';
import type { Logger } from '../base/logger.js';

export interface KeySetOptions {
  readonly logger: Logger;
  /** Gets the document; rejects when it cannot. */
  readonly fetchKeys: FetchImplementation;
}

/**
 * The public keys of an issuer, read when they are first needed and again when a token names one that they lack. Whoever
 * presents a token is not told that they cannot be read; the log is, once until they can.
 */
export function createKeySet(uri: string, { logger, fetchKeys }: KeySetOptions): RemoteJWKSet {
  const { host } = new URL(uri);
  let away = false;

  function failed(reason: string): void {
    if (!away) logger.warn({ host, reason }, 'the keys of the issuer cannot be read; its tokens are refused');
    away = true;
  }

  return createRemoteJWKSet(new URL(uri), {
    async [customFetch](...request) {
      try {
        const response = await fetchKeys(...request);
        if (response.status !== 200) failed(`it answers with status ${response.status}`);
        else if (away) {
          away = false;
          logger.info({ host }, 'the keys of the issuer can be read again');
        }
        return response;
      } catch (error) {
        failed(error instanceof Error ? error.message : 'unknown');
        throw error;
      }
    },
  });
}
