import { ErrorCode, GatewayError } from '../task/errors.js';
import type { OperationParams } from './operation.js';
import { isRecord } from '../base/json.js';

export interface Params {
  readonly query: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Hash of a persisted query. */
  readonly sha256Hash: string | undefined;
}

/** @throws GatewayError BAD_REQUEST when a field of the request is not of its type */
export function parseParams({ query, operationName, variables, extensions }: OperationParams): Params {
  const sha256Hash = parseHash(optional('extensions', extensions, isRecord));
  return {
    query: optional('query', query, isString),
    operationName: optional('operationName', operationName, isString),
    variables: optional('variables', variables, isRecord) ?? {},
    sha256Hash,
  };
}

function parseHash(extensions: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const persisted =
    extensions && Object.hasOwn(extensions, 'persistedQuery') ? extensions['persistedQuery'] : undefined;
  if (persisted === undefined || persisted === null) return undefined;
  if (isRecord(persisted) && persisted['version'] === 1 && isString(persisted['sha256Hash'])) {
    return persisted['sha256Hash'];
  }
  throw bad('extensions.persistedQuery');
}

function optional<T>(name: string, value: unknown, is: (value: unknown) => value is T): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (!is(value)) throw bad(name);
  return value;
}

function bad(name: string): GatewayError {
  return new GatewayError(ErrorCode.BAD_REQUEST, `${name} of the request is not of its type`);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
