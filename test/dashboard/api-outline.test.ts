import { outlineOf } from '../../src/dashboard/task/api-outline.js';

const PATHS = { '/orders': { get: {}, post: {}, parameters: [] }, '/all': { 'x-apigateway-any-method': {} } };

describe('the outline of an exported definition', () => {
  it('lists paths and methods, of JSON and of YAML', () => {
    const expected = [
      { path: '/orders', methods: ['GET', 'POST'] },
      { path: '/all', methods: ['ANY'] },
    ];
    expect(outlineOf(JSON.stringify({ openapi: '3.0.0', paths: PATHS }))).toEqual(expected);
    expect(
      outlineOf('swagger: "2.0"\npaths:\n  /orders: {get: {}, post: {}}\n  /all:\n    x-apigateway-any-method: {}\n'),
    ).toEqual(expected);
  });

  it.each(['', 'plain text', '{"paths": 5}', '{ broken', 'a: [', '<script>alert(1)</script>'])(
    'is empty for %p',
    (text) => {
      expect(outlineOf(text)).toEqual([]);
    },
  );
});
