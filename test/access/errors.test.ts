import { statusOfCode } from '../../src/graphql/format-error.js';
import { ErrorCode } from '../../src/task/errors.js';

/** contract/errors.md, layer 1: what clients build on. Change it only together with them. */
const TABLE = {
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  BAD_USER_INPUT: 400,
  PERSISTED_QUERY_NOT_FOUND: 200,
  QUERY_TOO_COMPLEX: 400,
  PAYLOAD_TOO_LARGE: 413,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 200,
  NOT_FOUND: 200,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  SHUTTING_DOWN: 503,
  UPSTREAM_TIMEOUT: 200,
  UPSTREAM_UNAVAILABLE: 200,
  UPSTREAM_THROTTLED: 200,
  UPSTREAM_AUTH_FAILED: 200,
  UPSTREAM_BAD_RESPONSE: 200,
  UPSTREAM_UNKNOWN_OUTCOME: 200,
  INTERNAL_SERVER_ERROR: 500,
};

it('the codes and their statuses are those of the contract', () => {
  const codes = Object.values(ErrorCode);
  expect(Object.fromEntries(codes.map((code) => [code, statusOfCode(code)]))).toEqual(TABLE);
});
