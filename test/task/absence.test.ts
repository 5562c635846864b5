import { FIRST_LIFE_MS, isExpired, noteAbsence } from '../../src/task/absence.js';
import { createTask } from '../../src/task/apply-reading.js';
import type { Absence } from '../../src/task/task.js';

const BORN = 1_000_000;
const { task } = createTask({ service: 'SFS', account: 'p', scope: '', upstreamId: 'a' }, 'r', {}, BORN);

const absences = (...instants: number[]): Absence | null =>
  instants.reduce<Absence | null>((absence, at) => noteAbsence(task, absence, at), null);

test.each([
  ['never missed', [], 200_000, false],
  ['two polls over two minutes', [60_000, 180_000], 180_000, false],
  ['three polls within a minute', [60_000, 80_000, 119_999], 119_999, false],
  ['three polls over a minute', [60_000, 80_000, 120_000], 120_000, true],
  ['polls in the first minute of its life, then two', [0, 20_000, 40_000, 59_999, 60_000, 120_000], 120_000, false],
  ['polls in the first minute of its life, then three', [0, 20_000, 59_999, 60_000, 90_000, 120_000], 120_000, true],
])('%s', (_, polls, at, expired) => {
  expect(isExpired(absences(...polls.map((poll) => BORN + poll)), BORN + at)).toBe(expired);
});

test('a poll in the first minute takes nothing back', () => {
  const absence = { count: 2, firstAt: BORN };
  expect(noteAbsence(task, absence, BORN + FIRST_LIFE_MS - 1)).toBe(absence);
});
