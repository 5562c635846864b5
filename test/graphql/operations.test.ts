import { readdirSync, readFileSync } from 'node:fs';
import { Kind, parse, print, separateOperations } from 'graphql';
import { DEFAULT_LIMITS, measureLimits } from '../../src/graphql/limits.js';
import { createSchema } from '../../src/graphql/schema.js';
import { sources } from '../../src/sources/registry.js';
import { validate } from 'graphql';

const FOLDER = 'schema/operations';
const text = readdirSync(FOLDER)
  .map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8'))
  .join('\n');
const operations = Object.entries(separateOperations(parse(text)));

describe('the example operations', () => {
  const schema = createSchema(sources);

  it.each(operations)('%s is valid and within the limits', (_name, document) => {
    expect(validate(schema, document)).toEqual([]);
    const [operation] = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const measured = { document, operation: operation!, variables: {} };
    expect(measureLimits(schema, measured, DEFAULT_LIMITS).cost).toBeGreaterThan(0);
  });

  it('lists what each of the five types adds', () => {
    const list = print(parse(readFileSync(`${FOLDER}/list-tasks.graphql`, 'utf8')));
    for (const type of ['EcsTask', 'SfsTask', 'ApigTask', 'RenderTask', 'BcsTask'])
      expect(list).toContain(`... on ${type}`);
  });
});
