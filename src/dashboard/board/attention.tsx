import { CalendarClock, CircleCheck, Clock, OctagonX, Plug, type LucideIcon } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { TaskFilter, TaskStats } from '../../client/index.js';
import { ask } from '../connection.js';
import { PageOfTasksDocument } from '../generated/documents.js';
import { useWords } from '../preferences.js';
import { countOf } from './counters.js';
import { facetsOf, formatView, type BoardView } from './view.js';

const RECENT_MS = 3_600_000;
const LOOK_AGAIN_MS = 60_000;
const LOOKED_AT = 100;

interface AttentionProps {
  readonly stats: TaskStats | null;
  readonly view: BoardView;
  /** That of the counters. */
  readonly filter: TaskFilter;
  readonly troubledSources: number;
}

/** What a person may have to do something about; one quiet line when there is nothing. */
export function Attention({ stats, view, filter, troubledSources }: AttentionProps): ReactNode {
  const words = useWords().boardPage;
  const failed = useRecentFailures(filter, stats ? countOf(stats, 'FAILED') : null);
  if (!stats || failed === null) return <p className="attention attention-none" aria-hidden />;
  const scope = facetsOf(view);
  const to = (changes: Partial<BoardView>): string => `/${formatView({ ...scope, ...changes })}`;
  const items: readonly (readonly [number, string, LucideIcon, string])[] = [
    [
      failed,
      words.failedLastHour(failed, failed >= LOOKED_AT),
      OctagonX,
      to({ statuses: ['FAILED'], order: 'updated' }),
    ],
    [stats.overdue, words.overdueNow(stats.overdue), Clock, to({ overdue: true })],
    [stats.stale, words.staleNow(stats.stale), CalendarClock, to({ stale: true })],
    [troubledSources, words.sourcesTroubled(troubledSources), Plug, '/sources'],
  ];
  const shown = items.filter(([count]) => count > 0);
  if (shown.length === 0) {
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

/** Of the last hour by when they ended; read again when the number of failed tasks moves. Null until it is known. */
function useRecentFailures(filter: TaskFilter, failed: number | null): number | null {
  const [ends, setEnds] = useState<readonly number[] | null>(null);
  const [now, setNow] = useState(Date.now);
  const text = useMemo(() => JSON.stringify({ ...filter, statuses: ['FAILED'] }), [filter]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (failed === null) return undefined;
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const variables = { filter: JSON.parse(text) as TaskFilter, order: 'UPDATED_DESC', first: LOOKED_AT } as const;
      const { data } = await ask(PageOfTasksDocument, variables, controller.signal);
      setNow(Date.now());
      if (data?.tasks)
        setEnds(data.tasks.nodes.map(({ finishedAt, updatedAt }) => Date.parse(finishedAt ?? updatedAt)));
    };
    const timer = setTimeout(() => void read().catch(() => undefined), 500);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, failed]);
  if (failed === 0) return 0;
  return ends?.filter((end) => end > now - RECENT_MS).length ?? null;
}
