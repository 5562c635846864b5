import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { getIntrospectionQuery, graphqlSync, parse, validate, type IntrospectionQuery } from 'graphql';
import { createSchema } from '../../src/graphql/schema.js';
import { sources } from '../../src/sources/registry.js';
import { possibleTypes } from '../../src/client/possible-types.js';

describe('what is generated from the schema', () => {
  it('is the committed one: `npm run codegen` would change nothing', () => {
    const codegen = ['node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.yml', '--check', '--silent'];
    expect(() => execFileSync(process.execPath, codegen, { stdio: 'pipe' })).not.toThrow();
  });

  it('fits the example operations that the package brings', () => {
    const folder = 'schema/operations';
    const texts = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
    expect(texts.length).toBeGreaterThan(10);
    expect(validate(createSchema(sources), parse(texts.join('\n')))).toEqual([]);
  });

  it('names the possible types that the running schema has', () => {
    const schema = createSchema(sources);
    const { data } = graphqlSync({ schema, source: getIntrospectionQuery() }) as { data?: unknown };
    const { types } = (data as IntrospectionQuery).__schema;
    const expected = types.flatMap((type) =>
      type.kind === 'INTERFACE' || type.kind === 'UNION'
        ? [[type.name, type.possibleTypes.map(({ name }) => name).sort()]]
        : [],
    );
    expect(possibleTypes).toEqual(Object.fromEntries(expected));
  });
});
