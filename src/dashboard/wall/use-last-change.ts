import { useEffect, useState } from 'react';
import type { TaskFilter } from '../../client/index.js';
import { useTaskgate } from '../../client/react.js';
import { useOfNow } from '../time.js';

/** When a task of the filter changed last, in milliseconds since 1970; 0 before that is known. */
export function useLastChange(filter: TaskFilter): number {
  const taskgate = useTaskgate();
  const [last] = useState(() => ({ at: 0 }));
  useEffect(() => {
    const controller = new AbortController();
    const follow = async (): Promise<void> => {
      const wanted = { signal: controller.signal, limit: 1, order: 'UPDATED_DESC' } as const;
      for await (const update of taskgate.followTasks(filter, wanted)) {
        const at = update.kind === 'list' ? update.tasks[0]?.updatedAt : update.at;
        if (at) last.at = Math.max(last.at, Date.parse(at));
      }
    };
    last.at = 0;
    // Whoever shows tasks fails for the same reason and says it.
    follow().catch(() => undefined);
    return () => controller.abort();
  }, [taskgate, filter, last]);
  // With the clocks and not with each change: on a busy day there are hundreds a second.
  return useOfNow(() => last.at);
}
