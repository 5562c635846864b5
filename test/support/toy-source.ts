import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { ActionDefinition, SourceDefinition, StartDefinition, StartInput } from '../../src/sources/source.js';
import { TaskType } from '../../src/task/task-type.js';

@ObjectType('ToyTask', { implements: TaskType, description: 'A task of a service made up for tests.' })
export class ToyTaskType extends TaskType {
  @Field(() => String, { nullable: true })
  colour!: string | null;
}

@InputType('ToyAuthInput')
class ToyAuthInput {
  @Field(() => String)
  key!: string;
}

@InputType('MakeToyInput')
class MakeToyInput {
  @Field(() => String)
  account!: string;
  @Field(() => String)
  colour!: string;
  @Field(() => ToyAuthInput, { nullable: true })
  auth?: ToyAuthInput | null;
  @Field(() => ID, { nullable: true })
  clientRequestId?: string | null;
}

@InputType('PaintToyInput')
class PaintToyInput {
  @Field(() => ID)
  id!: string;
}

@InputType('BreakToysInput')
class BreakToysInput {
  @Field(() => [ID])
  ids!: string[];
}

/** What the toy upstream does next; a test puts its own in. */
export interface ToyUpstream {
  start: StartDefinition['start'];
  run: ActionDefinition['run'];
  started: StartInput[];
  acted: string[][];
}

/** Decorated classes stay registered for the life of a process, so there is one definition; its upstream is set anew. */
const upstream = {} as ToyUpstream;

const run: ActionDefinition['run'] = (connection, targets) => {
  upstream.acted.push(targets.map(({ upstreamId }) => upstreamId));
  return upstream.run(connection, targets);
};

/** A sixth service: registering its definition is all that a new service needs. */
export const toySource: SourceDefinition = {
  service: 'TOY',
  host: (region) => `toy.${region}.example.com`,
  taskType: ToyTaskType,
  starts: [
    {
      name: 'makeToy',
      description: 'Makes a toy.',
      inputType: MakeToyInput,
      secrets: ['auth.key'],
      check: ({ colour }) => (colour === 'none' ? [{ path: ['colour'], message: 'Must be a colour' }] : []),
      start(connection, input) {
        upstream.started.push(input);
        return upstream.start(connection, input);
      },
    },
  ],
  actions: [
    {
      name: 'paintToy',
      description: 'Paints a toy.',
      inputType: PaintToyInput,
      targets: 'one',
      effect: 'reread',
      mostTargets: 1,
      run,
    },
    {
      name: 'breakToys',
      description: 'Breaks toys.',
      inputType: BreakToysInput,
      targets: 'many',
      effect: 'remove',
      mostTargets: 2,
      run,
    },
  ],
  scoped: false,
  create: () => {
    throw new Error('Reads go through the fake of the watch');
  },
  simulate: () => Promise.reject(new Error('Not simulated')),
};

/** An upstream that has been asked for nothing yet, and agrees to everything. */
export function freshToyUpstream(): ToyUpstream {
  return Object.assign(upstream, {
    started: [],
    acted: [],
    run: () => Promise.resolve('done'),
    start: (_connection, input) =>
      Promise.resolve({
        type: 'started',
        upstreamId: `toy-${upstream.started.length}`,
        scope: '',
        facts: { kind: 'make_toy', details: { colour: String(input['colour']) } },
      }),
  } satisfies ToyUpstream);
}
