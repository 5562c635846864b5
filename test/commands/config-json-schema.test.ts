import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { configJsonSchema } from '../../src/commands/config-json-schema.js';
import { sources } from '../../src/sources/registry.js';

const FILE = 'schema/taskgate.schema.json';
const REMAKE = `node --import @swc-node/register/esm-register src/main.ts schema > ${FILE}`;

const schema = configJsonSchema(sources.map(({ service }) => service));
const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);

function problemsOf(text: string): readonly string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

interface Named {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Named>>;
  readonly items?: Named;
  readonly anyOf?: readonly Named[];
}

/** Paths of keys whose meaning an editor could not show; names of services speak for themselves. */
function undescribed({ properties = {}, items, anyOf = [] }: Named, path: string): string[] {
  const own = Object.entries(properties).flatMap(([name, value]) => {
    const below = undescribed(value, `${path}.${name}`);
    return value.description === undefined && !path.endsWith('.endpoints') ? [`${path}.${name}`, ...below] : below;
  });
  return [...own, ...[...(items ? [items] : []), ...anyOf].flatMap((part) => undescribed(part, `${path}[]`))];
}

/** Configurations shown in the documentation: YAML that has accounts. */
function examples(): (readonly [string, string])[] {
  const documents = readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return ['README.md', 'README.zh-CN.md', ...documents].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^```ya?ml\n(.*?)^```/gms)]
      .map(([, text]) => text!)
      .filter((text) => /^accounts:/m.test(text))
      .map((text): readonly [string, string] => [file, text]),
  );
}

describe('the JSON Schema of taskgate.yaml', () => {
  it(`is the one that is committed; if not: ${REMAKE}`, () => {
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(schema);
  });

  it('says of every key what it means', () => {
    expect(undescribed(schema as Named, '')).toEqual([]);
  });

  it('accepts what the documentation shows', () => {
    const shown = examples();
    expect(shown.map(([file]) => file)).toContain('docs/configuration.md');
    expect(shown.map(([file, text]) => [file, problemsOf(text)])).toEqual(shown.map(([file]) => [file, []]));
  });

  const ACCOUNT = `accounts:
  - name: prod
    region: cn-north-4
    projectId: 0123456789abcdef0123456789abcdef
    auth: { token: x }
`;

  it.each([
    ['an unknown key', `${ACCOUNT}sever: {}`],
    ['an unknown nested key', `${ACCOUNT}server: { prot: 1 }`],
    ['a wrong type', `${ACCOUNT}server: { port: many }`],
    ['an endpoint of no service', `${ACCOUNT}    endpoints: { EVS: http://127.0.0.1 }`],
    ['a store of no known kind', `${ACCOUNT}store: { url: mysql://x }`],
    ['no accounts', 'server: {}'],
  ])('refuses %s', (_, text) => {
    expect(problemsOf(ACCOUNT)).toEqual([]);
    expect(problemsOf(text)).not.toEqual([]);
  });

  it('accepts environment variables where a string must look like something', () => {
    const text = `${ACCOUNT.replace('0123456789abcdef0123456789abcdef', '"${HW_PROJECT}"')}    endpoints: { SFS: "\${SFS_URL}" }
store: { url: "\${STORE_URL}" }
`;
    expect(problemsOf(text)).toEqual([]);
  });
});
