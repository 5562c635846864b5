import fc from 'fast-check';
import { hideNamedSecrets, hideSecrets } from '../../src/base/hide-secrets.js';

const PASSWORD = 'Hun+er/2 "pä%ss\\w0rd';

const percent = encodeURIComponent;
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const lowerPercent = (text: string) => percent(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const units = (text: string) => Array.from({ length: text.length }, (_unit, at) => text.charCodeAt(at));
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  verbatim: (text) => text,
  json,
  'json twice': (text) => json(json(text)),
  percent,
  'lower percent': lowerPercent,
  'percent twice': (text) => percent(percent(text)),
  form: (text) => new URLSearchParams({ p: text }).toString().slice(2),
  html: (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;'),
  'html numbers': (text) =>
    units(text)
      .map((unit) => `&#${unit};`)
      .join(''),
  'unicode escapes': (text) =>
    units(text)
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  'some unicode escapes': (text) =>
    text.replace(/[ä+]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 of user and password': (text) => Buffer.from(`us:${text}`).toString('base64'),
  'base64 in a document': (text) => Buffer.from(`{"password":"${text}"}`).toString('base64'),
  'base64 twice': (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'upper hex': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'other case': (text) => text.toUpperCase(),
};
const each = Object.entries(ENCODINGS);

describe('hideSecrets', () => {
  it.each(each)('lets no password through in the form %s', (_name, encode) => {
    for (const text of [`no «${encode(PASSWORD)}» here`, `no:${encode(PASSWORD)}`, `x=${encode(PASSWORD)}&y`]) {
      const hidden = hideSecrets(text, [PASSWORD]);
      expect(hidden).toMatch(/\[secret\]|held a secret/);
      expect(hidden).not.toContain(encode(PASSWORD));
    }
  });

  it('lets no secret through, whatever it is and however it is encoded', () => {
    const secret = fc
      .string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' })
      .filter((text) => /\w{3}/.test(text));
    const name = fc.constantFrom(...Object.keys(ENCODINGS));
    fc.assert(
      fc.property(secret, name, (text, encoding) => {
        const echo = ENCODINGS[encoding]!(text);
        expect(hideSecrets(`cannot bind with « ${echo} »`, [text])).not.toContain(echo);
      }),
      { numRuns: 500 },
    );
  });

  it('cuts out what it finds, and leaves the words around it', () => {
    expect(hideSecrets(`bad key ${PASSWORD}, ${percent(PASSWORD)}.`, [PASSWORD])).toBe('bad key [secret], [secret].');
  });

  it('cuts a message at the beginning of a long secret', () => {
    const token = 'abcdefghij0123456789'.repeat(3);
    expect(hideSecrets(`the token ${token.slice(0, 30)}`, [token])).toBe('the token [secret]');
  });

  it('leaves a text alone that holds none', () => {
    const text =
      'The LDAP server at ldap://192.168.0.1:389 refused "cn=admin" (100%): &lt;none&gt; \\u4e2d 7a6b5c4d3e2f';
    expect(hideSecrets(text, [PASSWORD, 'abcdefghij0123456789', ''])).toBe(text);
  });

  it('takes a secret of half a character', () => {
    expect(hideSecrets('no abcdefgh\ud800!', ['abcdefgh\ud800'])).toBe('no [secret]!');
  });

  it('leaves words as short as two characters alone', () => {
    expect(hideSecrets('AK is a word', ['AK', ''])).toBe('AK is a word');
  });
});

describe('hideNamedSecrets', () => {
  it.each([
    ['bind failed: user cn=admin password Hunter2secretpw', 'bind failed: user cn=admin password [secret]'],
    ['password=abc rest', 'password=[secret] rest'],
    ['adminPass: "two words" rest', 'adminPass: [secret] rest'],
    ['--link_token=LT-1 --password abc --fast', '--link_token=[secret] --password [secret] --fast'],
    ['X-Auth-Token: abc', 'X-Auth-Token: [secret]'],
    ['Authorization: Basic abc def', 'Authorization: [secret]'],
    ['pw S3cret', 'pw [secret]'],
    ['密码：abc', '密码：[secret]'],
  ])('%s', (text, hidden) => expect(hideNamedSecrets(text)).toBe(hidden));

  it.each([
    'the password expired.',
    'token is invalid',
    'The task takes 5 minutes',
    'passes 3 of 4',
    'task 7: risk: 3',
  ])('leaves %s', (text) => expect(hideNamedSecrets(text)).toBe(text));

  it('takes no longer than the text is long', () => {
    const startedAt = performance.now();
    for (const text of ['token', '-', 'a-', ' ', 'password ', '"']) hideNamedSecrets(text.repeat(200_000));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
