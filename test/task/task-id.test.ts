import fc from 'fast-check';
import { InvalidTaskIdError } from '../../src/task/errors.js';
import { formatTaskId, parseTaskId, type TaskIdentity } from '../../src/task/task-id.js';

const identities: fc.Arbitrary<TaskIdentity> = fc.record({
  service: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,31}$/),
  account: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  scope: fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/)),
  upstreamId: fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
});

test('an id gives back the identity it was made of', () => {
  fc.assert(fc.property(identities, (of) => expect(parseTaskId(formatTaskId(of))).toEqual(of)));
});

test('different identities have different ids', () => {
  fc.assert(
    fc.property(identities, identities, (a, b) => {
      expect(formatTaskId(a) === formatTaskId(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('an edited id is refused, or is exactly the id of another identity', () => {
  const edits = fc.record({ at: fc.nat(), drop: fc.nat(2), insert: fc.string({ maxLength: 3, unit: 'binary' }) });
  fc.assert(
    fc.property(identities, edits, (of, { at, drop, insert }) => {
      const id = formatTaskId(of);
      const place = at % (id.length + 1);
      const edited = id.slice(0, place) + insert + id.slice(place + drop);
      let parsed: TaskIdentity | undefined;
      try {
        parsed = parseTaskId(edited);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidTaskIdError);
      }
      if (parsed) expect(formatTaskId(parsed)).toBe(edited);
    }),
  );
});

test.each([
  ['empty', ''],
  ['padded', `${formatTaskId({ service: 'SFS', account: 'p', scope: '', upstreamId: 'a' })}=`],
  ['with a line break', `${formatTaskId({ service: 'SFS', account: 'p', scope: '', upstreamId: 'a' })}\n`],
  ['very long', 'a'.repeat(10_000)],
  ['JSON with spaces', Buffer.from('["SFS", "p", "", "a"]').toString('base64url')],
  ['too few parts', Buffer.from('["SFS","p","a"]').toString('base64url')],
  ['a number as id', Buffer.from('["SFS","p","",1]').toString('base64url')],
  ['an object', Buffer.from('{"__proto__":1}').toString('base64url')],
  ['a path in the id', Buffer.from('["SFS","p","","../x"]').toString('base64url')],
  ['a path in the scope', Buffer.from('["SFS","p","a/b","x"]').toString('base64url')],
  ['a line break in the id', Buffer.from('["SFS","p","","a\\n"]').toString('base64url')],
  ['no account', Buffer.from('["SFS","","","a"]').toString('base64url')],
  ['a lower-case service', Buffer.from('["sfs","p","","a"]').toString('base64url')],
])('%s is no task id', (_, id) => {
  expect(() => parseTaskId(id)).toThrow(InvalidTaskIdError);
});

test('an id that was read before is read as the first time, and can be changed by nobody', () => {
  const ids = Array.from({ length: 2_500 }, (_, index) =>
    formatTaskId({ service: 'SFS', account: 'prod', scope: '', upstreamId: `job-${index}` }),
  );
  for (const round of [1, 2]) {
    ids.forEach((id, index) => {
      const identity = parseTaskId(id);
      expect([round, identity.upstreamId]).toEqual([round, `job-${index}`]);
      expect(Object.isFrozen(identity)).toBe(true);
    });
  }
});
