import { createHash, timingSafeEqual } from 'node:crypto';
import { jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { Clock } from '../base/clock.js';
import type { Secret } from '../base/secret.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { Role, type Principal } from '../graphql/principal.js';
import { createKeySet, type KeySetOptions } from './key-set.js';

/** Who may come in: keys by their hashes, and tokens of one issuer. */
export interface ClientsOptions {
  readonly apiKeys: readonly ApiKey[];
  readonly jwt?: JwtOptions | undefined;
}

export interface ApiKey {
  readonly name: string;
  /** Lower-case hexadecimal SHA-256 of the key's UTF-8 bytes. */
  readonly keySha256: string;
  readonly role: 'reader' | 'operator' | 'admin' | 'metrics';
  readonly accounts?: readonly string[] | undefined;
}

export interface JwtOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri?: string | undefined;
  readonly secret?: Secret | undefined;
  readonly accountsClaim: string;
  readonly roleClaim: string;
}

export interface Authentication {
  /**
   * @param credential the value of an Authorization header, or of `authorization` in `connection_init`
   * @throws GatewayError UNAUTHENTICATED
   */
  authenticate(credential: unknown): Promise<Principal>;
  /** Puts other clients in force; principals made from clients that are gone are no longer valid. */
  replace(clients: ClientsOptions | undefined): void;
  /** Whether anybody needs to log in. */
  required(): boolean;
}

/** Longer tokens are refused unread; real ones are a few KiB. */
const LONGEST_CREDENTIAL = 16_384;

/** Pinned by the kind of key, so that a public key can never be used as an HMAC secret. */
const PUBLIC_KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const SECRET_ALGORITHMS = ['HS256'];

const ROLES: Readonly<Record<string, Principal['role']>> = {
  reader: Role.READER,
  operator: Role.OPERATOR,
  admin: Role.ADMIN,
  metrics: 'METRICS',
};

export interface AuthenticationOptions extends KeySetOptions {
  readonly clock: Clock;
}

export function createAuthentication(
  initial: ClientsOptions | undefined,
  options: AuthenticationOptions,
): Authentication {
  let clients = initial;
  let verifyToken = initial?.jwt && createTokenVerifier(initial.jwt, options);

  const byKeys = new WeakMap<ApiKey, Principal>();

  const anybody: Principal = {
    name: 'anybody',
    role: Role.ADMIN,
    accounts: null,
    expiresAt: null,
    stillValid: () => clients === undefined,
  };

  /** One for each key: requests of equal principals can share what they ask for. */
  function principalOf(key: ApiKey): Principal {
    let principal = byKeys.get(key);
    if (!principal) byKeys.set(key, (principal = keyPrincipal(key, () => clients?.apiKeys ?? [])));
    return principal;
  }

  async function logIn(credential: unknown, { apiKeys, jwt }: ClientsOptions): Promise<Principal> {
    const value = bearer(credential);
    if (value === undefined) throw unauthenticated();
    const byKey = findKey(apiKeys, value);
    if (byKey) return principalOf(byKey);
    if (!jwt || !verifyToken) throw unauthenticated();
    return tokenPrincipal(await verifyToken(value), jwt, () => clients?.jwt === jwt);
  }

  const letIn = Promise.resolve(anybody);

  return {
    authenticate: (credential) => (clients ? logIn(credential, clients) : letIn),
    required: () => clients !== undefined,
    replace(next) {
      const sameIssuer =
        next?.jwt && clients?.jwt && JSON.stringify(jwtIdentity(next.jwt)) === JSON.stringify(jwtIdentity(clients.jwt));
      // The same issuer stays the same object, so that its principals stay valid.
      clients = sameIssuer ? { ...next, jwt: clients?.jwt } : next;
      if (!sameIssuer) verifyToken = next?.jwt && createTokenVerifier(next.jwt, options);
    },
  };
}

function jwtIdentity({ secret, ...rest }: JwtOptions): readonly unknown[] {
  return [Object.entries(rest).sort(), secret?.reveal()];
}

function unauthenticated(): GatewayError {
  return new GatewayError(ErrorCode.UNAUTHENTICATED, 'No valid credentials');
}

function bearer(credential: unknown): string | undefined {
  if (typeof credential !== 'string' || credential.length > LONGEST_CREDENTIAL) return undefined;
  return /^Bearer +([\x21-\x7e]+)$/i.exec(credential)?.[1];
}

/** Compares with every key, so that the time it takes tells nothing. */
function findKey(keys: readonly ApiKey[], value: string): ApiKey | undefined {
  const presented = createHash('sha256').update(value, 'utf8').digest();
  let found: ApiKey | undefined;
  for (const key of keys) {
    if (timingSafeEqual(presented, Buffer.from(key.keySha256, 'hex'))) found = key;
  }
  return found;
}

function keyPrincipal(key: ApiKey, current: () => readonly ApiKey[]): Principal {
  const role = ROLES[key.role] ?? Role.READER;
  const fingerprint = JSON.stringify(key);
  return {
    name: key.name,
    role,
    accounts: role === Role.ADMIN ? null : (key.accounts ?? []),
    expiresAt: null,
    stillValid: () => current().some((candidate) => JSON.stringify(candidate) === fingerprint),
  };
}

function createTokenVerifier(
  jwt: JwtOptions,
  { clock, ...keySet }: AuthenticationOptions,
): (token: string) => Promise<JWTPayload> {
  const options = (algorithms: string[]): JWTVerifyOptions => ({
    algorithms,
    issuer: jwt.issuer,
    audience: jwt.audience,
    requiredClaims: ['exp'],
    currentDate: new Date(clock.now()),
  });
  const secret = jwt.secret && new TextEncoder().encode(jwt.secret.reveal());
  const keys = jwt.jwksUri === undefined ? undefined : createKeySet(jwt.jwksUri, keySet);
  return async (token) => {
    try {
      if (secret) return (await jwtVerify(token, secret, options(SECRET_ALGORITHMS))).payload;
      if (keys) return (await jwtVerify(token, keys, options(PUBLIC_KEY_ALGORITHMS))).payload;
    } catch {
      // Whatever is wrong with a token is told to nobody.
    }
    throw unauthenticated();
  };
}

function tokenPrincipal(payload: JWTPayload, jwt: JwtOptions, sameIssuer: () => boolean): Principal {
  const role = claimedRole(payload[jwt.roleClaim]);
  if (role === undefined) throw unauthenticated();
  const accounts = payload[jwt.accountsClaim];
  return {
    // Whoever signs may write anything here, whatever the type says.
    name: typeof payload.sub === 'string' ? payload.sub : 'token',
    role,
    accounts: role === Role.ADMIN ? null : accountNames(accounts),
    expiresAt: (payload.exp ?? 0) * 1000,
    stillValid: sameIssuer,
  };
}

/** No claim makes a reader, a claim that is no role nobody. */
function claimedRole(claim: unknown): Principal['role'] | undefined {
  if (claim === undefined) return Role.READER;
  const name = typeof claim === 'string' ? claim.toLowerCase() : '';
  return Object.hasOwn(ROLES, name) ? ROLES[name] : undefined;
}

function accountNames(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((name) => typeof name === 'string') : [];
}
