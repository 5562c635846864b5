import { z } from 'zod';
import { configSchema } from '../config-schema.js';

type JsonSchema = Record<string, unknown>;

const ENVIRONMENT_VARIABLE = String.raw`\$\{[A-Za-z_][A-Za-z0-9_]*\}`;

/** The configuration file for editors: what may be written in it, before `${NAME}` is replaced. */
export function configJsonSchema(services: readonly string[]): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(configSchema(services as [string, ...string[]]), {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => forEditors(jsonSchema as JsonSchema),
  });
  return { $schema, title: 'taskgate.yaml', ...schema };
}

function forEditors(schema: JsonSchema): void {
  if (schema['type'] === 'string') acceptVariables(schema);
  spellOutNames(schema);
}

/** A string that has to look like something may also come from the environment. Zod may pass by one schema twice. */
function acceptVariables(schema: JsonSchema): void {
  const { pattern = schema['format'] === 'uri' ? '^https?://' : undefined } = schema;
  delete schema['format'];
  if (typeof pattern !== 'string' || pattern.endsWith(ENVIRONMENT_VARIABLE)) return;
  schema['pattern'] = `${pattern}|${ENVIRONMENT_VARIABLE}`;
}

/** Editors complete the names of properties; few complete names that `propertyNames` allows. */
function spellOutNames(schema: JsonSchema): void {
  const { propertyNames, additionalProperties } = schema as {
    propertyNames?: { enum?: readonly string[] };
    additionalProperties?: unknown;
  };
  if (!propertyNames?.enum) return;
  schema['properties'] = Object.fromEntries(propertyNames.enum.map((name) => [name, additionalProperties]));
  schema['additionalProperties'] = false;
  delete schema['propertyNames'];
}
