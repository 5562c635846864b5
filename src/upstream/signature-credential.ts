import type { Clock } from '../base/clock.js';
import type { Secret } from '../base/secret.js';
import { isWorryingSkew } from './clock-skew.js';
import type { Credential } from './credential.js';
import { signRequest } from './signature.js';

/**
 * An AK/SK pair, which signs every attempt afresh. It cannot be renewed, but a signature may have been refused because
 * our clock is wrong: then the upstream's own time is used from there on, until that is refused as well.
 */
export function createSignatureCredential(options: {
  readonly accessKey: Secret;
  readonly secretKey: Secret;
  readonly projectId: string;
  readonly clock: Clock;
}): Credential {
  const { accessKey, secretKey, projectId, clock } = options;
  let byTheirClock = false;
  let generation = 0;
  return {
    authorize(request, { skewMs }) {
      const key = { accessKey: accessKey.reveal(), secretKey: secretKey.reveal(), projectId };
      const at = clock.now() + (byTheirClock ? (skewMs ?? 0) : 0);
      const secrets = [key.accessKey, key.secretKey];
      return Promise.resolve({ headers: signRequest(request, key, at), secrets, generation });
    },
    renew(refused, { skewMs }) {
      if (refused.generation < generation) return Promise.resolve(true);
      if (byTheirClock) {
        byTheirClock = false;
        return Promise.resolve(false);
      }
      if (!isWorryingSkew(skewMs)) return Promise.resolve(false);
      byTheirClock = true;
      generation++;
      return Promise.resolve(true);
    },
    close: () => Promise.resolve(),
  };
}
