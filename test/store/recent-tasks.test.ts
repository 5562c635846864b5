import { RecentTasks } from '../../src/store/sqlite/recent-tasks.js';
import { birth, identity } from './tasks.js';

function stored(upstreamId: string) {
  const { task, freshness } = birth(identity(upstreamId));
  return { task, freshness };
}

const range = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `task-${index}`);

it('keeps what was asked for last, however much is read meanwhile', () => {
  const recent = new RecentTasks();
  const hot = stored('hot');
  recent.keep('hot', hot, 500);
  for (const id of range(10_000)) {
    recent.keep(id, stored(id), 500);
    expect(recent.get('hot')).toBe(hot);
  }
  expect(range(10_000).filter((id) => recent.get(id))).toHaveLength(1999);
});

it('leaves a task with much to say in the file', () => {
  const recent = new RecentTasks();
  recent.keep('large', stored('large'), 100_000);
  expect(recent.get('large')).toBeUndefined();
});
