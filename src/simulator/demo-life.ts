import type { Clock, Timer } from '../base/clock.js';
import { endOf, phaseOf, type SimulatedService, type SimulatedTask } from './simulated-service.js';
import type { PersistentWorld } from './world.js';

export interface DemoLife {
  /** Makes a history where there is none, and lets tasks appear until `stop`. */
  start(): void;
  stop(): void;
}

export interface DemoLifeOptions {
  readonly world: PersistentWorld;
  readonly services: readonly SimulatedService[];
  readonly projectId: string;
  readonly clock: Clock;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  /** Told of every task that begins. Upstreams without a list (SFS, APIG) have no other way of making one known. */
  readonly announce?: ((task: SimulatedTask) => void) | undefined;
}

/** On average so long between two new tasks. */
const BETWEEN_TASKS_MS = 6_000;
/** New tasks wait while so many are open. */
const MOST_OPEN = 40;
/** Finished tasks are forgotten when they are older than this, or more than `MOST_FINISHED`; checked every minute. */
const FINISHED_KEPT_MS = 3 * 3_600_000;
const MOST_FINISHED = 1_000;
const TIDY_EVERY_MS = 60_000;

const HISTORY_TASKS = 25;
const HISTORY_MS = 2 * 3_600_000;

/** Keeps the demo alive: tasks of all services appear at a moderate rate, run for seconds to minutes, and end. */
export function createDemoLife(options: DemoLifeOptions): DemoLife {
  const { world, services, projectId, clock, random, announce } = options;
  const timers = new Set<Timer>();
  let running = false;

  const later = (delayMs: number, then: () => void): void => {
    const timer = clock.setTimer(delayMs, () => {
      timers.delete(timer);
      then();
    });
    timers.add(timer);
  };

  /** Each service in its turn, so that even a short look shows all of them. */
  let turn = 0;
  const nextService = (): SimulatedService | undefined => services[turn++ % services.length];

  const begin = (service: SimulatedService, createdAt: number): void => {
    const task = service.create(world, { projectId, createdAt, ...durations(random), ...outcomeOf(service, random) });
    announce?.(task);
  };

  const makeHistory = (): void => {
    for (let number = 0; number < HISTORY_TASKS; number++) {
      const service = nextService();
      const age = HISTORY_MS * ((HISTORY_TASKS - number - random()) / HISTORY_TASKS);
      if (service) begin(service, Math.round(clock.now() - age));
    }
  };

  const live = (): void => {
    const open = ownTasks().filter((task) => phaseOf(task, clock.now()) !== 'ended').length;
    const service = open < MOST_OPEN ? nextService() : undefined;
    if (service) begin(service, clock.now());
    later(BETWEEN_TASKS_MS * (0.4 + 1.2 * random()), live);
  };

  const tidy = (): void => {
    const finished = ownTasks()
      .filter((task) => phaseOf(task, clock.now()) === 'ended')
      .sort((a, b) => endOf(a) - endOf(b));
    const tooMany = finished.length - MOST_FINISHED;
    const old = finished.filter((task, index) => index < tooMany || endOf(task) < clock.now() - FINISHED_KEPT_MS);
    for (const { service, id } of old) world.tasks.remove(service, id);
    later(TIDY_EVERY_MS, tidy);
  };

  const ownTasks = (): readonly SimulatedTask[] =>
    services.flatMap(({ service }) => world.tasks.list(service, projectId));

  return {
    start() {
      if (running || services.length === 0) return;
      running = true;
      if (world.tasks.size === 0) makeHistory();
      later(1_000, live);
      later(TIDY_EVERY_MS, tidy);
    },
    stop() {
      running = false;
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
}

/** Most tasks take some seconds, a few take minutes. */
function durations(random: () => number): { readonly waitMs: number; readonly runMs: number } {
  const long = random() < 0.2;
  const waitMs = 1_000 + 5_000 * random();
  const runMs = long ? 60_000 + 180_000 * random() : 6_000 + 40_000 * random();
  return { waitMs: Math.round(waitMs), runMs: Math.round(runMs) };
}

/**
 * The service draws the outcome, so that successes prevail. Now and then it is one of those that it lists, each as
 * likely as the other: the rare ones are to be seen as well.
 */
function outcomeOf({ outcomes = [] }: SimulatedService, random: () => number): { readonly outcome?: string } {
  const outcome = random() < 0.15 ? outcomes[Math.floor(random() * outcomes.length)] : undefined;
  return outcome === undefined ? {} : { outcome };
}
