import type { Secret } from '../base/secret.js';
import type { Credential } from './credential.js';

/** A token that somebody else renews. */
export function createFixedToken(token: Secret): Credential {
  return {
    authorize() {
      const value = token.reveal();
      return { headers: { 'x-auth-token': value }, secrets: [value], generation: 0 };
    },
    renew: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  };
}
