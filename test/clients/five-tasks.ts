import { startGateway, type RunningGateway } from '../support/start-gateway.js';

export interface FiveTasks {
  readonly gateway: RunningGateway;
  /** By service: the ids of tasks that run until the simulator is told to hurry. */
  readonly ids: Readonly<Record<Service, string>>;
}

const SERVICES = ['ECS', 'SFS', 'APIG', 'RENDER', 'BCS'] as const;
export type Service = (typeof SERVICES)[number];

/** The concrete type of each service's tasks. */
export const TYPE_NAMES: Readonly<Record<Service, string>> = {
  ECS: 'EcsTask',
  SFS: 'SfsTask',
  APIG: 'ApigTask',
  RENDER: 'RenderTask',
  BCS: 'BcsTask',
};

const AN_HOUR_MS = 3_600_000;
const TRACK = 'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } userErrors { message } } }';

/** A whole gateway that holds one running task of each service. */
export async function startWithFiveTasks(): Promise<FiveTasks> {
  const gateway = await startGateway({
    config: { polling: { youngSeconds: 0.1, watchedSeconds: 0.1, unwatchedSeconds: 0.2, discoverSeconds: 0 } },
  });
  const entries = await Promise.all(SERVICES.map(async (service) => [service, await track(gateway, service)]));
  return { gateway, ids: Object.fromEntries(entries) as Record<Service, string> };
}

async function track(gateway: RunningGateway, service: Service): Promise<string> {
  const { id, fields } = gateway.simulator.control.createTask({ service, waitMs: 0, runMs: AN_HOUR_MS });
  const { instanceId } = fields;
  const scope = service === 'APIG' ? { instanceId } : {};
  const answer = await gateway.query(TRACK, { input: { service, account: 'demo', upstreamId: id, ...scope } });
  const { trackTask } = answer.data as { trackTask: { task: { id: string } } };
  return trackTask.task.id;
}

/** What a client is told of a followed task. */
export interface FollowedEvent {
  readonly type: string;
  readonly cursor: string;
  readonly task: { readonly __typename: string; readonly seq: number; readonly done: boolean };
}

/** Follows all five to their completion, each let run to its end once its snapshot is here: which tasks they ended as. */
export async function followToTheirEnds(
  { gateway, ids }: FiveTasks,
  follow: (id: string) => AsyncIterable<{ readonly data?: { readonly taskUpdated: FollowedEvent } | null | undefined }>,
): Promise<readonly (readonly [string, string, boolean])[]> {
  return Promise.all(
    Object.entries(ids).map(async ([service, id]) => {
      let last: FollowedEvent | undefined;
      for await (const { data } of follow(id)) {
        last = data!.taskUpdated;
        if (last.type === 'SNAPSHOT') gateway.simulator.control.hurryAll({ service });
      }
      return [service, last!.task.__typename, last!.task.done] as const;
    }),
  );
}
