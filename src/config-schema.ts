import { z } from 'zod';
import { Secret } from './base/secret.js';
import { ACCOUNT_NAME } from './task/task-id.js';

/**
 * The configuration file, key by key (contract: running.md). Unknown keys are refused; defaults stand here. So do the
 * descriptions, which editors show: `schema/taskgate.schema.json` is made of this, and a test fails when it is older.
 */

const seconds = z
  .number()
  .positive()
  .max(86_400 * 365);
const days = z.number().positive().max(36_500);
const text = z.string().min(1);
const secret = text.transform((value) => new Secret(value));
const url = z.url({
  protocol: /^https?$/,
  error: ({ code }) => (code === 'invalid_format' ? 'must be a URL of http:// or https://' : undefined),
});
/** Sent as a header, or as a part of one. */
const sentSecret = text
  .regex(/^[\x21-\x7e]*$/, 'must be ASCII without blanks and line breaks')
  .transform((value) => new Secret(value));
/** Paths are put behind it. */
const endpoint = url.refine(
  (value) => !URL.canParse(value) || isBare(new URL(value)),
  'must have no user, password, query or fragment',
);
const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header');
const headerValue = text.regex(/^[\t\x20-\x7e]*$/, 'must be one line of ASCII').transform((value) => new Secret(value));

function isBare({ username, password, search, hash }: URL): boolean {
  return username + password + search + hash === '';
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const server = z.strictObject({
  host: text.default('127.0.0.1').describe('Address to bind; without clients only a loopback one is accepted.'),
  port: z.int().min(0).max(65_535).default(4000).describe('0 picks a free one; the first log line tells which.'),
  allowedOrigins: z
    .array(url)
    .default([])
    .describe('Origins of web pages that may call the gateway; its own is always allowed.'),
  introspection: z
    .boolean()
    .optional()
    .describe('Whether everybody may introspect; an admin always may. On by default in the demo only.'),
  logLevel: z.enum(LOG_LEVELS).optional().describe('TASKGATE_LOG_LEVEL goes before it; info by default.'),
  metrics: z
    .enum(['key', 'everybody'])
    .default('key')
    .describe('Who may read /metrics once clients are configured: keys of the role metrics or admin, or everybody.'),
  trustProxy: z
    .union([z.boolean(), text, z.array(text)])
    .default(false)
    .describe('Addresses or networks whose X-Forwarded-* headers are believed; true believes everybody.'),
  graphiql: z.boolean().optional().describe('Serves GraphiQL at /graphiql. On by default in the demo only.'),
  drainSeconds: z
    .number()
    .min(0)
    .max(3600)
    .default(20)
    .describe('How long subscribers are sent elsewhere before the process ends.'),
});

export const storeSchema = z.strictObject({
  url: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'must be sqlite:FILE or postgres://…')
    .default('sqlite:data/taskgate.db')
    .describe('sqlite:FILE, relative to this file, or postgres://user:${PGPASSWORD}@host/database.'),
  retentionDays: days.default(7).describe('How long changes are kept for subscribers that resume.'),
  finishedDays: days.default(90).describe('How long finished tasks are kept.'),
});

const polling = z.strictObject({
  youngSeconds: seconds.default(1).describe('Between two polls of a task that has just begun.'),
  watchedSeconds: seconds.default(10).describe('At most between two polls of a task that somebody follows.'),
  unwatchedSeconds: seconds.default(30).describe('At most between two polls of a task that nobody follows.'),
  requestsPerSecond: z
    .number()
    .positive()
    .max(100_000)
    .default(10)
    .describe('Upstream requests, per account and service.'),
  discoverSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(30)
    .describe('How often upstream lists are looked through for tasks that were started elsewhere; 0 is never.'),
});

const auth = z.union(
  [
    z.strictObject({
      accessKey: sentSecret.describe('Access key id; requests are signed with the pair.'),
      secretKey: secret.describe('Write ${HW_SK} and keep it in the environment.'),
    }),
    z.strictObject({
      domain: text.describe('Account (domain) name of the IAM user.'),
      user: text.describe('Name of the IAM user; its tokens are renewed before they end.'),
      password: secret.describe('Write ${HW_PASSWORD} and keep it in the environment.'),
    }),
    z.strictObject({ token: sentSecret.describe('A fixed IAM token; it is not renewed.') }),
  ],
  { error: 'must have accessKey and secretKey, or domain, user and password, or token' },
);

const accountName = z
  .string()
  .regex(ACCOUNT_NAME, 'must be 1 to 63 of A-Z a-z 0-9 . _ -, beginning with a letter or digit');

function account(services: readonly [string, ...string[]]) {
  return z.strictObject({
    name: accountName.describe('What tasks, keys and rights call this account.'),
    region: z
      .string()
      .regex(/^[a-z0-9-]{2,63}$/, 'must be a region such as cn-north-4')
      .describe('Such as cn-north-4.'),
    projectId: z
      .string()
      .regex(/^[A-Za-z0-9]{32,64}$/, 'must be 32 to 64 letters and digits')
      .describe('Id of the project of that region.'),
    auth: auth.describe('An access key pair, an IAM user, or a token.'),
    services: z.array(z.enum(services)).min(1).optional().describe('All by default.'),
    endpoints: z
      .partialRecord(z.enum([...services, 'IAM']), endpoint)
      .default({})
      .describe('Base URLs by service; the public hosts of the region by default.'),
  });
}

const clients = z.strictObject({
  apiKeys: z
    .array(
      z.strictObject({
        name: text.describe('Shown in logs in place of the key.'),
        keySha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
          .describe('The output of: printf %s "$KEY" | sha256sum'),
        role: z
          .enum(['reader', 'operator', 'admin', 'metrics'])
          .describe(
            'reader queries; operator starts tasks too; admin sees every account; metrics reads /metrics only.',
          ),
        accounts: z.array(accountName).optional().describe('What a reader or an operator sees.'),
      }),
    )
    .default([])
    .describe('Keys that clients send as Authorization: Bearer KEY.'),
  jwt: z
    .strictObject({
      issuer: text.describe('The iss claim that is accepted.'),
      audience: text.describe('The aud claim that is accepted.'),
      jwksUri: url.optional().describe('Where the public keys of the issuer are.'),
      secret: z
        .string()
        .min(32, 'must have at least 32 characters')
        .transform((value) => new Secret(value))
        .optional()
        .describe('Of HS256, in place of jwksUri.'),
      accountsClaim: text.default('taskgate_accounts').describe('The claim that lists accounts.'),
      roleClaim: text.default('taskgate_role').describe('The claim that names the role; without it: reader.'),
    })
    .refine((jwt) => (jwt.jwksUri === undefined) !== (jwt.secret === undefined), 'needs either jwksUri or secret')
    .optional()
    .describe('JSON Web Tokens of an identity provider; exp is mandatory.'),
});

const count = z.int().min(1).max(1_000_000_000);

/** What one operation, one principal and one socket may ask for. */
const limits = z.strictObject({
  depth: count.default(15).describe('Levels of fields in an operation.'),
  aliases: count.default(50).describe('Aliases in an operation.'),
  tokens: count.default(5000).describe('Lexical tokens in a document.'),
  ids: count.default(200).describe('Ids in one list.'),
  cost: count.default(10_000).describe('Cost of one operation.'),
  bodyBytes: count.default(256 * 1024).describe('Of a request.'),
  mutationBodyBytes: count.default(13 * 1024 * 1024).describe('Of a request of those who may run mutations.'),
  requestsPerSecond: count.default(1000).describe('Per principal.'),
  costPerSecond: count.default(1_000_000).describe('Per principal.'),
  socketsPerPrincipal: count.default(20_000).describe('Open at once.'),
  subscriptionsPerSocket: count.default(100).describe('Open at once.'),
  requestsInFlight: count.default(2000).describe('Of everybody together; more are answered 503.'),
});

/** A list of documents made by codegen, `{ "<hash>": "<text>" }`. */
const trustedDocuments = z.strictObject({
  file: text.describe('The list, relative to this file.'),
  mode: z
    .enum(['off', 'log', 'enforce'])
    .default('enforce')
    .describe('enforce refuses other documents, log tells of them, off does nothing.'),
});

const tracing = z.strictObject({
  endpoint: url.describe('Where spans are sent by OTLP over HTTP; without a path /v1/traces is meant.'),
  headers: z
    .record(headerName, headerValue)
    .default({})
    .describe('Sent with them, such as authorization: ${OTLP_TOKEN}.'),
  serviceName: text.default('taskgate').describe('What the traces call this gateway.'),
  sampleRatio: z.number().min(0).max(1).default(1).describe('How many traces are recorded: 1 all, 0.1 one in ten.'),
  propagateUpstream: z.boolean().default(false).describe('Whether upstreams are told of the trace by traceparent.'),
});

/** @param services the names that `services` and `endpoints` of an account may use */
export function configSchema(services: readonly [string, ...string[]]) {
  return z.strictObject({
    server: server.prefault({}).describe('Where and how the gateway serves.'),
    store: storeSchema.prefault({}).describe('Where tasks and their changes are kept.'),
    cluster: z
      .strictObject({
        redis: z
          .string()
          .regex(/^rediss?:\/\/.+/, 'must be redis://…')
          .describe('redis://host:port, or rediss:// for TLS.'),
      })
      .optional()
      .describe('Several gateways on one store; left out for one process. Needs a PostgreSQL store.'),
    polling: polling.prefault({}).describe('How often upstreams are asked.'),
    limits: limits.prefault({}).describe('What one operation, one principal and one socket may ask for.'),
    accounts: z.array(account(services)).min(1).describe('The cloud accounts, each with one project.'),
    clients: clients
      .optional()
      .describe('Who may use the gateway. Left out: no login, and only this machine can reach it.'),
    trustedDocuments: trustedDocuments
      .optional()
      .describe('Only documents of a list made by codegen are executed: { "<hash>": "<text>" }.'),
    tracing: tracing.optional().describe('OpenTelemetry traces of requests, polls and events; left out: none.'),
  });
}

export type Config = z.output<ReturnType<typeof configSchema>>;
export type AccountConfig = Config['accounts'][number];
