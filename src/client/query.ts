import { parseGraphqlErrors, isRecord, TaskgateError } from './taskgate-error.js';

export interface HttpOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly credential: (why: AuthReason) => Promise<string | null>;
  readonly now: () => number;
  /** How far the gateway's clock is ahead of this one at most, by an answer's `Date`. */
  readonly noteAhead: (ms: number) => void;
}

export type AuthReason = 'initial' | 'expired';

const TELLS_THE_TIME_WITHIN_MS = 3_000;

/** An answer: its data, which may be partial, and the first of its errors. */
export interface Answer<Data> {
  readonly data: Data | null;
  readonly error: TaskgateError | null;
}

/**
 * Sends one operation by POST. Asks for the credential once more when it is refused.
 *
 * @throws TaskgateError when nothing that can be read came back, or when `signal` is aborted
 */
export async function sendQuery<Data>(
  options: HttpOptions,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Answer<Data>> {
  const first = await sendOnce<Data>(options, document, variables, 'initial', signal);
  if (first.error?.code !== 'UNAUTHENTICATED') return first;
  return sendOnce(options, document, variables, 'expired', signal);
}

async function sendOnce<Data>(
  { url, fetch, credential, now, noteAhead }: HttpOptions,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  why: AuthReason,
  signal?: AbortSignal,
): Promise<Answer<Data>> {
  const authorization = await credential(why).catch((cause: unknown) => {
    throw new TaskgateError('NO_CREDENTIAL', 'The credential could not be had', { retryable: true, cause });
  });
  let response: Response;
  let body: unknown;
  const sentAt = now();
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== null && { authorization }) },
      body: JSON.stringify({ query: document, variables }),
      ...(signal && { signal }),
    });
    const date = Date.parse(response.headers.get('date') ?? '');
    // It names a second, and is read as the end of it. After a long wait it would say little.
    if (date && now() - sentAt < TELLS_THE_TIME_WITHIN_MS) noteAhead(date + 1_000 - sentAt);
    body = await response.json();
  } catch (cause) {
    throw new TaskgateError('UNREACHABLE', 'The gateway did not answer', { retryable: true, cause });
  }
  if (!isRecord(body)) throw new TaskgateError('UNREACHABLE', 'What answered is not the gateway', { retryable: true });
  const data = (body['data'] ?? null) as Data | null;
  const error = parseGraphqlErrors(body['errors'], retryAfterMs(response)) ?? null;
  if (data === null && error === null) {
    throw new TaskgateError('UNREACHABLE', `The gateway answered ${response.status}`, { retryable: true });
  }
  return { data, error };
}

/** How long the gateway asked to wait; null when it did not. */
export function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
