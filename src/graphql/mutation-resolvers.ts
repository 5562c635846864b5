import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver, type ClassType } from 'type-graphql';
import type { ActionDefinition, SourceDefinition, StartDefinition } from '../sources/source.js';
import { actOnTask, actOnTasks } from './act-on-task.js';
import type { GraphQLContext } from './context.js';
import { startTask, type TaskPayload } from './start-task.js';
import { UserErrorType, type UserError } from './user-error-types.js';

type ResolverClass = ClassType;

/** Decorated classes stay registered for the life of the process, so each definition gets one class and keeps it. */
const resolvers = new WeakMap<StartDefinition | ActionDefinition, ResolverClass>();

/** A resolver class for every mutation that a source brings. */
export function mutationResolvers({ service, taskType, starts, actions }: SourceDefinition): readonly ResolverClass[] {
  return [
    ...starts.map((start) => remember(start, () => startResolver(service, taskType, start))),
    ...actions.map((action) => remember(action, () => actionResolver(service, taskType, action))),
  ];
}

function startResolver(service: string, taskType: ClassType, start: StartDefinition): ResolverClass {
  const Payload = taskPayload(start.name, taskType);

  @Resolver()
  class StartResolver {
    @Mutation(() => Payload, { name: start.name, description: start.description, nullable: true })
    run(@Arg('input', () => start.inputType) input: unknown, @Ctx() context: GraphQLContext): Promise<TaskPayload> {
      return startTask(context, service, start, input);
    }
  }
  return StartResolver;
}

function actionResolver(service: string, taskType: ClassType, action: ActionDefinition): ResolverClass {
  const many = action.targets === 'many';
  const Payload = many ? deletePayload(action.name) : taskPayload(action.name, taskType);

  @Resolver()
  class ActionResolver {
    @Mutation(() => Payload, { name: action.name, description: action.description, nullable: true })
    run(@Arg('input', () => action.inputType) input: unknown, @Ctx() context: GraphQLContext): Promise<unknown> {
      return many
        ? actOnTasks(context, service, action, input as { readonly ids: readonly string[] })
        : actOnTask(context, service, action, input as { readonly id: string });
    }
  }
  return ActionResolver;
}

function taskPayload(mutation: string, taskType: ClassType): ClassType {
  @ObjectType(payloadName(mutation))
  class Payload {
    @Field(() => taskType, { nullable: true })
    task!: unknown;
    @Field(() => [UserErrorType])
    userErrors!: readonly UserError[];
  }
  return Payload;
}

function deletePayload(mutation: string): ClassType {
  @ObjectType(payloadName(mutation))
  class Payload {
    @Field(() => [ID])
    deletedIds!: readonly string[];
    @Field(() => [UserErrorType])
    userErrors!: readonly UserError[];
  }
  return Payload;
}

function payloadName(mutation: string): string {
  return `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Payload`;
}

function remember(definition: StartDefinition | ActionDefinition, make: () => ResolverClass): ResolverClass {
  let resolver = resolvers.get(definition);
  if (!resolver) resolvers.set(definition, (resolver = make()));
  return resolver;
}
