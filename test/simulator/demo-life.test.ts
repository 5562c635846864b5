import { createDemoLife } from '../../src/simulator/demo-life.js';
import { createRandom } from '../../src/simulator/random.js';
import { endOf, phaseOf, type SimulatedTask } from '../../src/simulator/simulated-service.js';
import { openStateFile } from '../../src/simulator/state-file.js';
import { createWorld } from '../../src/simulator/world.js';
import { silentLogger } from '../../src/base/logger.js';
import { ManualClock } from '../support/manual-clock.js';
import { PROJECT } from './start-simulator.js';
import { toyService } from './toy-service.js';

const second = { ...toyService, service: 'SECOND', create: createSecond };

function createSecond(...[world, wish]: Parameters<typeof toyService.create>): SimulatedTask {
  const task = {
    ...toyService.create({ ...world, tasks: { ...world.tasks, add: () => undefined } }, wish),
    service: 'SECOND',
  };
  world.tasks.add(task);
  return task;
}

function demo() {
  const clock = new ManualClock();
  const random = createRandom('life');
  const world = createWorld({ clock, random, state: openStateFile(null, silentLogger) });
  const announced: SimulatedTask[] = [];
  const life = createDemoLife({
    ...{ world, clock, projectId: PROJECT, services: [toyService, second], random: () => random.next() },
    announce: (task) => announced.push(task),
  });
  const inPhase = (phase: string) => world.tasks.all().filter((task) => phaseOf(task, clock.now()) === phase);
  return { clock, world, life, announced, inPhase };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the life of the demo', () => {
  it('begins with a history of all services, with ends of every kind', () => {
    const { life, inPhase, world, announced, clock } = demo();
    life.start();
    expect(world.tasks.size).toBe(25);
    expect(announced).toHaveLength(25);
    const ended = inPhase('ended');
    expect(ended.length).toBeGreaterThan(20);
    expect(new Set(ended.map(({ service }) => service))).toEqual(new Set(['TOY', 'SECOND']));
    expect(new Set(ended.map(({ outcome }) => outcome))).toEqual(new Set(['done', 'broken']));
    expect(
      world.tasks.all().every(({ createdAt }) => createdAt <= clock.now() && createdAt > clock.now() - 2 * HOUR),
    ).toBe(true);
    life.stop();
  });

  it('makes no second history of a world that has one', async () => {
    const { life, world } = demo();
    life.start();
    life.stop();
    life.start();
    expect(world.tasks.size).toBe(25);
    life.stop();
  });

  it('lets a task appear every few seconds, of each service in turn', async () => {
    const { life, announced, clock } = demo();
    life.start();
    await clock.advance(10 * MINUTE);
    const born = announced.slice(25);
    expect(born.length).toBeGreaterThan(70);
    expect(born.length).toBeLessThan(150);
    const gaps = born.slice(1).map((task, index) => task.createdAt - born[index]!.createdAt);
    expect(Math.max(...gaps)).toBeLessThan(12_000);
    expect(born.filter(({ service }) => service === 'TOY').length).toBeCloseTo(born.length / 2, -1);
    const lengths = born.map((task) => endOf(task) - task.createdAt);
    expect(Math.min(...lengths)).toBeGreaterThan(5_000);
    expect(Math.max(...lengths)).toBeLessThan(5 * MINUTE);
    life.stop();
  });

  it('keeps few tasks open and forgets old ones, so that nothing grows', async () => {
    const { life, world, clock, inPhase } = demo();
    life.start();
    for (let hour = 0; hour < 4; hour++) {
      await clock.advance(HOUR);
      expect(inPhase('ended').length).toBeLessThanOrEqual(1_020);
      expect(world.tasks.size - inPhase('ended').length).toBeLessThanOrEqual(40);
      expect(world.tasks.size - inPhase('ended').length).toBeGreaterThan(0);
    }
    expect(Math.min(...world.tasks.all().map(endOf))).toBeGreaterThan(clock.now() - 3 * HOUR - MINUTE);
    life.stop();
  });

  it('leaves no timer behind when it is stopped', async () => {
    const { life, clock, world } = demo();
    life.start();
    await clock.advance(MINUTE);
    life.stop();
    expect(clock.pendingTimers).toBe(0);
    const { size } = world.tasks;
    await clock.advance(HOUR);
    expect(world.tasks.size).toBe(size);
  });
});
