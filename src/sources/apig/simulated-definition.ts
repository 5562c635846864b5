import { parse, stringify } from 'yaml';
import { isRecord, type JsonObject } from '../../base/json.js';

/** What the simulator knows of Swagger and OpenAPI definitions. */

export interface SimulatedApi {
  readonly method: string;
  readonly path: string;
}

const METHODS: ReadonlySet<string> = new Set(['get', 'post', 'put', 'delete', 'patch', 'head', 'options']);
/** APIG's own word for every method. */
const ANY_METHOD = 'x-apigateway-any-method';

/** The APIs of a definition in JSON or YAML; undefined when it is none. */
export function readDefinition(text: string): readonly SimulatedApi[] | undefined {
  const definition = parseText(text);
  if (!isRecord(definition) || !(definition.swagger ?? definition.openapi) || !isRecord(definition.paths)) {
    return undefined;
  }
  return Object.entries(definition.paths).flatMap(([path, operations]) =>
    isRecord(operations) ? Object.keys(operations).flatMap((key) => apiOf(key, path)) : [],
  );
}

function apiOf(key: string, path: string): SimulatedApi[] {
  if (key === ANY_METHOD) return [{ method: 'ANY', path }];
  return METHODS.has(key.toLowerCase()) ? [{ method: key.toUpperCase(), path }] : [];
}

function parseText(text: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text);
  } catch {
    return undefined;
  }
}

export function writeDefinition(
  apis: readonly SimulatedApi[],
  options: {
    readonly title: string;
    readonly version: string;
    readonly isV3: boolean;
    readonly isYaml: boolean;
    readonly withExtensions: boolean;
  },
): string {
  const { title, version, isV3, isYaml, withExtensions } = options;
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const [index, { method, path }] of apis.entries()) {
    const key = method === 'ANY' ? ANY_METHOD : method.toLowerCase();
    paths[path] = { ...paths[path], [key]: operationOf(index, withExtensions) };
  }
  const head = isV3 ? { openapi: '3.0.0' } : { swagger: '2.0' };
  const definition = { ...head, info: { title, version }, paths };
  return isYaml ? stringify(definition) : JSON.stringify(definition, null, '\t');
}

function operationOf(index: number, withExtensions: boolean): JsonObject {
  return {
    operationId: `API_${index + 1}`,
    responses: { default: { description: 'response example' } },
    ...(withExtensions && {
      'x-apigateway-request-type': 'public',
      'x-apigateway-match-mode': 'NORMAL',
      'x-apigateway-backend': { type: 'MOCK', mockEndpoints: { description: '', 'result-content': 'not ok' } },
    }),
  };
}
