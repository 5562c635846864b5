import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { Secret } from '../base/secret.js';
import { errorOf, interpret, type Answer } from './answer.js';
import type { Authorization, Credential } from './credential.js';
import { createDeadline } from './deadline.js';
import { tokenRequest, validityOf, type IamUser } from './iam-token.js';
import { encodeRequest } from './outgoing.js';
import type { Proxy } from './proxy.js';
import { createTransport } from './transport.js';
import { UpstreamError, UpstreamErrorCode } from './upstream-error.js';
import { withoutEcho } from './without-echo.js';

/** A token is renewed in the last fifth of its life, and no sooner than a quarter of an hour before it ends. */
const RENEWAL_SHARE = 5;
const EARLIEST_RENEWAL_MS = 15 * 60_000;
/** After a failure IAM is left alone for so long, whoever asks: refused passwords lock the user out. */
const PAUSE_REFUSED_MS = 30_000;
const PAUSE_UNREACHABLE_MS = 5_000;

interface Token {
  readonly value: Secret;
  readonly generation: number;
  readonly renewAt: number;
  readonly endsAt: number;
}

export interface IamCredentialOptions extends IamUser {
  /** Of the IAM endpoint; a path prefix is kept. */
  readonly baseUrl: string;
  readonly proxy?: Proxy | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadlineMs?: number;
}

/** Tokens that IAM gives for a user and a password: fetched when first needed, and renewed before they end. */
export function createIamCredential(options: IamCredentialOptions): Credential {
  const { clock, logger, deadlineMs = 10_000 } = options;
  const baseUrl = new URL(options.baseUrl);
  const transport = createTransport({ baseUrl, clock, connectTimeoutMs: deadlineMs, proxy: options.proxy });
  let generation = 0;
  let token: Token | undefined;
  let renewal: Promise<Token> | undefined;
  let pause: { readonly error: UpstreamError; readonly until: number } | undefined;

  function renewOnce(): Promise<Token> {
    if (renewal) return renewal;
    if (pause && clock.now() < pause.until) return Promise.reject(pause.error);
    renewal = fetchToken()
      .then(
        (fetched) => {
          pause = undefined;
          return (token = fetched);
        },
        (error: unknown) => {
          throw failed(error);
        },
      )
      .finally(() => (renewal = undefined));
    return renewal;
  }

  function failed(thrown: unknown): UpstreamError {
    const error = thrown instanceof UpstreamError ? thrown : unreachable(thrown);
    const refused = error.code === UpstreamErrorCode.UPSTREAM_AUTH_FAILED;
    pause = { error, until: clock.now() + (refused ? PAUSE_REFUSED_MS : PAUSE_UNREACHABLE_MS) };
    logger.warn({ code: error.code, status: error.details.status }, 'no token from IAM');
    return error;
  }

  async function fetchToken(): Promise<Token> {
    const askedAt = clock.now();
    const answer = await askIam();
    if (answer.type === 'failure')
      throw iamError(errorOf(answer), answer.kind === 'refused' || answer.kind === 'missing');
    const value = answer.headers['x-subject-token'];
    if (value === undefined || value === '') {
      throw new UpstreamError(UpstreamErrorCode.UPSTREAM_UNAVAILABLE, 'IAM sent no token', { neverSent: true });
    }
    const validity = validityOf(answer.body, askedAt);
    const endsAt = askedAt + validity;
    const renewAt = endsAt - Math.min(validity / RENEWAL_SHARE, EARLIEST_RENEWAL_MS);
    return { value: new Secret(value), generation: ++generation, renewAt, endsAt };
  }

  async function askIam(): Promise<Answer> {
    const request = await encodeRequest(baseUrl, {
      method: 'POST',
      path: '/v3/auth/tokens',
      query: { nocatalog: 'true' },
      body: tokenRequest(options),
      priority: 'request',
    });
    const deadline = createDeadline(clock, deadlineMs, undefined);
    try {
      const result = await transport.send(request, { headers: {}, connection: 'fresh', signal: deadline.signal });
      return withoutEcho(interpret(result, deadline.ended, clock.now()), result, [options.password.reveal()]);
    } finally {
      deadline.dispose();
    }
  }

  async function current(): Promise<Token> {
    const now = clock.now();
    if (!token || now >= token.endsAt) return renewOnce();
    // What is still valid serves meanwhile, and if IAM cannot be reached, to its end.
    if (now >= token.renewAt) renewOnce().catch(() => undefined);
    return token;
  }

  return {
    async authorize(): Promise<Authorization> {
      const { value, generation: shown } = await current();
      const secrets = [value.reveal(), options.password.reveal()];
      return { headers: { 'x-auth-token': value.reveal() }, secrets, generation: shown };
    },
    async renew(refused) {
      if (token && token.generation > refused.generation) return true;
      token = undefined;
      await renewOnce();
      return true;
    },
    close: () => transport.close(),
  };
}

/** The request that needed the token was never sent, whatever became of the one for the token. */
function iamError(error: UpstreamError, refused: boolean): UpstreamError {
  const { code, details } = error;
  const kept = { ...details, neverSent: true };
  if (refused || code === UpstreamErrorCode.UPSTREAM_AUTH_FAILED) {
    return new UpstreamError(UpstreamErrorCode.UPSTREAM_AUTH_FAILED, 'IAM refused the credentials', kept);
  }
  if (code === UpstreamErrorCode.UPSTREAM_TIMEOUT) return new UpstreamError(code, 'IAM did not answer in time', kept);
  return new UpstreamError(UpstreamErrorCode.UPSTREAM_UNAVAILABLE, 'IAM is unavailable', kept);
}

function unreachable(cause: unknown): UpstreamError {
  return new UpstreamError(UpstreamErrorCode.UPSTREAM_UNAVAILABLE, 'IAM is unavailable', { cause, neverSent: true });
}
