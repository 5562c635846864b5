import { useEffect, useState } from 'react';
import type { TaskFilter, TaskStats } from '../../client/index.js';
import { taskgate } from '../connection.js';

/** Null until the first counts are here. */
export function useStats(filter: TaskFilter): TaskStats | null {
  const [stats, setStats] = useState<TaskStats | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const follow = async (): Promise<void> => {
      try {
        for await (const next of taskgate.followStats(filter, { signal: controller.signal })) setStats(next);
      } catch {
        // The list fails for the same reason and says it; unknown counts are shown as unknown.
        setStats(null);
      }
    };
    void follow();
    return () => controller.abort();
  }, [filter]);
  return stats;
}
