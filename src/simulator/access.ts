import { forbidden, unauthorised, type FrontError } from './front-error.js';
import type { Settings } from './settings.js';
import { equal, verifySignature, type SignedRequest } from './signature.js';
import type { Tenant } from './tenants.js';
import type { Tokens } from './tokens.js';

export type Means = 'token' | 'fixed token' | 'signature';

export interface Admission {
  readonly ok: true;
  readonly means: Means;
  readonly tenant: Tenant;
  /** The project that the request is about, also where its path names none. */
  readonly projectId: string;
}

export type Access = Admission | { readonly ok: false; readonly error: FrontError };

interface Credential {
  readonly means: Means;
  readonly tenant: Tenant;
  /** The one project that it is good for; undefined: all of the tenant's. Null: the domain only. */
  readonly projectId?: string | null;
}

export interface AccessCheck {
  /** @param pathProjectId undefined where the route has no project in its path */
  (request: SignedRequest, pathProjectId: string | undefined): Access;
}

export function createAccessCheck(options: {
  readonly tenants: readonly Tenant[];
  readonly tokens: Tokens;
  readonly settings: () => Settings;
  readonly now: () => number;
}): AccessCheck {
  const { tenants, tokens, settings, now } = options;
  const accepted = (): readonly Tenant[] =>
    tenants.filter(({ domain }) => !settings().refusedDomains.includes(domain.name));

  const byToken = (token: string): Credential | FrontError => {
    const fixed = accepted().find((tenant) => tenant.tokens.some((candidate) => equal(candidate, token)));
    if (fixed) return { means: 'fixed token', tenant: fixed };
    const verdict = tokens.check(token, now());
    const tenant = verdict.ok && tenants.find(({ domain }) => domain.id === verdict.scope.domainId);
    return tenant ? { means: 'token', tenant, projectId: verdict.scope.projectId } : unauthorised('decrypt token fail');
  };

  const bySignature = (request: SignedRequest): Credential | FrontError => {
    const keyOf = (accessKey: string) => ownerOf(accessKey)?.accessKeys.find((key) => key.accessKey === accessKey);
    const ownerOf = (accessKey: string) =>
      accepted().find(({ accessKeys }) => accessKeys.some((key) => key.accessKey === accessKey));
    const verdict = verifySignature(request, keyOf, now());
    const tenant = verdict.ok ? ownerOf(verdict.accessKey) : undefined;
    if (tenant) return { means: 'signature', tenant };
    return unauthorised(verdict.ok ? 'the access key does not exist' : verdict.reason);
  };

  return (request, pathProjectId) => {
    const token = request.headers['x-auth-token'];
    const credential =
      typeof token === 'string'
        ? byToken(token)
        : request.headers['authorization'] === undefined
          ? unauthorised('neither X-Auth-Token nor Authorization was sent')
          : bySignature(request);
    return 'code' in credential ? { ok: false, error: credential } : admit(credential, request, pathProjectId);
  };
}

function admit(credential: Credential, request: SignedRequest, pathProjectId: string | undefined): Access {
  const { means, tenant } = credential;
  const sent = request.headers['x-project-id'];
  const headerProjectId = typeof sent === 'string' && sent !== '' ? sent : undefined;
  const refuse = (reason: string): Access => ({ ok: false, error: forbidden(reason) });

  const projectId = pathProjectId ?? headerProjectId ?? credential.projectId ?? tenant.projects[0]?.id ?? '';
  if (!tenant.projects.some(({ id }) => id === projectId)) return refuse('the project is not one of the caller’s');
  if (headerProjectId !== undefined && headerProjectId !== projectId) return refuse('X-Project-Id is another project');
  if (pathProjectId !== undefined && credential.projectId === null) return refuse('the token has no project scope');
  if (typeof credential.projectId === 'string' && credential.projectId !== projectId) {
    return refuse('the token is for another project');
  }
  return { ok: true, means, tenant, projectId };
}
