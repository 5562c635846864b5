import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { SourceDefinition } from '../sources/source.js';
import { formatTaskId, parseTaskId, UPSTREAM_ID, type TaskIdentity } from '../task/task-id.js';
import { TaskServiceValues, TaskType } from '../task/task-type.js';
import { UpstreamErrorCode } from '../upstream/upstream-error.js';
import { accountOf } from './act-on-task.js';
import { audited } from './audit.js';
import type { GraphQLContext } from './context.js';
import { requireOperator } from './rights.js';
import { plainInput } from './secret-input.js';
import { accepted, refused, type TaskPayload } from './start-task.js';
import { withPollError } from './task-loader.js';
import { inputError, upstreamRefusal, UserErrorType, type UserError } from './user-error-types.js';
import type { Plain } from './plain.js';

@InputType('TrackTaskInput')
export class TrackTaskInput {
  @Field(() => TaskServiceValues)
  service!: string;
  @Field(() => String)
  account!: string;
  @Field(() => ID)
  upstreamId!: string;
  @Field(() => ID, { nullable: true, description: 'APIG only, and needed there.' })
  instanceId?: string | null;
}

@InputType('UntrackTaskInput')
export class UntrackTaskInput {
  @Field(() => ID)
  id!: string;
}

@ObjectType('TrackTaskPayload')
class TrackTaskPayload {
  @Field(() => TaskType, { nullable: true })
  task!: unknown;
  @Field(() => [UserErrorType])
  userErrors!: readonly UserError[];
}

@ObjectType('UntrackTaskPayload')
class UntrackTaskPayload {
  @Field(() => ID, { nullable: true })
  id!: string | null;
  @Field(() => [UserErrorType])
  userErrors!: readonly UserError[];
}

@Resolver()
export class TrackTaskResolver {
  @Mutation(() => TrackTaskPayload, {
    nullable: true,
    description:
      'Takes up a task that was started elsewhere, or removed here. The upstream is read at once; where it cannot be ' +
      'reached, the task is PENDING with `lastPollError`.',
  })
  trackTask(
    @Arg('input', () => TrackTaskInput) rawInput: TrackTaskInput,
    @Ctx() context: GraphQLContext,
  ): Promise<TaskPayload> {
    const input = plainInput(rawInput) as TrackTaskInput;
    return audited(context, { mutation: 'trackTask', account: input.account, input }, () => {
      requireOperator(context.principal);
      const faults = checkTrack(context, input);
      return faults.length > 0 ? Promise.resolve(refused(faults)) : track(context, identityOf(input));
    });
  }

  @Mutation(() => UntrackTaskPayload, {
    nullable: true,
    description: 'Removes a task from the gateway, with a REMOVED event. The upstream is not told.',
  })
  untrackTask(
    @Arg('input', () => UntrackTaskInput) input: UntrackTaskInput,
    @Ctx() context: GraphQLContext,
  ): Promise<Plain<UntrackTaskPayload>> {
    return audited(context, { mutation: 'untrackTask', account: accountOf(input.id), input }, async () => {
      requireOperator(context.principal);
      const { id } = input;
      const { gateway, accounts } = context;
      const visible = accounts.includes(parseTaskId(id).account);
      const held = visible && (await gateway.store.get([id], accounts)).has(id);
      if (!held) return { id: null, userErrors: [inputError('NOT_FOUND', ['id'], 'No such task')] };
      await gateway.watch.remove([id]);
      return { id, userErrors: [] };
    });
  }
}

function checkTrack({ gateway, accounts }: GraphQLContext, input: TrackTaskInput): readonly UserError[] {
  const { service, account, upstreamId, instanceId } = input;
  if (!accounts.includes(account) || !gateway.connections.find(account, service)) {
    return [inputError('NOT_FOUND', ['account'], `No such account for ${service}`)];
  }
  const faults: UserError[] = [];
  const invalid = (field: string, message: string): void => {
    faults.push(inputError('INVALID_INPUT', [field], message));
  };
  if (!UPSTREAM_ID.test(upstreamId)) invalid('upstreamId', 'Not an id of an upstream task');
  if (definitionOf(gateway.definitions, service)?.scoped === true) {
    if (typeof instanceId !== 'string') invalid('instanceId', `Needed to find a task of ${service}`);
    else if (!UPSTREAM_ID.test(instanceId)) invalid('instanceId', 'Not an id of an instance');
  } else if (typeof instanceId === 'string') invalid('instanceId', `Tasks of ${service} have none`);
  return faults;
}

function definitionOf(definitions: readonly SourceDefinition[], service: string): SourceDefinition | undefined {
  return definitions.find((definition) => definition.service === service);
}

async function track(context: GraphQLContext, identity: TaskIdentity): Promise<TaskPayload> {
  const read = await context.gateway.watch.refresh([identity], { maxAgeMs: 0, revive: true });
  const refreshed = read.get(formatTaskId(identity));
  if (refreshed?.type === 'task') return accepted(context, withPollError(refreshed));
  if (refreshed?.type !== 'failed') {
    return refused([inputError('NOT_FOUND', ['upstreamId'], 'The upstream does not know this task')]);
  }
  const { code, message } = refreshed.error;
  if (code === UpstreamErrorCode.UPSTREAM_REFUSED) return refused([upstreamRefusal({ message, upstreamCode: null })]);
  // Nothing is known of it yet: the poller will learn what it is.
  return accepted(context, await context.gateway.watch.adopt(identity, {}, { revive: true, error: refreshed.error }));
}

function identityOf({ service, account, upstreamId, instanceId }: TrackTaskInput): TaskIdentity {
  return { service, account, scope: instanceId ?? '', upstreamId };
}
