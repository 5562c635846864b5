import { TaskgateError } from '../../src/client/index.js';
import {
  isGone,
  QUIET,
  scopeName,
  scopeOf,
  weigh,
  withMissed,
  withRing,
  withView,
  type Ring,
} from '../../src/dashboard/notifications/bell-state.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const minutesAgo = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();
const ring = (id: string, status: Ring['status'] = 'FAILED'): Ring => ({ id, kind: 'bind_ldap', status, at: NOW });

describe('an update of a watched view', () => {
  const ended = { done: true, status: 'FAILED', finishedAt: minutesAgo(1) } as const;
  const update = { kind: 'changed', previousStatus: 'RUNNING', at: minutesAgo(1), task: ended } as const;

  it.each([
    ['a failure of just now', update, 'failure'],
    ['one that was replayed, of nine minutes ago', { ...update, at: minutesAgo(9) }, 'failure'],
    ['one that was replayed, of eleven minutes ago', { ...update, at: minutesAgo(11) }, 'missed'],
    ['a success', { ...update, task: { ...ended, status: 'SUCCEEDED' } }, 'nothing'],
    ['an old success', { ...update, at: minutesAgo(11), task: { ...ended, status: 'SUCCEEDED' } }, 'missed'],
    ['details of what had ended', { ...update, previousStatus: 'FAILED' }, 'nothing'],
    ['a failure that was known at once', { ...update, previousStatus: null }, 'failure'],
    [
      'a failure of yesterday that was found just now',
      { ...update, previousStatus: null, task: { ...ended, finishedAt: minutesAgo(1_440) } },
      'nothing',
    ],
    ['a task that still runs', { ...update, task: { ...ended, done: false, status: 'RUNNING' } }, 'nothing'],
    ['a removal', { ...update, kind: 'removed' }, 'nothing'],
    ['what is shown first', { ...update, kind: 'snapshot', previousStatus: null }, 'nothing'],
  ] as const)('%s', (_, each, expected) => {
    expect(weigh(each, NOW)).toBe(expected);
  });
});

describe('a watched view', () => {
  it('is the same whatever statuses, order and columns it is looked at with', () => {
    expect(scopeOf('?status=FAILED&service=SFS&order=updated&live=off&cols=seen,error')).toBe('?service=SFS');
    expect(scopeOf('?cols=seen')).toBe(scopeOf(''));
  });

  it('is named as a person reads it', () => {
    expect(scopeName(scopeOf('?account=prod&q=导入+a%26b'))).toBe('account=prod · q=导入 a&b');
  });

  it.each([
    ['NOT_FOUND', true],
    ['FORBIDDEN', true],
    ['INTERNAL_SERVER_ERROR', false],
    ['CLOSED_4500', false],
    ['UNREACHABLE', false],
  ])('is let go of after %s: %s', (code, gone) => {
    expect(isGone(new TaskgateError(code, 'no'))).toBe(gone);
  });
});

describe('the list of the bell', () => {
  it('has one ring for a task and its final state, whether a bell or a view asked for it', () => {
    const once = withRing({ ...QUIET, bells: [{ id: 'a', kind: 'bind_ldap' }] }, ring('a'));
    expect(once).toMatchObject({ bells: [], unread: 1, rings: [ring('a')] });
    expect(withRing(once!, ring('a'))).toBeNull();
    expect(withRing(once!, ring('a', 'SUCCEEDED'))?.unread).toBe(2);
  });

  it('keeps fifty rings and eight views', () => {
    let state = QUIET;
    for (let each = 0; each < 60; each++) state = withView(withRing(state, ring(`${each}`))!, `?q=${each}`);
    expect([state.rings.length, state.rings[0]!.id]).toEqual([50, '59']);
    expect([state.views.length, state.views[0]]).toEqual([8, '?q=59']);
  });

  it('sums up what was missed', () => {
    const ends = ['SUCCEEDED', 'FAILED', 'EXPIRED', 'FAILED'] as const;
    expect(ends.reduce(withMissed, QUIET).away).toEqual({ finished: 4, failed: 2 });
  });
});
