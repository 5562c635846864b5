import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { silentLogger } from '../../src/base/logger.js';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.js';
import type { Tenant } from '../../src/simulator/tenants.js';
import { ManualClock } from '../support/manual-clock.js';
import { toyService } from './toy-service.js';

export const PROJECT = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
export const SECOND_PROJECT = 'cccccccccccccccccccccccccccccccc';
export const FOREIGN_PROJECT = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';

export const TENANTS: readonly Tenant[] = [
  {
    domain: { id: 'domain-a', name: 'corp' },
    projects: [
      { id: PROJECT, name: 'cn-north-4' },
      { id: SECOND_PROJECT, name: 'cn-east-3' },
    ],
    users: [{ name: 'bot', password: 'right' }],
    accessKeys: [{ accessKey: 'AKCORP', secretKey: 'sk-corp' }],
    tokens: ['fixed-corp'],
  },
  {
    domain: { id: 'domain-b', name: 'other' },
    projects: [{ id: FOREIGN_PROJECT, name: 'cn-north-4' }],
    users: [],
    accessKeys: [{ accessKey: 'AKTEMP', secretKey: 'sk-temp', securityToken: 'temporary' }],
    tokens: ['fixed-other'],
  },
];

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  /** Whether the body came to its end. */
  readonly complete: boolean;
  json(): Record<string, unknown>;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Started {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  readonly url: string;
  /** With the fixed token of the first tenant, unless headers are given. */
  call(path: string, call?: Call): Promise<Answer>;
  control(method: string, path: string, body?: unknown): Promise<Answer>;
}

const started: Simulator[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((simulator) => simulator.close()));
});

export async function startSimulator(
  options: Partial<SimulatorOptions> & { clock?: ManualClock } = {},
): Promise<Started> {
  const clock = options.clock ?? new ManualClock();
  const simulator = createSimulator({
    services: [toyService],
    stateFile: null,
    seed: 'tests',
    tenants: TENANTS,
    logger: silentLogger,
    ...options,
    clock,
  });
  started.push(simulator);
  const { url } = await simulator.listen();
  const call: Started['call'] = (path, { headers = { 'X-Auth-Token': 'fixed-corp' }, ...rest } = {}) =>
    send(url, path, { headers, ...rest });
  return {
    simulator,
    clock,
    url,
    call,
    control: (method, path, body) =>
      send(url, path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
  };
}

/** One request on a connection of its own. Rejects when the connection ends before the headers. */
export function send(url: string, path: string, { method = 'GET', headers = {}, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = httpRequest(
      { hostname, port, path, method, headers, agent: false, maxHeaderSize: 65_536 },
      (response) => {
        const chunks: Buffer[] = [];
        const finish = (): void => {
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          const json = (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
          resolve({ status, headers: response.headers, text, complete: response.complete, json });
        };
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', finish);
        response.on('end', finish);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

export interface Signing {
  readonly method: string;
  /** What is signed as the path, slash at the end included. */
  readonly signedPath: string;
  readonly signedQuery?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
}

/** The signature as the vendor's page describes it, with every part spelled out by the test. */
export function authorization(signing: Signing): string {
  const {
    method,
    signedPath,
    signedQuery = '',
    headers,
    payload,
    accessKey = 'AKCORP',
    secretKey = 'sk-corp',
  } = signing;
  const names = Object.keys(headers).sort();
  const canonical = [
    method,
    signedPath,
    signedQuery,
    names.map((name) => `${name}:${headers[name]}\n`).join(''),
    names.join(';'),
    payload ?? createHash('sha256').update('').digest('hex'),
  ].join('\n');
  const date = headers['x-sdk-date'] ?? '';
  const toSign = `SDK-HMAC-SHA256\n${date}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signature = createHmac('sha256', secretKey).update(toSign).digest('hex');
  return `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}
