import type { Accounts } from '../store/store.js';

export const Role = { READER: 'READER', OPERATOR: 'OPERATOR', ADMIN: 'ADMIN' } as const;
export type Role = (typeof Role)[keyof typeof Role];

/** Who asks, on whatever transport. Made by the server room from credentials; read everywhere else. */
export interface Principal {
  readonly name: string;
  /** `METRICS` may read /metrics and nothing else. */
  readonly role: Role | 'METRICS';
  /** What it may see; null for every configured account. */
  readonly accounts: Accounts;
  /** Milliseconds since 1970; null for credentials that do not end by themselves. */
  readonly expiresAt: number | null;
  /** Whether the credentials still hold: false once a reload took them out. */
  readonly stillValid: () => boolean;
}

export function maySee(principal: Principal, account: string): boolean {
  return principal.accounts === null || principal.accounts.includes(account);
}

export function mayMutate(principal: Principal): boolean {
  return principal.role === Role.OPERATOR || principal.role === Role.ADMIN;
}

/** Tells principals apart where they are counted: a key, which never expires by itself, and a token may bear one name. */
export function principalKey({ name, expiresAt }: Principal): string {
  return `${expiresAt === null ? 'key' : 'token'} ${name}`;
}
