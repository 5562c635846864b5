import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { createAccessCheck } from './access.js';
import { createControlRoutes } from './control-routes.js';
import { createControl, type SimulatorControl } from './control.js';
import { createFaultBook } from './faults.js';
import { createFront, type Published } from './front.js';
import { IAM_PATH, issueToken } from './iam.js';
import { createRandom, type Random } from './random.js';
import { createRequestLog } from './request-log.js';
import { createRouter } from './router.js';
import { DEFAULT_SETTINGS, type Settings } from './settings.js';
import type { SimulatedRoute, SimulatedService } from './simulated-service.js';
import { openStateFile } from './state-file.js';
import { checkTenants, DEMO_TENANT, type Tenant } from './tenants.js';
import { createTokens } from './tokens.js';
import { createWorld, type PersistentWorld } from './world.js';

export interface SimulatorOptions {
  readonly services: readonly SimulatedService[];
  /** 0 by default: any free port. */
  readonly port?: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** Where the tasks are kept across restarts; null keeps them in memory only. */
  readonly stateFile: string | null;
  /** Ids, outcomes and durations follow from it. */
  readonly seed: string;
  /** `DEMO_TENANT` alone by default. */
  readonly tenants?: readonly Tenant[];
  readonly settings?: Partial<Settings>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Simulator {
  /** @throws the system's error when the port cannot be had (`EADDRINUSE`) */
  listen(): Promise<{ readonly url: string }>;
  /** Cuts every connection, hanging ones too. */
  close(): Promise<void>;
  readonly world: PersistentWorld;
  readonly control: SimulatorControl;
  readonly tenants: readonly Tenant[];
}

/** Larger than Node's default, because real tokens are several KiB long and come twice in some requests. */
const LONGEST_HEADERS = 128 * 1024;

/**
 * The fake cloud: IAM and all the given services on one port, with the paths that they have upstream.
 *
 * @throws when the state file is not one, when two routes are the same, or when tenants share an id or a credential
 */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { services, clock, logger, seed, tenants = [DEMO_TENANT] } = options;
  checkTenants(tenants);
  const router = createRouter(publish(services, () => iam));

  const state = openStateFile(options.stateFile, logger);
  const run = `${seed} ${state.opened}`;
  const world = createWorld({ clock, random: createRandom(`world ${run}`), state });
  const chance = createRandom(`chance ${run}`);
  const requestIds = createRandom(`requests ${run}`);
  const settings = { current: { ...DEFAULT_SETTINGS, ...options.settings } };
  const tokens = createTokens(seed, state.opened);
  const faults = createFaultBook({ now: () => clock.now(), random: () => chance.next() });
  const log = createRequestLog();
  const control = createControl({ services, tenants, world, faults, log, tokens, settings });
  const skewedNow = (): number => clock.now() + settings.current.clockSkewMs;

  const iam: SimulatedRoute['handle'] = (request) =>
    issueToken(request, {
      tenants,
      tokens,
      settings: settings.current,
      services: services.map(({ service }) => service),
      now: skewedNow(),
    });

  const server = createServer(
    { maxHeaderSize: LONGEST_HEADERS },
    createFront({
      router,
      checkAccess: createAccessCheck({ tenants, tokens, settings: () => settings.current, now: skewedNow }),
      faults,
      log,
      world,
      settings: () => settings.current,
      control: createControlRoutes(control, services),
      newRequestId: () => requestIds.id('hex'),
      otherId: (id) => (id.includes('-') ? chance.id('uuid') : chance.id('hex')),
      clock,
      logger,
    }),
  );

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) =>
    refuseUnreadable(error, socket, requestIds),
  );

  return {
    world,
    control,
    tenants,
    async listen() {
      const { port = 0, host = '127.0.0.1' } = options;
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      const address = server.address() as AddressInfo;
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      return { url: `http://${name}:${address.port}` };
    },
    async close() {
      if (server.listening) {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
      }
      state.close();
    },
  };
}

function publish(
  services: readonly SimulatedService[],
  iam: () => SimulatedRoute['handle'],
): readonly { readonly method: string; readonly path: string; readonly target: Published }[] {
  const token: SimulatedRoute = {
    method: 'POST',
    path: IAM_PATH,
    handle: (request, world) => iam()(request, world),
  };
  const published: readonly Published[] = [
    { service: 'IAM', route: token, open: true },
    ...services.flatMap(({ service, routes }) => routes.map((route) => ({ service, route, open: false }))),
  ];
  return published.map((target) => ({ method: target.route.method, path: target.route.path, target }));
}

/** What cannot be read as HTTP is answered as the front gateway does. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex, ids: Random): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '494 Request Header Too Large' : '400 Bad Request';
  const id = ids.id('hex');
  const body = JSON.stringify({ error_code: 'APIGW.0201', error_msg: 'Bad request', request_id: id });
  const headers = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nX-Request-Id: ${id}`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\nConnection: close\r\n\r\n${body}`);
}
