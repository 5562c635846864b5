import type { AccessKey } from './signature.js';

/** One customer of the simulated cloud: an IAM domain with its projects, and who may use them. */
export interface Tenant {
  readonly domain: Named;
  /** At least one; the first is meant where a request names none. */
  readonly projects: readonly Named[];
  readonly users: readonly { readonly name: string; readonly password: string }[];
  readonly accessKeys: readonly AccessKey[];
  /** Tokens that are accepted beside those that IAM issues, for every project, and that never expire. */
  readonly tokens: readonly string[];
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the simulator accepts when nothing else is configured. Public, and worth nothing. */
export const DEMO_TENANT: Tenant = {
  domain: { id: 'd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0', name: 'demo' },
  projects: [{ id: '0123456789abcdef0123456789abcdef', name: 'cn-north-4' }],
  users: [{ name: 'demo', password: 'demo-password' }],
  accessKeys: [{ accessKey: 'DEMOACCESSKEY0000000', secretKey: 'demo-secret-key' }],
  tokens: ['demo-token'],
};

export function checkTenants(tenants: readonly Tenant[]): void {
  if (tenants.length === 0) throw new Error('The simulator needs at least one tenant');
  const seen = new Set<string>();
  const claim = (what: string, value: string): void => {
    // Named without the value, which may be a credential.
    if (seen.has(`${what} ${value}`)) throw new Error(`Two tenants of the simulator share a ${what}`);
    seen.add(`${what} ${value}`);
  };
  for (const { domain, projects, accessKeys, tokens } of tenants) {
    if (projects.length === 0) throw new Error(`The tenant ${domain.name} has no project`);
    claim('domain', domain.name);
    claim('domain id', domain.id);
    for (const { id } of projects) claim('project', id);
    for (const { accessKey } of accessKeys) claim('access key', accessKey);
    for (const token of tokens) claim('token', token);
  }
}
