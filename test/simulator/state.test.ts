import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/base/logger.js';
import { openStateFile } from '../../src/simulator/state-file.js';
import type { SimulatedTask } from '../../src/simulator/simulated-service.js';
import { ManualClock } from '../support/manual-clock.js';
import { PROJECT, send, startSimulator } from './start-simulator.js';

let folder: string;
let stateFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  stateFile = join(folder, 'deeper', 'state.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true }));

function task(id: string, changes: Partial<SimulatedTask> = {}): SimulatedTask {
  return {
    service: 'TOY',
    projectId: PROJECT,
    id,
    createdAt: 1,
    waitMs: 2,
    runMs: 3,
    outcome: 'done',
    fields: { id },
    ...changes,
  };
}

/** Opens, does, and leaves without closing: what a kill does. */
function openAndLeave(use: (state: ReturnType<typeof openStateFile>) => void): void {
  use(openStateFile(stateFile, silentLogger));
}

const kept = (): readonly SimulatedTask[] => openStateFile(stateFile, silentLogger).tasks;

describe('the state of the simulator', () => {
  it('survives a restart, tokens and running tasks included', async () => {
    const clock = new ManualClock();
    const first = await startSimulator({ stateFile, clock });
    const [stays, goes, hurried] = first.simulator.control.createTasks({ service: 'TOY', count: 3, runMs: 60_000 });
    first.simulator.control.forget('TOY', goes!.id);
    first.simulator.control.hurry('TOY', hurried!.id);
    const user = { domain: { name: 'corp' }, name: 'bot', password: 'right' };
    const body = JSON.stringify({
      auth: { identity: { methods: ['password'], password: { user } }, scope: { project: { id: PROJECT } } },
    });
    const issued = await first.call('/v3/auth/tokens', { method: 'POST', headers: {}, body });
    const before = first.simulator.control.tasks();
    await first.simulator.close();

    const second = await startSimulator({ stateFile, clock });
    expect(second.simulator.control.tasks()).toEqual(before);
    expect(before.map(({ id, phase }) => [id, phase])).toEqual([
      [stays!.id, 'waiting'],
      [hurried!.id, 'ended'],
    ]);
    const headers = { 'X-Auth-Token': String(issued.headers['x-subject-token']) };
    expect((await second.call(`/v1/${PROJECT}/toys`, { headers })).status).toBe(200);
    const [fresh] = second.simulator.control.createTasks({ service: 'TOY' });
    expect([stays!.id, goes!.id, hurried!.id]).not.toContain(fresh!.id);
  });

  it('is complete without ever being closed', () => {
    openAndLeave((state) => {
      state.put(task('a'));
      state.put(task('b'));
      state.put(task('a', { outcome: 'broken' }));
      state.remove('TOY', 'b');
    });
    expect(kept()).toEqual([task('a', { outcome: 'broken' })]);
  });

  it('loses no answered request to a kill -9', async () => {
    const script = `
      import { createSimulator } from './src/simulator/simulator.ts';
      import { toyService } from './test/simulator/toy-service.ts';
      import { systemClock } from './src/base/clock.ts';
      import { silentLogger } from './src/base/logger.ts';
      const simulator = createSimulator({ services: [toyService], stateFile: ${JSON.stringify(stateFile)}, seed: 's',
        clock: systemClock, logger: silentLogger });
      process.stdout.write((await simulator.listen()).url);`;
    const child = spawn(
      process.execPath,
      ['--import', '@swc-node/register/esm-register', '--input-type=module', '--eval', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = new Promise((resolve) => child.once('close', resolve));
    const url = await Promise.race([
      new Promise<string>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(text.toString()))),
      exited.then(() => Promise.reject(new Error('the simulator did not start'))),
    ]);
    const made: string[] = [];
    const makeMany = async (): Promise<void> => {
      for (;;) {
        const answer = await send(url, '/__sim/tasks', { method: 'POST', body: '{"service":"TOY"}' });
        const { tasks } = answer.json() as { tasks: readonly SimulatedTask[] };
        made.push(...tasks.map(({ id }) => id));
        if (made.length === 40) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled([makeMany(), makeMany()]);
    child.kill('SIGKILL');
    await exited;
    expect(made.length).toBeGreaterThanOrEqual(40);
    expect(kept().map(({ id }) => id)).toEqual(expect.arrayContaining(made));
  });

  it('leaves out a line that was torn, wherever it was torn', () => {
    openAndLeave((state) => state.put(task('a')));
    const whole = readFileSync(stateFile, 'utf8');
    const line = `${JSON.stringify({ op: 'put', task: task('torn') })}\n`;
    for (let length = 1; length < line.length - 1; length += 7) {
      writeFileSync(stateFile, whole + line.slice(0, length));
      expect(kept()).toEqual([task('a')]);
    }
    writeFileSync(stateFile, whole + line);
    expect(kept()).toEqual([task('a'), task('torn')]);
  });

  it('goes on after a torn line as if it had not been', () => {
    openAndLeave((state) => state.put(task('a')));
    appendFileSync(stateFile, '{"op":"put","task":{"ser');
    openAndLeave((state) => state.put(task('b')));
    expect(kept()).toEqual([task('a'), task('b')]);
  });

  it('is rewritten without the dead lines at the start, and when they outnumber the living', () => {
    openAndLeave((state) => {
      for (let round = 0; round < 1_000; round++) state.put(task('a', { runMs: round }));
    });
    const grown = readFileSync(stateFile).length;
    expect(kept()).toEqual([task('a', { runMs: 999 })]);
    expect(readFileSync(stateFile).length).toBeLessThan(grown / 100);

    openAndLeave((state) => {
      for (let round = 0; round <= 20_000; round++) state.put(task('a', { runMs: round }));
    });
    expect(readFileSync(stateFile).length).toBeLessThan(1_000);
    expect(kept()).toEqual([task('a', { runMs: 20_000 })]);
  });

  it('counts how often it was opened, and takes an empty file for a new one', () => {
    const opened = () => openStateFile(stateFile, silentLogger).opened;
    expect([opened(), opened(), opened()]).toEqual([0, 1, 2]);
    writeFileSync(stateFile, '');
    expect(opened()).toBe(0);
  });

  it.each(['{"name":"package"}\n', 'SQLite format 3\0', 'words\nmore\n'])(
    'leaves a file alone that is not its own: %j',
    (text) => {
      openAndLeave(() => undefined);
      writeFileSync(stateFile, text);
      expect(() => openStateFile(stateFile, silentLogger)).toThrow(`${stateFile} is not a state file of the simulator`);
      expect(readFileSync(stateFile, 'utf8')).toBe(text);
    },
  );
});
