import { parseApiDefinition } from '../../src/dashboard/api-definition.js';

const PATHS = { '/orders': { get: {}, post: {}, parameters: [] }, '/all': { 'x-apigateway-any-method': {} } };

describe('what is read of a definition of APIs', () => {
  it('is its format, its paths and their methods, of JSON and of YAML', () => {
    const paths = [
      { path: '/orders', methods: ['GET', 'POST'] },
      { path: '/all', methods: ['ANY'] },
    ];
    const json = JSON.stringify({ openapi: '3.0.0', paths: PATHS });
    expect(parseApiDefinition(json)).toEqual({ format: 'OpenAPI 3.0.0', paths, fault: null });
    const yaml = 'swagger: "2.0"\npaths:\n  /orders: {get: {}, post: {}}\n  /all:\n    x-apigateway-any-method: {}\n';
    expect(parseApiDefinition(yaml)).toEqual({ format: 'Swagger 2.0', paths, fault: null });
  });

  it.each(['', 'plain text', '{"paths": 5}', '<script>alert(1)</script>', '[1, 2]'])('is nothing of %p', (text) => {
    expect(parseApiDefinition(text)).toEqual({ format: null, paths: [], fault: null });
  });

  it.each([
    ['{ "openapi": oops }', /^Unexpected token/],
    ['openapi: 3.0.0\npaths: [\n', /at line 3, column 1$/],
    ['a: &x [1]\nb: *y\n', /Unresolved alias/],
  ])('is where it is broken: %j', (text, fault) => {
    const { fault: said, ...rest } = parseApiDefinition(text);
    expect(rest).toEqual({ format: null, paths: [] });
    expect(said).toMatch(fault);
  });
});
