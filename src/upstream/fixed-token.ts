import type { Secret } from '../base/secret.js';
import type { Credential } from './credential.js';

/** A token that somebody else renews. */
export function createFixedToken(token: Secret): Credential {
  return {
    authorize: () => Promise.resolve({ headers: { 'x-auth-token': token.reveal() }, generation: 0 }),
    renew: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  };
}
