import type { JsonObject } from '../../src/base/json.js';
import type { SimulatedService, World } from '../../src/simulator/simulated-service.js';
import type { ReadOptions, SourceDefinition, TaskRef, TaskSource } from '../../src/sources/source.js';
import { createTask } from '../../src/task/apply-reading.js';
import type { Facts, Reading } from '../../src/task/reading.js';
import type { Task } from '../../src/task/task.js';
import { formatTaskId, type TaskIdentity } from '../../src/task/task-id.js';
import { createConnection, createDirectClient, createTestWorld, type DirectClient } from '../support/direct-client.js';
import { ManualClock } from '../support/manual-clock.js';

export const POLL: ReadOptions = { priority: 'poll' };

/** A source in front of its own simulation, on a clock that stands still. */
export interface Scene {
  readonly clock: ManualClock;
  readonly world: World;
  readonly service: SimulatedService;
  readonly client: DirectClient;
  readonly connection: ReturnType<typeof createConnection>;
  readonly source: TaskSource;
  ref(upstreamId: string, facts?: Facts | null): TaskRef;
  read(...refs: readonly TaskRef[]): Promise<readonly Reading[]>;
}

export async function createScene(definition: SourceDefinition): Promise<Scene> {
  const clock = new ManualClock();
  const world = createTestWorld(clock);
  const service = await definition.simulate();
  const client = createDirectClient(service, world);
  const connection = createConnection(client, clock);
  const source = definition.create(connection);
  return {
    clock,
    world,
    service,
    client,
    connection,
    source,
    /** `facts` null: asked for the first time. */
    ref: (upstreamId, facts = {}) => refTo(definition.service, upstreamId, facts, clock.now()),
    async read(...refs) {
      const readings = await source.read(refs, POLL);
      return refs.map(({ identity }) => readings.get(formatTaskId(identity))!);
    },
  };
}

export function refTo(service: string, upstreamId: string, facts: Facts | null, at: number): TaskRef {
  const identity: TaskIdentity = { service, account: 'team-a', scope: '', upstreamId };
  return { identity, task: facts && createTask(identity, 'cn-north-4', facts, at).task };
}

export function taskWith(details: JsonObject, service = 'ECS'): Task {
  return refTo(service, 'some-task', { details }, 0).task!;
}

export function factsOf(reading: Reading | undefined): Facts {
  if (reading?.type !== 'seen') throw new Error(`not seen but ${JSON.stringify(reading)}`);
  return reading.facts;
}

/** What was asked, shortly: `GET /path?query`. */
export function sent({ requests }: DirectClient): readonly string[] {
  return requests.map(({ method, path, query = {} }) => {
    const text = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString();
    return `${method} ${path}${text && `?${text}`}`;
  });
}
