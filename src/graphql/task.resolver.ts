import { Arg, Ctx, Float, ID, Query, Resolver } from 'type-graphql';
import { BadUserInputError } from '../task/errors.js';
import { NodeType, TaskType } from '../task/task-type.js';
import type { GraphQLContext } from './context.js';
import type { TaskValue } from './task-view.js';

const DEFAULT_WAIT_SECONDS = 25;
const LONGEST_WAIT_SECONDS = 60;

@Resolver()
export class TaskResolver {
  @Query(() => NodeType, { nullable: true, description: 'Null when it is not there or not visible.' })
  node(@Arg('id', () => ID) id: string, @Ctx() context: GraphQLContext): Promise<TaskValue | null> {
    return loadTask(context, id);
  }

  @Query(() => [NodeType], { nullable: 'items', description: 'In the order of `ids`, at most 200 of them.' })
  nodes(
    @Arg('ids', () => [ID]) ids: readonly string[],
    @Ctx() context: GraphQLContext,
  ): Promise<readonly (TaskValue | null | Error)[]> {
    // An error in the list belongs to its place; compiled documents know no promises within lists.
    return Promise.all(ids.map((id) => loadTask(context, id).catch(asError)));
  }

  @Query(() => TaskType, {
    nullable: true,
    description:
      'Null when it is not there or not visible. A task that the gateway does not hold is read upstream once.',
  })
  task(
    @Arg('id', () => ID) id: string,
    @Arg('maxAgeSeconds', () => Float, {
      nullable: true,
      description: 'How old the last reading may be; 0 reads the upstream now.',
    })
    maxAgeSeconds: number | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Promise<TaskValue | null> {
    if (typeof maxAgeSeconds === 'number' && maxAgeSeconds < 0) {
      throw new BadUserInputError('maxAgeSeconds must not be negative');
    }
    return loadTask(context, id, typeof maxAgeSeconds === 'number' ? maxAgeSeconds * 1000 : undefined);
  }

  @Query(() => TaskType, {
    nullable: true,
    description: 'Answers when the task is done, or with the task as it is when the time is up.',
  })
  async waitForTask(
    @Arg('id', () => ID) id: string,
    @Arg('timeoutSeconds', () => Float, {
      nullable: true,
      defaultValue: DEFAULT_WAIT_SECONDS,
      description: '0 to 60',
    })
    timeoutSeconds: number | null,
    @Ctx() context: GraphQLContext,
  ): Promise<TaskValue | null> {
    const seconds = timeoutSeconds ?? DEFAULT_WAIT_SECONDS;
    if (seconds < 0 || seconds > LONGEST_WAIT_SECONDS) {
      throw new BadUserInputError(`timeoutSeconds must be 0 to ${LONGEST_WAIT_SECONDS}`);
    }
    const { gateway, accounts, signal, view } = context;
    const deadlineAt = gateway.clock.now() + seconds * 1000;
    const known = await context.tasks.load(id);
    if (!known || known.task.done) return known && view.ofStored(known);
    const interest = gateway.watch.follow(id);
    try {
      const stored = await gateway.delivery.waitForTask(id, accounts, deadlineAt, signal);
      return stored && view.ofStored(stored);
    } finally {
      interest.release();
    }
  }
}

async function loadTask({ tasks, view }: GraphQLContext, id: string, maxAgeMs?: number): Promise<TaskValue | null> {
  const stored = await tasks.load(id, maxAgeMs);
  return stored && view.ofStored(stored);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('A read failed', { cause: error });
}
