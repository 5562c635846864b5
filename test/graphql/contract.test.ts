import { existsSync, readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges, type GraphQLObjectType } from 'graphql';
import { createSchema, printTaskgateSchema } from '../../src/graphql/schema.js';
import { sources } from '../../src/sources/registry.js';
import { toySource } from '../support/toy-source.js';

const SHARED = '../shared/contract/schema.graphql';
const emitted = readFileSync('schema/schema.graphql', 'utf8');
const contract = readFileSync('test/fixtures/contract.graphql', 'utf8');

describe('the schema', () => {
  it('is the committed one', () => {
    expect(printTaskgateSchema(sources)).toBe(emitted);
  });

  it('breaks nothing of the contract', () => {
    expect(findBreakingChanges(buildSchema(contract), buildSchema(emitted))).toEqual([]);
  });

  (existsSync(SHARED) ? it : it.skip)('is compared with the contract as it stands', () => {
    expect(readFileSync(SHARED, 'utf8')).toBe(contract);
  });

  it('takes up a sixth source that is in the list, with its type and mutations, and nothing else changes', () => {
    const schema = createSchema([...sources, toySource]);
    const toy = schema.getType('ToyTask') as GraphQLObjectType;

    expect(toy.getInterfaces().map(({ name }) => name)).toEqual(['Task', 'Node']);
    expect(schema.getMutationType()?.getFields()).toHaveProperty('makeToy');
    expect(String(schema.getMutationType()?.getFields()['breakToys']?.type)).toBe('BreakToysPayload');
    expect(findBreakingChanges(buildSchema(contract), schema)).toEqual([]);
    expect(printTaskgateSchema(sources)).toBe(emitted);
  });
});
