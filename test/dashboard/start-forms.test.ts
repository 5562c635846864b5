import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { FORM_NAMES, FORMS, inputOf, type FormField } from '../../src/dashboard/start/forms.js';
import { graphqlOf } from '../../src/dashboard/start/graphql-of.js';
import { createRecentInputs, inputsOf } from '../../src/dashboard/start/recent-inputs.js';

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
const SECRET = 'hunter2 "\\';

function filled(fields: readonly FormField[]): FormData {
  const data = new FormData();
  for (const { name, type, choices } of fields) {
    if (type === 'secret') data.set(name, SECRET);
    else if (type === 'number') data.set(name, '3');
    else if (type === 'boolean') data.set(name, 'true');
    else if (type === 'list') data.set(name, 'one, two');
    else data.set(name, choices?.[0] ?? ` a "${name}" \\ 名 `);
  }
  data.set('account', 'demo');
  return data;
}

describe('a start as GraphQL to take along', () => {
  it.each(FORM_NAMES)('%s is a valid mutation, also when only what is required is filled in', (name) => {
    const { fields } = FORMS[name];
    for (const used of [fields, fields.filter(({ required }) => required)]) {
      const text = graphqlOf(name, { ...inputOf(used, filled(used)), account: 'demo' });
      expect(validate(schema, parse(text))).toEqual([]);
    }
  });

  it.each(FORM_NAMES)('%s has its secrets and its definition as variables', (name) => {
    const { fields } = FORMS[name];
    const text = graphqlOf(name, { ...inputOf(fields, filled(fields)), account: 'demo' });
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('a \\"definition');
    for (const { name: field } of fields.filter(({ type }) => type === 'secret' || type === 'definition')) {
      const variable = field.split('.').at(-1)!;
      expect(text).toContain(`${variable}: $${variable}`);
    }
  });

  it('says what was typed', () => {
    const text = graphqlOf('disassociateKeypair', {
      account: 'demo',
      serverId: 'a"b',
      auth: { type: 'PASSWORD', key: 'k' },
    });
    expect(text).toBe(`mutation ($key: String!) {
  disassociateKeypair(input: {
    account: "demo"
    serverId: "a\\"b"
    auth: { type: PASSWORD, key: $key }
  }) {
    task { id status }
    userErrors { code message path }
  }
}`);
  });
});

describe('recent inputs of a form', () => {
  const memory = () => {
    const kept = new Map<string, string>();
    const store = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    return { kept, recent: createRecentInputs(() => store) };
  };

  it.each(FORM_NAMES)('%s keeps no secret and no definition', (name) => {
    const { kept, recent } = memory();
    const { fields } = FORMS[name];
    recent.add(name, inputsOf(fields, filled(fields)));
    expect([...kept.values()].join()).not.toContain('hunter2');
    const apart = fields.filter(({ type }) => type === 'secret' || type === 'definition').map((field) => field.name);
    const names = Object.keys(recent.of(name)[0]!);
    expect(names.filter((each) => apart.includes(each))).toEqual([]);
    expect(names).toHaveLength(fields.length - apart.length + 1);
  });

  it('are the last five of each form, newest first, each once', () => {
    const { recent } = memory();
    for (const shareId of ['a', 'b', 'c', 'd', 'e', 'f', 'c']) recent.add('unbindLdap', { shareId });
    recent.add('exportApis', { groupId: 'g' });
    expect(recent.of('unbindLdap').map(({ shareId }) => shareId)).toEqual(['c', 'f', 'e', 'd', 'b']);
    expect(recent.of('exportApis')).toEqual([{ groupId: 'g' }]);
  });

  it('are gone when they are forgotten, and none where what is stored makes no sense', () => {
    const { kept, recent } = memory();
    recent.add('unbindLdap', { shareId: 'a' });
    const [key] = kept.keys();
    for (const nonsense of ['{', '[]', '7', '{"unbindLdap":{}}', '{"unbindLdap":[7,{"shareId":7}]}']) {
      kept.set(key!, nonsense);
      expect(recent.of('unbindLdap')).toEqual([]);
    }
    recent.add('unbindLdap', { shareId: 'a' });
    recent.forget();
    expect([...kept]).toEqual([]);
  });
});
