import { systemClock } from '../base/clock.js';
import { createLogger } from '../base/logger.js';
import { runSimulator } from '../simulator/run-simulator.js';
import { sources } from '../sources/registry.js';

export interface SimulateOptions {
  readonly port: number;
  readonly stateFile: string | null;
  readonly say: (line: string) => void;
}

/** Serves every simulated upstream on one port, until a signal comes. */
export async function simulate({ port, stateFile, say }: SimulateOptions): Promise<void> {
  const services = await Promise.all(sources.map((source) => source.simulate()));
  const running = await runSimulator({
    services,
    port,
    stateFile,
    clock: systemClock,
    logger: createLogger('warn'),
    say,
  });
  const stop = (): void => void running.close();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
