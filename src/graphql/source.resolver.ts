import { Ctx, Field, Float, Int, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import { DateTimeScalar } from '../task/date-time.js';
import type { TaskFilter } from '../task/task-filter.js';
import { PollErrorType, TaskServiceValues } from '../task/task-type.js';
import { SourceState, type SourceReport } from '../watch/watch.js';
import type { GraphQLContext } from './context.js';
import { Role } from './principal.js';
import type { Plain } from './plain.js';

registerEnumType(SourceState, {
  name: 'SourceState',
  valuesConfig: {
    OPEN: { description: 'The circuit is open: the upstream is only probed.' },
    UNAUTHORIZED: { description: 'The credentials are refused; tried again once a minute.' },
    IDLE: { description: 'There is nothing to watch.' },
  },
});
registerEnumType(Role, { name: 'Role' });

@ObjectType('Source', { description: 'One service in one account, as the gateway polls it.' })
export class SourceType {
  @Field(() => TaskServiceValues)
  service!: string;
  @Field(() => String)
  account!: string;
  @Field(() => String)
  region!: string;
  @Field(() => SourceState)
  state!: SourceState;
  @Field(() => Int)
  watched!: number;
  @Field(() => Float)
  requestsPerMinute!: number;
  @Field(() => Float)
  requestBudgetPerMinute!: number;
  @Field(() => DateTimeScalar, { nullable: true })
  lastSuccessAt!: number | null;
  @Field(() => PollErrorType, { nullable: true })
  lastError!: PollErrorType | null;
  @Field(() => DateTimeScalar, { nullable: true })
  nextPollAt!: number | null;
}

@ObjectType('Viewer', { description: 'Who asks.' })
class ViewerType {
  @Field(() => String)
  name!: string;
  @Field(() => Role)
  role!: string;
  @Field(() => [String])
  accounts!: readonly string[];
}

@Resolver()
export class SourceResolver {
  @Query(() => [SourceType], { nullable: true })
  sources(@Ctx() context: GraphQLContext): readonly SourceReport[] {
    return visibleSources(context);
  }

  @Query(() => ViewerType)
  viewer(@Ctx() { principal, accounts }: GraphQLContext): Plain<ViewerType> {
    return { name: principal.name, role: principal.role, accounts };
  }
}

interface SourceError {
  readonly service: string;
  readonly account: string;
  readonly code: string;
  readonly message: string;
}

/** What is wrong with the sources that a list with this filter is about. */
export function sourceErrors(context: GraphQLContext, { services, accounts }: TaskFilter): readonly SourceError[] {
  return visibleSources(context)
    .filter(({ service }) => services === undefined || services.includes(service))
    .filter(({ account }) => accounts === undefined || accounts.includes(account))
    .flatMap(({ service, account, state, lastError }) => {
      const unread = UNREAD_STATES[state];
      if (!unread) return [];
      return [
        { service, account, code: lastError?.code ?? unread.code, message: lastError?.message ?? unread.message },
      ];
    });
}

const UNREAD_STATES: Readonly<Record<SourceState, { readonly code: string; readonly message: string } | null>> = {
  OK: null,
  IDLE: null,
  THROTTLED: { code: 'UPSTREAM_THROTTLED', message: 'The upstream takes no more requests at present' },
  FAILING: { code: 'UPSTREAM_UNAVAILABLE', message: 'The upstream fails' },
  OPEN: { code: 'UPSTREAM_UNAVAILABLE', message: 'The upstream has failed too often and is only probed' },
  UNAUTHORIZED: { code: 'UPSTREAM_AUTH_FAILED', message: 'The upstream refuses the credentials' },
};

function visibleSources({ gateway, accounts, view }: GraphQLContext): readonly SourceReport[] {
  return gateway.watch.sources().filter(({ account, service }) => accounts.includes(account) && view.knows(service));
}
