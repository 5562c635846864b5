/**
 * What graphql-js says of a document or of variables, without what it quotes from them: a value at the wrong place may be
 * a password. Names of types, fields, arguments and fragments stay; suggestions go, they give the schema away.
 */
export function plainMessage(message: string): string {
  if (message.startsWith('Syntax Error: ')) return plainSyntaxError(message);
  const variable = /^Variable "(\$\w+)" got invalid value /.exec(message);
  if (variable?.[1]) return `Variable "${variable[1]}" got an invalid value.`;
  for (const [pattern, plain] of VALUE_MESSAGES) {
    const found = pattern.exec(message);
    if (found) return plain(found[1] ?? '');
  }
  return message.replace(/ Did you mean .*$/s, '');
}

const VALUE_MESSAGES: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^Expected value of type ("[^"]*"), found /, (type) => `Expected value of type ${type}.`],
  [/^Value .* does not exist in ("\w+") enum/s, (type) => `Value does not exist in ${type} enum.`],
  [/^Enum ("\w+") cannot represent /, (type) => `Value does not exist in ${type} enum.`],
  [/^(\w+) cannot (?:represent|be serialized) /, (type) => `Expected value of type "${type}".`],
  [/^Argument ("[^"]*") has invalid value /, (argument) => `Argument ${argument} has an invalid value.`],
  [/^Argument ("[^"]*") of (?:required|non-null) type /, (argument) => `Argument ${argument} must be given.`],
];

/** Punctuation may be quoted; names, numbers and texts may not. */
function plainSyntaxError(message: string): string {
  const quoted = /^(Syntax Error: (?:Expected [^,]*, found|Unexpected) (?:Name|Int|Float|String|BlockString)) /.exec(
    message,
  );
  if (quoted?.[1]) return `${quoted[1]}.`;
  if (/^Syntax Error: (?:Expected .{1,20}, found|Unexpected) (?:<EOF>|".{1,3}")\.$/.test(message)) return message;
  return /^Syntax Error: [A-Z][A-Za-z ]*/.exec(message)?.[0].trim().concat('.') ?? 'Syntax Error.';
}
