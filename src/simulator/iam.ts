import { z } from 'zod';
import type { Json } from '../base/json.js';
import type { SimulatedReply, SimulatedRequest } from './simulated-service.js';
import type { Settings } from './settings.js';
import { equal } from './signature.js';
import type { Named, Tenant } from './tenants.js';
import type { TokenScope, Tokens } from './tokens.js';

export const IAM_PATH = '/v3/auth/tokens';

const reference = z.object({ id: z.string().optional(), name: z.string().optional() });

const tokenRequest = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.string()),
      password: z.object({
        user: z.object({ domain: z.object({ name: z.string() }), name: z.string(), password: z.string() }),
      }),
    }),
    scope: z.object({ project: reference.optional(), domain: reference.optional() }).optional(),
  }),
});

/** `POST /v3/auth/tokens`: user, password and scope against a token, which is in a header of the reply. */
export function issueToken(
  request: SimulatedRequest,
  cloud: {
    readonly tenants: readonly Tenant[];
    readonly tokens: Tokens;
    readonly settings: Settings;
    readonly services: readonly string[];
    readonly now: number;
  },
): SimulatedReply {
  const { settings, tokens, now } = cloud;
  const asked = tokenRequest.safeParse(request.json());
  if (!asked.success || !asked.data.auth.identity.methods.includes('password')) {
    return iamError(400, 'Request body is invalid.', 'Bad Request');
  }
  const { identity, scope } = asked.data.auth;
  const { user } = identity.password;
  const tenant = cloud.tenants.find(({ domain }) => domain.name === user.domain.name);
  const known = tenant?.users.find(({ name }) => name === user.name);
  if (
    !tenant ||
    !known ||
    !equal(known.password, user.password) ||
    settings.refusedDomains.includes(user.domain.name)
  ) {
    return iamError(401, 'The username or password is wrong.', 'Unauthorized');
  }
  const found = findScope(tenant, scope);
  if (!found) return iamError(404, 'Could not find the project or domain of the scope.', 'Not Found');
  const { project } = found;
  const tokenScope: TokenScope = { domainId: tenant.domain.id, projectId: project?.id ?? null };
  const expiresAt = now + settings.tokenValidityMs;
  const terms = { issuedAt: now, expiresAt, bytes: settings.tokenBytes };
  return {
    status: 201,
    headers: { 'X-Subject-Token': tokens.issue(tokenScope, terms) },
    body: {
      token: {
        catalog: (request.query.get('nocatalog') ?? '') === '' ? catalog(cloud.services) : [],
        expires_at: microseconds(expiresAt),
        issued_at: microseconds(now),
        methods: ['password'],
        ...(project
          ? { project: { domain: named(tenant.domain), ...named(project) } }
          : { domain: named(tenant.domain) }),
        roles: [{ id: '0', name: 'te_admin' }],
        user: {
          domain: named(tenant.domain),
          id: userId(tenant, known.name),
          name: known.name,
          password_expires_at: '',
        },
      },
    },
  };
}

type Scope = z.infer<typeof tokenRequest>['auth']['scope'];

/** Without a scope the token is for the user's domain. Undefined: the scope names what the tenant does not have. */
function findScope(tenant: Tenant, scope: Scope): { readonly project: Named | undefined } | undefined {
  if (scope?.project) {
    const project = tenant.projects.find(matches(scope.project));
    return project && { project };
  }
  return scope?.domain && !matches(scope.domain)(tenant.domain) ? undefined : { project: undefined };
}

function matches(wanted: { readonly id?: string | undefined; readonly name?: string | undefined }) {
  return ({ id, name }: Named): boolean => (wanted.id === undefined ? wanted.name === name : wanted.id === id);
}

function named({ id, name }: Named): { readonly id: string; readonly name: string } {
  return { id, name };
}

function userId({ domain }: Tenant, name: string): string {
  return Buffer.from(`${name}${domain.id}`).toString('hex').slice(0, 32).padEnd(32, '0');
}

function catalog(services: readonly string[]): Json {
  return services.map((name, index) => ({ endpoints: [], id: String(index), name, type: name.toLowerCase() }));
}

/** `2020-01-04T09:05:22.701000Z` */
function microseconds(instant: number): string {
  return new Date(instant).toISOString().replace('Z', '000Z');
}

/** IAM has a shape of its own, with a number for a code. */
export function iamError(code: number, message: string, title: string): SimulatedReply {
  return { status: code, body: { error: { code, message, title } } };
}
