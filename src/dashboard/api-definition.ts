import { parse, YAMLParseError } from 'yaml';

export interface DefinedPath {
  readonly path: string;
  readonly methods: readonly string[];
}

/** What can be read of a Swagger or OpenAPI definition. */
export interface ApiDefinition {
  /** `Swagger 2.0` or `OpenAPI 3.0.1`; null where it is neither. */
  readonly format: string | null;
  readonly paths: readonly DefinedPath[];
  /** Why it can be read neither as JSON nor as YAML, as the parser says it; null where it can. */
  readonly fault: string | null;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace', 'x-apigateway-any-method'];

export function parseApiDefinition(content: string): ApiDefinition {
  try {
    const definition = recordOf(parsed(content));
    return { format: formatOf(definition), paths: pathsOf(definition), fault: null };
  } catch (error) {
    return { format: null, paths: [], fault: faultOf(error) };
  }
}

/** JSON, which YAML contains, is read far faster as such. */
function parsed(content: string): unknown {
  return content.trimStart().startsWith('{') ? JSON.parse(content) : parse(content);
}

/** YAML takes a version without quotes for a number. */
function formatOf({ swagger, openapi }: Readonly<Record<string, unknown>>): string | null {
  if (isVersion(swagger)) return `Swagger ${swagger}`;
  return isVersion(openapi) ? `OpenAPI ${openapi}` : null;
}

function isVersion(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function pathsOf({ paths }: Readonly<Record<string, unknown>>): readonly DefinedPath[] {
  return Object.entries(recordOf(paths)).map(([path, operations]) => ({
    path,
    methods: METHODS.filter((method) => method in recordOf(operations)).map((method) =>
      method.startsWith('x-') ? 'ANY' : method.toUpperCase(),
    ),
  }));
}

/** The first line: those below it show the place again, as a drawing. */
function faultOf(error: unknown): string {
  const message = error instanceof YAMLParseError || error instanceof SyntaxError ? error.message : String(error);
  return message.split('\n', 1)[0]?.replace(/:$/, '') ?? '';
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
