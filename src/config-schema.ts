import { z } from 'zod';
import { Secret } from './base/secret.js';
import { ACCOUNT_NAME } from './task/task-id.js';

/** The configuration file, key by key (contract: running.md). Unknown keys are refused; defaults stand here. */

const seconds = z
  .number()
  .positive()
  .max(86_400 * 365);
const days = z.number().positive().max(36_500);
const text = z.string().min(1);
const secret = text.transform((value) => new Secret(value));
const url = z.url({ protocol: /^https?$/ });

const server = z.strictObject({
  host: text.default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(4000),
  allowedOrigins: z.array(url).default([]),
  introspection: z.boolean().optional(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).optional(),
  metrics: z.enum(['key', 'everybody']).default('key'),
  trustProxy: z.union([z.boolean(), text, z.array(text)]).default(false),
  graphiql: z.boolean().optional(),
  drainSeconds: z.number().min(0).max(3600).default(20),
});

const store = z.strictObject({
  url: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'must be sqlite:FILE or postgres://…')
    .default('sqlite:data/taskgate.db'),
  retentionDays: days.default(7),
  finishedDays: days.default(90),
});

const polling = z.strictObject({
  youngSeconds: seconds.default(1),
  watchedSeconds: seconds.default(10),
  unwatchedSeconds: seconds.default(30),
  requestsPerSecond: z.number().positive().max(100_000).default(10),
  discoverSeconds: z.number().min(0).max(86_400).default(30),
});

const auth = z.union(
  [
    z.strictObject({ accessKey: secret, secretKey: secret }),
    z.strictObject({ domain: text, user: text, password: secret }),
    z.strictObject({ token: secret }),
  ],
  { error: 'must have accessKey and secretKey, or domain, user and password, or token' },
);

const accountName = z
  .string()
  .regex(ACCOUNT_NAME, 'must be 1 to 63 of A-Z a-z 0-9 . _ -, beginning with a letter or digit');

function account(services: readonly [string, ...string[]]) {
  return z.strictObject({
    name: accountName,
    region: z.string().regex(/^[a-z0-9-]{2,63}$/, 'must be a region such as cn-north-4'),
    projectId: z.string().regex(/^[A-Za-z0-9]{32,64}$/, 'must be 32 to 64 letters and digits'),
    auth,
    services: z.array(z.enum(services)).min(1).optional(),
    endpoints: z.partialRecord(z.enum([...services, 'IAM']), url).default({}),
  });
}

const clients = z.strictObject({
  apiKeys: z
    .array(
      z.strictObject({
        name: text,
        keySha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
        role: z.enum(['reader', 'operator', 'admin', 'metrics']),
        accounts: z.array(accountName).optional(),
      }),
    )
    .default([]),
  jwt: z
    .strictObject({
      issuer: text,
      audience: text,
      jwksUri: url.optional(),
      secret: z
        .string()
        .min(32, 'must have at least 32 characters')
        .transform((value) => new Secret(value))
        .optional(),
      accountsClaim: text.default('taskgate_accounts'),
      roleClaim: text.default('taskgate_role'),
    })
    .refine((jwt) => (jwt.jwksUri === undefined) !== (jwt.secret === undefined), 'needs either jwksUri or secret')
    .optional(),
});

const count = z.int().min(1).max(1_000_000_000);

/** What one operation, one principal and one socket may ask for. */
const limits = z.strictObject({
  depth: count.default(15),
  aliases: count.default(50),
  tokens: count.default(5000),
  ids: count.default(200),
  cost: count.default(10_000),
  bodyBytes: count.default(256 * 1024),
  mutationBodyBytes: count.default(13 * 1024 * 1024),
  requestsPerSecond: count.default(1000),
  costPerSecond: count.default(1_000_000),
  socketsPerPrincipal: count.default(20_000),
  subscriptionsPerSocket: count.default(100),
  requestsInFlight: count.default(2000),
});

/** A list of documents made by codegen, `{ "<hash>": "<text>" }`. */
const trustedDocuments = z.strictObject({ file: text, mode: z.enum(['off', 'log', 'enforce']).default('enforce') });

const tracing = z.strictObject({
  endpoint: url.describe('Where spans are sent by OTLP over HTTP; without a path /v1/traces is meant.'),
  headers: z.record(z.string(), secret).default({}).describe('Sent with them, such as authorization: ${OTLP_TOKEN}.'),
  serviceName: text.default('taskgate').describe('What the traces call this gateway.'),
  sampleRatio: z.number().min(0).max(1).default(1).describe('How many traces are recorded: 1 all, 0.1 one in ten.'),
  propagateUpstream: z.boolean().default(false).describe('Whether upstreams are told of the trace by traceparent.'),
});

/** @param services the names that `services` and `endpoints` of an account may use */
export function configSchema(services: readonly [string, ...string[]]) {
  return z.strictObject({
    server: server.prefault({}),
    store: store.prefault({}),
    cluster: z.strictObject({ redis: z.string().regex(/^rediss?:\/\/.+/, 'must be redis://…') }).optional(),
    polling: polling.prefault({}),
    limits: limits.prefault({}),
    accounts: z.array(account(services)).min(1),
    clients: clients.optional(),
    trustedDocuments: trustedDocuments.optional(),
    tracing: tracing.optional().describe('OpenTelemetry traces of requests, polls and events; left out: none.'),
  });
}

export type Config = z.output<ReturnType<typeof configSchema>>;
export type AccountConfig = Config['accounts'][number];
