import { isRecord, type Json, type JsonObject } from '../base/json.js';
import type { Secret } from '../base/secret.js';

/** A user of IAM, and the project that its tokens are for. */
export interface IamUser {
  readonly domain: string;
  readonly user: string;
  readonly password: Secret;
  readonly projectId: string;
}

/** The documented validity, for a reply that does not say. */
const USUAL_VALIDITY_MS = 24 * 60 * 60_000;
const SHORTEST_VALIDITY_MS = 1_000;

/** The body of `POST /v3/auth/tokens`. */
export function tokenRequest({ domain, user, password, projectId }: IamUser): JsonObject {
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { domain: { name: domain }, name: user, password: password.reveal() } },
      },
      scope: { project: { id: projectId } },
    },
  };
}

/**
 * How long a token is valid from when it was asked for, in milliseconds. Both instants of the reply are by IAM's
 * clock, so their difference holds whatever ours shows.
 */
export function validityOf(body: Json | undefined, now: number): number {
  const token = field(body, 'token');
  const expiresAt = parseInstant(field(token, 'expires_at'));
  if (expiresAt === undefined) return USUAL_VALIDITY_MS;
  return Math.max(expiresAt - (parseInstant(field(token, 'issued_at')) ?? now), SHORTEST_VALIDITY_MS);
}

function field(value: Json | undefined, name: string): Json | undefined {
  return isRecord(value) ? value[name] : undefined;
}

/** `2020-01-04T09:05:22.701000Z`: a fraction of six digits. */
function parseInstant(value: Json | undefined): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(value)) return undefined;
  const instant = Date.parse(value.replace(/(\.\d{3})\d+Z$/, '$1Z'));
  return Number.isNaN(instant) ? undefined : instant;
}
