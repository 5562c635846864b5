import type { Json } from '../../src/base/json.js';
import { isErrorBody, parseErrorBody } from '../../src/upstream/error-body.js';

const SHAPES: readonly [string, Json, object][] = [
  ['KPS, APIG, CVR', { error_code: 'KPS.0001', error_msg: 'no' }, { upstreamCode: 'KPS.0001', upstreamMessage: 'no' }],
  [
    'the front gateway',
    { error_code: 'APIGW.0301', error_msg: 'no', request_id: 'r1' },
    { upstreamCode: 'APIGW.0301', upstreamMessage: 'no', requestId: 'r1' },
  ],
  [
    'SFS Turbo',
    { errCode: 'SFS.TURBO.0019', errMsg: 'gone' },
    { upstreamCode: 'SFS.TURBO.0019', upstreamMessage: 'gone' },
  ],
  [
    'BCS',
    { code: '400', error_code: 'BCS.4006005', error_msg: 'short', message: 'long' },
    { upstreamCode: 'BCS.4006005', upstreamMessage: 'short' },
  ],
  [
    'IAM, with a numeric code',
    { error: { code: 401, message: 'wrong', title: 'Unauthorized' } },
    { upstreamCode: '401', upstreamMessage: 'wrong' },
  ],
  ['ECS, nested', { error: { code: 'Ecs.0001', message: 'no' } }, { upstreamCode: 'Ecs.0001', upstreamMessage: 'no' }],
  ['ECS, flat', { code: 'Ecs.0114', message: 'no' }, { upstreamCode: 'Ecs.0114', upstreamMessage: 'no' }],
];

describe('an error body', () => {
  test.each(SHAPES)('of %s is understood', (_, body, expected) => {
    expect(parseErrorBody(body)).toEqual(expected);
  });

  test.each([[undefined], [null], ['text'], [7], [[{ error_code: 'x' }]], [{ error_code: {} }], [{ error: null }]])(
    'that is %j says nothing',
    (body: Json | undefined) => {
      expect(parseErrorBody(body)).toEqual({});
    },
  );

  test('is cut where its text is absurdly long', () => {
    expect(parseErrorBody({ error_msg: 'x'.repeat(100_000) }).upstreamMessage).toHaveLength(2_000);
  });

  test('is told apart from a job that has failed', () => {
    expect(isErrorBody({ error_code: 'APIGW.0308', error_msg: 'slow down', request_id: 'r' })).toBe(true);
    expect(isErrorBody({ job_id: 'j', status: 'FAIL', error_code: 'APIGW.0308' })).toBe(false);
    expect(isErrorBody({})).toBe(false);
    expect(isErrorBody(undefined)).toBe(false);
  });
});
