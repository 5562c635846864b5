import { FORMS, type FormField, type FormName, type StartInput } from './forms.js';

/**
 * The mutation that a form would send, for use elsewhere. Secrets, and a definition that may be millions of characters,
 * are variables in it and never there themselves.
 */
export function graphqlOf(name: FormName, input: StartInput): string {
  const variables: string[] = [];
  const parts = new Map<string, string[]>();
  for (const field of [{ name: 'account', type: 'text' } as const, ...FORMS[name].fields]) {
    const [outer = '', inner] = field.name.split('.');
    const value = valueIn(input, outer, inner);
    if (value === undefined || value === null) continue;
    if (isApart(field)) variables.push(inner ?? outer);
    const text = isApart(field) ? `$${inner ?? outer}` : literalOf(field, value);
    parts.set(outer, [...(parts.get(outer) ?? []), inner === undefined ? text : `${inner}: ${text}`]);
  }
  const lines = [...parts].map(([outer, texts]) => {
    const nested = FORMS[name].fields.some((field) => field.name.startsWith(`${outer}.`));
    return `    ${outer}: ${nested ? `{ ${texts.join(', ')} }` : texts.join('')}`;
  });
  const declared = variables.map((variable) => `$${variable}: String!`).join(', ');
  return [
    `mutation ${declared === '' ? '' : `(${declared}) `}{`,
    `  ${name}(input: {`,
    ...lines,
    '  }) {',
    '    task { id status }',
    '    userErrors { code message path }',
    '  }',
    '}',
  ].join('\n');
}

function isApart({ type }: Pick<FormField, 'type'>): boolean {
  return type === 'secret' || type === 'definition';
}

function literalOf({ type }: Pick<FormField, 'type'>, value: unknown): string {
  return type === 'enum' ? String(value) : JSON.stringify(value);
}

function valueIn(input: StartInput, outer: string, inner: string | undefined): unknown {
  const value = input[outer];
  if (inner === undefined) return value;
  return typeof value === 'object' && value !== null ? (value as StartInput)[inner] : undefined;
}
