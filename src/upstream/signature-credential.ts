import type { Clock } from '../base/clock.js';
import type { Secret } from '../base/secret.js';
import { isWorryingSkew } from './clock-skew.js';
import type { Authorization, Credential } from './credential.js';
import { signRequest } from './signature.js';

/**
 * An AK/SK pair, which signs every attempt afresh. It cannot be renewed, but a signature may have been refused because
 * our clock is wrong, or was set right: where it was signed far from the upstream's own time, that is used from there on,
 * until it is refused as well.
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
  const signedAheadMs = new WeakMap<Authorization, number>();
  return {
    authorize(request, { skewMs }) {
      const key = { accessKey: accessKey.reveal(), secretKey: secretKey.reveal(), projectId };
      const aheadMs = byTheirClock ? (skewMs ?? 0) : 0;
      const secrets = [key.accessKey, key.secretKey];
      const signed = { headers: signRequest(request, key, clock.now() + aheadMs), secrets, generation };
      signedAheadMs.set(signed, aheadMs);
      return signed;
    },
    renew(refused, { skewMs }) {
      if (refused.generation < generation) return Promise.resolve(true);
      if (skewMs === null || !isWorryingSkew(skewMs - (signedAheadMs.get(refused) ?? 0))) {
        byTheirClock = false;
        return Promise.resolve(false);
      }
      byTheirClock = true;
      generation++;
      return Promise.resolve(true);
    },
    close: () => Promise.resolve(),
  };
}
