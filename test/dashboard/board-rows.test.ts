import { createBoardRows } from '../../src/dashboard/board/board-rows.js';
import type { BoardTask } from '../../src/dashboard/board/board-task.js';

const AT = '2026-01-01T00:00:00.000Z';

function task(fields: Partial<BoardTask>): BoardTask {
  return {
    ...{ id: '1', service: 'SFS', account: 'prod', region: 'cn-north-4', upstreamId: '1', kind: 'bind_ldap' },
    ...{ status: 'RUNNING', done: false, upstreamStatus: 'running', stale: false, error: null },
    ...{ createdAt: AT, updatedAt: AT, startedAt: AT, finishedAt: null, observedAt: AT },
    ...{ resource: null, progress: null, estimate: null, seq: 1, ...fields },
  };
}

describe('a row that no longer fits', () => {
  it('has another status where that is what has changed', () => {
    const rows = createBoardRows('CREATED_DESC', { done: false });
    rows.append([task({})]);
    rows.change(task({ status: 'FAILED', done: true, seq: 2 }));
    expect(rows.all()[0]!.left).toBe('status');
    rows.change(task({ status: 'FAILED', done: true, seq: 3 }));
    expect(rows.all()[0]!.left).toBe('status');
    rows.change(task({ seq: 4 }));
    expect(rows.all()[0]!.left).toBeNull();
  });

  it('has left the view where its status is the same: it is no longer stale, or the window has moved on', () => {
    const rows = createBoardRows('CREATED_DESC', { stale: true });
    rows.append([task({ stale: true })]);
    rows.refresh('1', { stale: false });
    expect(rows.all()[0]!.left).toBe('filter');

    const recent = createBoardRows('CREATED_DESC', {});
    recent.append([task({})]);
    recent.narrow({ createdAfter: AT });
    expect(recent.all()[0]!.left).toBe('filter');
    recent.change(task({ status: 'FAILED', done: true, seq: 2 }));
    expect(recent.all()[0]!.left).toBe('status');
  });
});
