import fc from 'fast-check';
import type { Json } from '../../src/base/json.js';
import { withoutSecrets } from '../../src/sources/wire-fields.js';

const CANARY = 'canary-5f2c';

describe('withoutSecrets', () => {
  it.each(['link_token', 'Link_Token', 'linkToken', 'link-token', 'adminPass', 'user_pwd', 'password', 'sk', 'apiKey'])(
    'leaves %s out',
    (key) => expect(withoutSecrets({ a: [{ [key]: CANARY, b: 1 }] })).toEqual({ a: [{ b: 1 }] }),
  );

  it('looks into documents within texts, however deep', () => {
    const arbitraryWraps = fc.array(fc.constantFrom('text', 'object', 'list'), { maxLength: 6 });
    fc.assert(
      fc.property(arbitraryWraps, fc.constantFrom('link_token', 'password', 'key', 'adminPass'), (wraps, key) => {
        const wrap = {
          text: (value: Json) => JSON.stringify(value),
          object: (x: Json) => ({ x }),
          list: (x: Json) => [x],
        };
        const value = wraps.reduce<Json>((inner, kind) => wrap[kind](inner), { [key]: CANARY, b: 1 });
        expect(JSON.stringify(withoutSecrets({ value }))).not.toContain(CANARY);
      }),
    );
  });

  it('finds a key whose letters are escaped', () => {
    expect(withoutSecrets({ text: `{"link\\u005ftoken":"${CANARY}","b":1}` })).toEqual({ text: '{"b":1}' });
  });

  it('takes out of free texts what they call a secret', () => {
    expect(withoutSecrets({ args: `--link_token=${CANARY} --fast` })).toEqual({ args: '--link_token=[secret] --fast' });
  });

  it('gives an answer without secrets as it is', () => {
    const answer = { a: ['x', { b: '{"c": 1}' }], d: null };
    expect(withoutSecrets(answer)).toBe(answer);
  });
});
