import { parse } from 'yaml';

export interface OutlinedPath {
  readonly path: string;
  readonly methods: readonly string[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace', 'x-apigateway-any-method'];

/** The paths of a Swagger or OpenAPI definition; none where it is not one. */
export function outlineOf(content: string): readonly OutlinedPath[] {
  const paths = recordOf(recordOf(parsed(content))['paths']);
  return Object.entries(paths).map(([path, operations]) => ({
    path,
    methods: METHODS.filter((method) => method in recordOf(operations)).map((method) =>
      method.startsWith('x-') ? 'ANY' : method.toUpperCase(),
    ),
  }));
}

function parsed(content: string): unknown {
  try {
    // Of JSON, which YAML contains, this is far faster.
    return content.trimStart().startsWith('{') ? JSON.parse(content) : parse(content);
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
