import { CalendarClock, CircleCheck, Clock, OctagonX, Plug, type LucideIcon } from 'lucide-react';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { TaskFilter, TaskStats } from '../../client/index.js';
import { useWords } from '../preferences.js';
import { useOfNow } from '../time.js';
import { countOf } from './counters.js';
import { readTasks, usePacedRead } from './use-paced-read.js';
import { facetsOf, formatView, type BoardView } from './view.js';

const RECENT_MS = 3_600_000;
const LOOKED_AT = 100;
const NONE: readonly RecentFailure[] = [];

interface AttentionProps {
  readonly stats: TaskStats | null;
  readonly view: BoardView;
  /** That of the counters. */
  readonly filter: TaskFilter;
  /** What the filter says, whatever its window of time begins with now. */
  readonly scopeKey: string;
  readonly troubledSources: number;
}

/** What a person may have to do something about; one quiet line when there is nothing. */
export function Attention({ stats, view, filter, scopeKey, troubledSources }: AttentionProps): ReactNode {
  const words = useWords().boardPage;
  const failures = useRecentFailures(scopeKey, filter, stats ? countOf(stats, 'FAILED') : null);
  if (!stats) return <p className="attention attention-none" aria-hidden />;
  const scope = facetsOf(view);
  const to = (changes: Partial<BoardView>): string => `/${formatView({ ...scope, ...changes })}`;
  const failed = failures?.length ?? 0;
  const items: readonly (readonly [number, string, LucideIcon, string])[] = [
    [
      failed,
      words.failedLastHour(failed, failed >= LOOKED_AT),
      OctagonX,
      to({ statuses: ['FAILED'], order: 'updated', created: createdWith(failures ?? NONE, view) }),
    ],
    [stats.overdue, words.overdueNow(stats.overdue), Clock, to({ overdue: true })],
    [stats.stale, words.staleNow(stats.stale), CalendarClock, to({ stale: true })],
    [troubledSources, words.sourcesTroubled(troubledSources), Plug, '/sources'],
  ];
  const shown = items.filter(([count]) => count > 0);
  if (shown.length === 0) {
    if (failures === null) return <p className="attention attention-none" aria-hidden />;
    return (
      <p className="attention attention-none">
        <CircleCheck size={14} aria-hidden />
        {words.nothingNeedsAttention}
      </p>
    );
  }
  return (
    <ul className="attention" aria-label={words.needsAttention}>
      {shown.map(([, text, Icon, href]) => (
        <li key={href} data-kind={Icon === OctagonX ? 'failed' : 'late'}>
          <Link href={href}>
            <Icon size={14} aria-hidden />
            {text}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The window that holds them all, unless there are more than were looked at: by its end no task can be asked for. */
function createdWith(failures: readonly RecentFailure[], { created }: BoardView): string {
  if (failures.length === 0 || failures.length >= LOOKED_AT) return created;
  const first = Math.min(...failures.map(({ createdAt }) => createdAt));
  return `${new Date(first - 1).toISOString()}..${created.split('..')[1] ?? ''}`;
}

interface RecentFailure {
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  readonly createdAt: number;
}

/** Those of the last hour by when they ended; read again when the number of failed tasks moves. Null until they are known. */
function useRecentFailures(scope: string, filter: TaskFilter, failed: number | null): readonly RecentFailure[] | null {
  const [known, setKnown] = useState<{ readonly scope: string; readonly ends: readonly RecentFailure[] } | null>(null);
  const text = useMemo(() => JSON.stringify({ ...filter, statuses: ['FAILED'] }), [filter]);
  const read = useCallback(
    async (signal: AbortSignal): Promise<void> => {
      const variables = { filter: JSON.parse(text) as TaskFilter, order: 'UPDATED_DESC', first: LOOKED_AT } as const;
      const tasks = await readTasks(variables, signal);
      const ends = tasks.nodes.map(({ finishedAt, updatedAt, createdAt }) => ({
        endedAt: Date.parse(finishedAt ?? updatedAt),
        createdAt: Date.parse(createdAt),
      }));
      setKnown({ scope, ends: ends.sort((a, b) => b.endedAt - a.endedAt) });
    },
    [scope, text],
  );
  usePacedRead(read, failed);
  const ends = failed === 0 ? NONE : known?.scope === scope ? known.ends : null;
  const count = useOfNow((now) => ends?.filter(({ endedAt }) => endedAt > now - RECENT_MS).length ?? 0);
  return useMemo(() => ends?.slice(0, count) ?? null, [ends, count]);
}
