import type { ActionDefinition, SourceConnection } from '../sources/source.js';
import type { StoredTask } from '../store/store.js';
import type { GatewayError } from '../task/errors.js';
import { parseTaskId, type TaskId, type TaskIdentity } from '../task/task-id.js';
import { UpstreamError } from '../upstream/upstream-error.js';
import { audited } from './audit.js';
import type { GraphQLContext } from './context.js';
import { requireOperator } from './rights.js';
import { accepted, refused, type TaskPayload } from './start-task.js';
import { withPollError } from './task-loader.js';
import { failedCall } from './upstream-failure.js';
import { inputError, upstreamRefusal, type UserError } from './user-error-types.js';

export interface DeletePayload {
  readonly deletedIds: readonly TaskId[];
  readonly userErrors: readonly UserError[];
}

interface Target {
  readonly id: TaskId;
  readonly identity: TaskIdentity;
  /** Where it stands in the input. */
  readonly path: readonly string[];
}

interface Outcome {
  readonly done: StoredTask[];
  readonly userErrors: UserError[];
  /** The first call that failed other than by a refusal. */
  failure: GatewayError | null;
}

/** An action on one task: `{ id }` → `{ task, userErrors }`. */
export function actOnTask(
  context: GraphQLContext,
  service: string,
  action: ActionDefinition,
  input: { readonly id: string },
): Promise<TaskPayload> {
  return audited(context, entryOf(action, [input.id], input), async () => {
    requireOperator(context.principal);
    const { done, userErrors, failure } = await act(context, service, action, [targetOf(input.id, ['id'])]);
    if (failure) throw failure;
    const [target] = done;
    if (!target) return refused(userErrors);
    return accepted(context, action.effect === 'reread' ? await reread(context, target) : target);
  });
}

/**
 * An action on many tasks: `{ ids }` → `{ deletedIds, userErrors }`. What was done is told even where a later call
 * failed: each task that it was not done for then has an entry in `userErrors`.
 */
export function actOnTasks(
  context: GraphQLContext,
  service: string,
  action: ActionDefinition,
  input: { readonly ids: readonly string[] },
): Promise<DeletePayload> {
  return audited(context, entryOf(action, input.ids, input), async () => {
    requireOperator(context.principal);
    const targets = new Map(input.ids.map((id, index) => [id, targetOf(id, ['ids', String(index)])]));
    const { done, userErrors, failure } = await act(context, service, action, [...targets.values()]);
    if (failure && done.length === 0) throw failure;
    return { deletedIds: done.map(({ task }) => task.id), userErrors };
  });
}

async function act(
  context: GraphQLContext,
  service: string,
  action: ActionDefinition,
  targets: readonly Target[],
): Promise<Outcome> {
  const outcome: Outcome = { done: [], userErrors: [], failure: null };
  const held = await visibleTasks(context, service, targets);
  const byConnection = new Map<SourceConnection, [Target, StoredTask][]>();
  for (const target of targets) {
    const stored = held.get(target.id);
    const connection = context.gateway.connections.find(target.identity.account, service);
    if (!stored || !connection) outcome.userErrors.push(inputError('NOT_FOUND', target.path, 'No such task'));
    else byConnection.set(connection, [...(byConnection.get(connection) ?? []), [target, stored]]);
  }
  for (const [connection, members] of byConnection) {
    for (let first = 0; first < members.length; first += action.mostTargets) {
      await runChunk(context, action, connection, members.slice(first, first + action.mostTargets), outcome);
    }
  }
  return outcome;
}

async function runChunk(
  { gateway }: GraphQLContext,
  action: ActionDefinition,
  connection: SourceConnection,
  chunk: readonly (readonly [Target, StoredTask])[],
  outcome: Outcome,
): Promise<void> {
  const stored = chunk.map(([, { task }]) => task);
  try {
    const answer = await action.run(connection, stored);
    if (answer !== 'done') {
      outcome.userErrors.push(...chunk.map(([{ path }]) => upstreamRefusal(answer, path)));
      return;
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const failure = failedCall(error, stored[0] ?? { service: '', account: connection.account });
    const { code, message } = failure;
    outcome.userErrors.push(...chunk.map(([{ path }]) => upstreamRefusal({ message, upstreamCode: null }, path, code)));
    outcome.failure ??= failure;
    return;
  }
  if (action.effect === 'remove') await gateway.watch.remove(stored.map(({ id }) => id));
  outcome.done.push(...chunk.map(([, task]) => task));
}

async function visibleTasks(
  { gateway, accounts }: GraphQLContext,
  service: string,
  targets: readonly Target[],
): Promise<ReadonlyMap<TaskId, StoredTask>> {
  const ids = targets
    .filter(({ identity }) => identity.service === service && accounts.includes(identity.account))
    .map(({ id }) => id);
  return ids.length === 0 ? new Map<TaskId, StoredTask>() : gateway.store.get(ids, accounts);
}

async function reread({ gateway }: GraphQLContext, stored: StoredTask): Promise<StoredTask> {
  const { id, service, account, scope, upstreamId } = stored.task;
  const refreshed = await gateway.watch.refresh([{ service, account, scope, upstreamId }], { maxAgeMs: 0 });
  const now = refreshed.get(id);
  return now?.type === 'task' ? withPollError(now) : stored;
}

function targetOf(id: string, path: readonly string[]): Target {
  return { id, identity: parseTaskId(id), path };
}

function entryOf(action: ActionDefinition, ids: readonly string[], input: unknown) {
  return { mutation: action.name, account: accountOf(ids[0]), input };
}

/** For the log alone: an id that is none names no account. */
export function accountOf(id: string | undefined): string | null {
  try {
    return id === undefined ? null : parseTaskId(id).account;
  } catch {
    return null;
  }
}
