import { CalendarClock, CircleCheck, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { TaskStats } from '../../client/index.js';
import type { ReadSourcesQuery } from '../generated/documents.js';
import { kindName } from '../kind-name.js';
import { useWords } from '../preferences.js';
import { budgetUse, iconOfState, isWell, wordsOfState, worstFirst, type Source } from '../sources/source-state.js';
import { StatusBadge, StatusIcon } from '../status-badge.js';
import { STATUSES } from '../statuses.js';
import { formatDuration, useNow } from '../time.js';
import type { Polled } from '../use-polled.js';
import type { WallTask, WallTasks } from './use-wall-tasks.js';

interface StatsProps {
  readonly stats: TaskStats | undefined;
}

/** In a fixed order, what needs a person first. */
export function CountersPanel({ stats }: StatsProps): ReactNode {
  const words = useWords();
  return (
    <ul className="wall-counters" aria-label={words.countersLabel}>
      {STATUSES.map((status) => {
        const count = stats?.byStatus.find((each) => each.status === status)?.count ?? 0;
        return (
          <li key={status} data-status={status} data-none={count === 0 ? '' : undefined}>
            <span className="wall-number">{stats ? count : '–'}</span>
            <span className="wall-word">
              <StatusIcon status={status} />
              {words.status[status]}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface AttentionProps {
  readonly tasks: WallTasks | undefined;
}

const MOST_ROWS = 8;
/** So few have twice the room each. */
const FEW_ROWS = 4;

/** A failure that nobody has cared for in this time needs no attention any more. */
const RECENT_MS = 3_600_000;

/** What is late or unreadable now, then what failed in the last hour, the latest first. */
export function AttentionPanel({ tasks }: AttentionProps): ReactNode {
  const words = useWords();
  const now = useNow();
  const { failed, stale, overdue } = tasks ?? { failed: [], stale: [], overdue: [] };
  const troubled = [...stale, ...overdue.filter(({ id }) => !stale.some((each) => each.id === id))];
  const ended = failed.filter((task) => endOf(task) > now - RECENT_MS).toSorted((a, b) => endOf(b) - endOf(a));
  const rows = [...troubled.slice(0, MOST_ROWS / 2), ...ended].slice(0, MOST_ROWS);
  return (
    <section className="wall-panel wall-attention" aria-labelledby="wall-attention">
      <h2 id="wall-attention">
        {words.attention} <span className="wall-scope">{words.attentionScope}</span>
      </h2>
      {tasks && rows.length === 0 && (
        <p className="wall-calm">
          <CircleCheck aria-hidden />
          {words.nothingWrong}
        </p>
      )}
      <ul data-few={rows.length <= FEW_ROWS ? '' : undefined}>
        {rows.map((task) => (
          <li key={task.id} data-status={task.status} data-task={task.id}>
            <StatusBadge status={task.status} stale={task.stale} />
            <span className="wall-task">
              <strong>{kindName(task.kind, words)}</strong>
              <span className="muted">
                {task.service} · {task.account}
              </span>
            </span>
            <span className="wall-why">
              {task.stale && <CalendarClock aria-hidden />}
              {!task.stale && !task.done && <Clock aria-hidden />}
              {whyOf(task, words.stale, words.overdue)}
            </span>
            <span className="wall-age">{words.ago(formatDuration(now - endOf(task), words))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function endOf({ finishedAt, updatedAt, observedAt, done }: WallTask): number {
  return Date.parse(done ? (finishedAt ?? updatedAt) : (observedAt ?? updatedAt));
}

function whyOf({ stale, estimate, error, upstreamStatus }: WallTask, staleWord: string, late: string): string {
  if (stale) return staleWord;
  if (estimate?.overdue) return late;
  return error ? [error.upstreamCode, error.message].filter(Boolean).join(' · ') : (upstreamStatus ?? '');
}

export function ServicesPanel({ stats }: StatsProps): ReactNode {
  const words = useWords();
  const services = (stats?.byService ?? []).toSorted((a, b) => b.open - a.open || a.service.localeCompare(b.service));
  const most = Math.max(1, ...services.map(({ open }) => open));
  return (
    <section className="wall-panel" aria-labelledby="wall-services">
      <h2 id="wall-services">{words.openByService}</h2>
      <ul className="wall-services">
        {services.map(({ service, open, count }) => (
          <li key={service}>
            <span>{service}</span>
            <span className="wall-bar" aria-hidden>
              <span style={{ width: `${(open / most) * 100}%` }} />
            </span>
            <span className="wall-count">{words.openOf(open, count)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** As many tiles as there is room for: beside the others, and with the whole frame. */
const MOST_BESIDE = 6;
const MOST_ALONE = 12;

interface SourcesPanelProps {
  readonly polled: Polled<ReadSourcesQuery>;
  readonly accounts: readonly string[] | null;
  /** It has the whole frame. */
  readonly alone: boolean;
}

/** A tile for each, the worst first; those beyond are counted. */
export function SourcesPanel({ polled: { data, error }, accounts, alone }: SourcesPanelProps): ReactNode {
  const words = useWords();
  const mine = worstFirst((data?.sources ?? []).filter(({ account }) => accounts?.includes(account) ?? true));
  const most = alone ? MOST_ALONE : MOST_BESIDE;
  const ill = mine.filter((source) => !isWell(source)).length;
  return (
    <section className="wall-panel wall-sources" aria-labelledby="wall-sources">
      <h2 id="wall-sources">
        {words.sources}
        {data && !error && ill === 0 && <span className="wall-calm"> {words.sourcesWell(mine.length)}</span>}
        {error && <code> {error.code}</code>}
        {mine.length > most && <span className="wall-scope"> {words.sourcesShown(most, mine.length)}</span>}
      </h2>
      <ul>
        {mine.slice(0, most).map((source) => (
          <SourceTile key={`${source.service} ${source.account}`} source={source} />
        ))}
      </ul>
    </section>
  );
}

function SourceTile({ source }: { readonly source: Source }): ReactNode {
  const words = useWords();
  const now = useNow();
  const { service, account, state, requestsPerMinute, requestBudgetPerMinute, lastSuccessAt } = source;
  const Icon = iconOfState(state);
  const { share, near } = budgetUse(source);
  return (
    <li className="wall-source" data-state={state} data-ill={isWell(source) ? undefined : ''}>
      <span className="wall-source-name">
        {service} <span className="muted">{account}</span>
      </span>
      <span className="wall-source-state">
        <Icon aria-hidden /> {wordsOfState(words, state)?.word ?? state}
      </span>
      <span className="wall-bar" data-near={near ? '' : undefined} aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className="wall-source-facts">
        {words.budgetShort(Math.round(requestsPerMinute), Math.round(requestBudgetPerMinute))}
        {near && <strong> {words.nearBudget}</strong>}
      </span>
      <span className="wall-source-facts muted">
        {lastSuccessAt ? words.ago(formatDuration(now - Date.parse(lastSuccessAt), words)) : words.never}
      </span>
    </li>
  );
}
