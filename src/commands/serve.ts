import { MessageChannel } from 'node:worker_threads';
import { createApp, type App } from '../app.js';
import { systemClock } from '../base/clock.js';
import { createLogger, type Logger } from '../base/logger.js';
import { ConfigError, type Config, type Environment } from '../config.js';
import { LOG_LEVELS } from '../config-schema.js';
import { sources } from '../sources/registry.js';
import { parseProxies } from '../upstream/proxy.js';
import { startDemo, type Demo } from './demo.js';
import { demoAccess } from './first-key.js';

export interface ServeOptions {
  /** Reads the configuration afresh; left out for the demo. */
  readonly load: (() => Config) | undefined;
  readonly environment: Environment;
  /** The current folder. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

const DEMO_PORT = 4000;
/** After the drain, what still holds the process is let go by force. */
const PATIENCE_AFTER_DRAIN_MS = 4_000;

/** Serves until a signal comes. The first log line says where. */
export async function serve({ load, environment, folder, say }: ServeOptions): Promise<void> {
  const clock = systemClock;
  const random = (): number => Math.random();
  const configured = load?.();
  const proxyFor = parseProxies(environment);
  const logger = createLogger(logLevelOf(environment) ?? configured?.server.logLevel ?? 'info');

  // Nothing is logged before the address is.
  const quiet = logger.child({}, { level: 'warn' });
  let demo: Demo | undefined;
  if (!configured) {
    const port = demoPortOf(environment);
    const access = environment['TASKGATE_GENERATE_KEY'] ? demoAccess(folder, say) : undefined;
    demo = await startDemo({ definitions: sources, folder, port, access, clock, logger: quiet, random });
  }
  const config = configured ?? demo?.config;
  if (!config) throw new Error('There is no configuration');

  let app: App;
  try {
    app = await createApp({ config, definitions: sources, clock, random, logger, proxyFor, startLogger: quiet });
    const { url } = await app.listen();
    demo?.begin(url);
    say(`Taskgate is at ${url}${demo ? ' (demo on built-in simulated upstreams; GraphiQL at /graphiql)' : ''}`);
    if (!config.clients) say('No clients are configured: no login, and only this machine can reach it');
  } catch (error) {
    await demo?.close();
    throw error;
  }

  const closeAll = async (drainMs: number): Promise<void> => {
    await app.close(drainMs);
    await demo?.close();
  };
  onSignals(closeAll, () => app.drainMs(), logger);
  if (load) process.on('SIGHUP', () => void reload(app, load, logger));
}

function logLevelOf({ TASKGATE_LOG_LEVEL: level }: Environment): string | undefined {
  if (level === undefined || level === '') return undefined;
  if (LOG_LEVELS.some((known) => known === level)) return level;
  throw new Error(`The environment variable TASKGATE_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
}

function demoPortOf({ TASKGATE_PORT: port }: Environment): number {
  if (port === undefined || port === '') return DEMO_PORT;
  if (/^\d+$/.test(port) && Number(port) <= 65_535) return Number(port);
  throw new Error('The environment variable TASKGATE_PORT must be 0 to 65535');
}

function onSignals(close: (drainMs: number) => Promise<void>, drain: () => number, logger: Logger): void {
  let closing = false;
  const stop = (signal: string): void => {
    // A second signal means: now.
    if (closing) process.exit(1);
    closing = true;
    const drainMs = drain();
    // Timers hold no process, and what is still to be written waits for some.
    const { port1: hold } = new MessageChannel();
    hold.on('message', () => undefined);
    logger.info({ signal }, 'shutting down');
    systemClock.setTimer(drainMs + PATIENCE_AFTER_DRAIN_MS, () => process.exit(0));
    close(drainMs)
      .then(
        () => logger.info('shut down'),
        (error: unknown) => {
          logger.error({ err: error }, 'shut down badly');
          process.exitCode = 1;
        },
      )
      .finally(() => hold.close());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** A bad new file changes nothing, and says why. */
async function reload(app: App, load: () => Config, logger: Logger): Promise<void> {
  try {
    const waiting = await app.reload(load());
    logger.info('configuration reloaded');
    if (waiting.length > 0) logger.warn({ keys: waiting }, 'keys that change with a restart');
  } catch (error) {
    const problems =
      error instanceof ConfigError ? error.problems : [error instanceof Error ? error.message : 'unknown'];
    logger.error({ problems }, 'configuration not reloaded');
  }
}
