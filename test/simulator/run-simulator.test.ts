import { silentLogger } from '../../src/base/logger.js';
import { runSimulator, type RunOptions } from '../../src/simulator/run-simulator.js';
import { ManualClock } from '../support/manual-clock.js';
import { send } from './start-simulator.js';
import { toyService } from './toy-service.js';

function options(changes: Partial<RunOptions> = {}) {
  const lines: string[] = [];
  const clock = new ManualClock();
  const base = { services: [toyService], port: 0, stateFile: null, clock, logger: silentLogger };
  return { lines, clock, options: { ...base, say: (line: string) => void lines.push(line), ...changes } };
}

describe('the simulator run alone', () => {
  it('says where it listens and what it accepts, and accepts it', async () => {
    const { lines, options: alone } = options();
    const { url, close } = await runSimulator(alone);
    const text = lines.join('\n');
    expect(text).toContain(url);
    const [, projectId = ''] = /project +([0-9a-f]{32})/.exec(text) ?? [];
    const [, token = ''] = /token +(\S+)/.exec(text) ?? [];
    const answer = await send(url, `/v1/${projectId}/toys`, { headers: { 'X-Auth-Token': token } });
    expect([answer.status, answer.json()]).toEqual([200, { toys: [] }]);
    await close();
  });

  it('is still unless it is asked to live', async () => {
    const still = options();
    const first = await runSimulator(still.options);
    await still.clock.advance(60_000);
    expect(first.simulator.world.tasks.size).toBe(0);
    await first.close();

    const lively = options({ life: true });
    const second = await runSimulator({ ...lively.options, clock: lively.clock });
    await lively.clock.advance(60_000);
    expect(second.simulator.world.tasks.size).toBeGreaterThan(30);
    await second.close();
    expect(lively.clock.pendingTimers).toBe(0);
  });

  it('lets go of everything when its port is taken', async () => {
    const first = await runSimulator(options().options);
    const port = Number(new URL(first.url).port);
    await expect(runSimulator(options({ port }).options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
  });
});
