import { createHash, createHmac } from 'node:crypto';
import { equal } from './signature.js';

/** What a token is good for. */
export interface TokenScope {
  readonly domainId: string;
  /** Null: the whole domain. */
  readonly projectId: string | null;
}

export interface TokenTerms {
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Length of the token in characters; real ones have several thousand. */
  readonly bytes: number;
}

export type TokenVerdict = { readonly ok: true; readonly scope: TokenScope } | { readonly ok: false };

/**
 * IAM tokens carry what they are good for, as real ones do: none is remembered, and a restart of the simulator does
 * not end them.
 */
export interface Tokens {
  issue(scope: TokenScope, terms: TokenTerms): string;
  check(token: string, now: number): TokenVerdict;
  /** Every token issued so far is refused from now on, until the simulator starts again. */
  revokeAll(): void;
}

/** @param run how many times this cloud was started before: orders the tokens of one run after those of the last */
export function createTokens(seed: string, run: number): Tokens {
  const key = createHash('sha256').update(`tokens of ${seed}`).digest();
  const seal = (payload: string): string => createHmac('sha256', key).update(payload).digest('base64url');
  let serial = run * 1e9;
  let firstValid = 0;

  return {
    issue({ domainId, projectId }, { issuedAt, expiresAt, bytes }) {
      const facts: Facts = [domainId, projectId, issuedAt, expiresAt, serial++];
      const payload = Buffer.from(JSON.stringify(facts)).toString('base64url');
      const token = `MII${payload}.${seal(payload)}.`;
      return token + filler(payload, Math.max(bytes - token.length, 0));
    },
    check(token, now) {
      const [head = '', mac = '', tail] = token.split('.');
      const payload = head.slice(3);
      if (tail === undefined || !equal(mac, seal(payload)) || tail !== filler(payload, tail.length))
        return { ok: false };
      const [domainId, projectId, , expiresAt, number] = JSON.parse(
        Buffer.from(payload, 'base64url').toString(),
      ) as Facts;
      return now < expiresAt && number >= firstValid ? { ok: true, scope: { domainId, projectId } } : { ok: false };
    },
    revokeAll() {
      firstValid = serial;
    },
  };
}

type Facts = readonly [domainId: string, projectId: string | null, issuedAt: number, expiresAt: number, serial: number];

function filler(seed: string, length: number): string {
  let text = '';
  for (let block = 0; text.length < length; block++) {
    text += createHash('sha512').update(`${seed} ${block}`).digest('base64url');
  }
  return text.slice(0, length);
}
