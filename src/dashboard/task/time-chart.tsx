import { useId, useState, type ReactNode } from 'react';
import { useWords } from '../preferences.js';
import { StatusBadge, StatusIcon } from '../status-badge.js';
import { formatClock, formatDuration, formatInstant, useLiveNow, useNow } from '../time.js';
import type { ShownTask, SubTask, Transition } from './task-document.js';
import { blocksOf, endOf, scaleOf, ticksOf, type StateBlock, type TimeScale } from './time-scale.js';

interface TimeChartProps {
  readonly task: ShownTask;
  readonly transitions: readonly Transition[];
}

interface Drawing {
  readonly scale: TimeScale;
  /** Until here something is known. */
  readonly knownTo: number;
  /** When parts end that say no end of their own. */
  readonly partsTo: number;
  /** Where the line of the present stands: still while the page is not live or the task is stale; null when it is done. */
  readonly now: number | null;
  readonly hatch: string;
}

/** So many rows would push away what stands below them. */
const MANY_ROWS = 30;
/** By keys too. */
const SCROLLING = { 'data-many': '', tabIndex: 0, role: 'region' };
const CLOSE_MS = 5 * 60_000;

/** The task and its parts on one axis of time, with what nobody saw drawn as such. */
export function TimeChart({ task, transitions }: TimeChartProps): ReactNode {
  return task.done ? (
    <Chart task={task} transitions={transitions} now={Date.parse(task.updatedAt)} present={0} live />
  ) : (
    <OpenChart task={task} transitions={transitions} />
  );
}

function OpenChart(props: TimeChartProps): ReactNode {
  return <Chart {...props} {...useLiveNow()} present={useNow()} />;
}

interface ChartProps extends TimeChartProps {
  readonly now: number;
  /** Goes on also while `now` stands. */
  readonly present: number;
  readonly live: boolean;
}

function Chart({ task, transitions, now, present, live }: ChartProps): ReactNode {
  const words = useWords();
  const hatch = useId();
  const subTasks = task.__typename === 'SfsTask' ? inOrderOfTime(task.subTasks) : [];
  const [close, setClose] = useState(false);
  const whole = scaleOf(task, transitions, subTasks, present);
  const long = whole.to - whole.from > 2 * CLOSE_MS;
  const scale = long && close ? endOf(whole, CLOSE_MS) : whole;
  const blind = !task.done && (task.stale || !live);
  const lastSeen = task.observedAt === null ? now : Date.parse(task.observedAt);
  const knownTo = blind ? Math.min(present, lastSeen) : task.done ? scale.to : now;
  const partsTo = task.done ? Date.parse(task.finishedAt ?? task.updatedAt) : knownTo;
  const drawing = { scale, knownTo, partsTo, now: task.done ? null : task.stale ? knownTo : now, hatch };
  return (
    <div className="time-chart">
      {long && (
        <button type="button" className="with-icon" aria-pressed={close} onClick={() => setClose(!close)}>
          {words.lastFiveMinutes}
        </button>
      )}
      <div className="time-rows" {...(subTasks.length >= MANY_ROWS && { ...SCROLLING, 'aria-label': words.timeline })}>
        <div className="time-label">{words.wholeTask}</div>
        <Lane
          drawing={drawing}
          blocks={blocksOf(transitions, knownTo)}
          blindTo={blind ? present : null}
          kind={task.kind}
        />
        {subTasks.map((subTask, index) => (
          <SubTaskRow key={`${subTask.upstreamId} ${index}`} subTask={subTask} drawing={drawing} />
        ))}
        <div className="time-label" />
        <Axis scale={scale} />
      </div>
      <Legend transitions={transitions} blind={blind} from={scale.from} />
    </div>
  );
}

/** By when they began, whatever became of them; what has not begun comes last. */
function inOrderOfTime(subTasks: readonly SubTask[]): readonly SubTask[] {
  const startOf = ({ startedAt }: SubTask): number => (startedAt === null ? Infinity : Date.parse(startedAt));
  return subTasks.toSorted((a, b) => (startOf(a) === startOf(b) ? 0 : startOf(a) - startOf(b)));
}

const LANE_HEIGHT = 28;

interface LaneProps {
  readonly drawing: Drawing;
  readonly blocks: readonly StateBlock[];
  /** Until when there was no news; null while there is some. */
  readonly blindTo: number | null;
  readonly kind: string;
}

function Lane({ drawing, blocks, blindTo, kind }: LaneProps): ReactNode {
  const words = useWords();
  const { scale, knownTo, hatch } = drawing;
  const from = formatInstant(scale.from);
  return (
    <svg className="time-lane" height={LANE_HEIGHT} role="img" aria-label={words.chartLabel(kind, from)}>
      <Hatch id={hatch} />
      {blocks.map((block, index) => (
        <Block key={index} block={block} drawing={drawing} />
      ))}
      {blindTo !== null && <NoNews from={knownTo} to={blindTo} drawing={drawing} />}
      <NowLine drawing={drawing} />
    </svg>
  );
}

function Hatch({ id }: { readonly id: string }): ReactNode {
  return (
    <defs>
      <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="hatch-line" width={2.5} height={6} />
      </pattern>
    </defs>
  );
}

/** Solid where the status was certain; before that, hatched, as long as it may have begun. */
function Block({ block, drawing }: { readonly block: StateBlock; readonly drawing: Drawing }): ReactNode {
  const words = useWords();
  const { scale, hatch } = drawing;
  const { status, from, to, notBefore } = block;
  if (to < scale.from) return null;
  const left = scale.percent(from);
  const since = scale.percent(notBefore ?? scale.from);
  const certain = `${words.status[status]}${words.colon}${formatClock(from)} – ${formatClock(to)}`;
  const unsure = notBefore === null ? words.notWatchedYet : words.between(formatClock(notBefore), formatClock(from));
  return (
    <g data-status={status}>
      {left > since && (
        <g className="time-unsure" data-open={notBefore === null ? '' : undefined}>
          <title>{unsure}</title>
          <rect className="time-tint" x={`${since}%`} width={`${left - since}%`} y={4} height={20} />
          <rect x={`${since}%`} width={`${left - since}%`} y={4} height={20} fill={`url(#${hatch})`} />
        </g>
      )}
      <g>
        <title>{certain}</title>
        <rect
          className="time-block"
          x={`${left}%`}
          width={`${Math.max(0.4, scale.percent(to) - left)}%`}
          y={2}
          height={24}
          rx={2}
        />
      </g>
    </g>
  );
}

function NoNews({
  from,
  to,
  drawing,
}: {
  readonly from: number;
  readonly to: number;
  readonly drawing: Drawing;
}): ReactNode {
  const words = useWords();
  const left = drawing.scale.percent(from);
  return (
    <g className="time-no-news">
      <title>{words.noNewsSince(formatClock(from))}</title>
      <rect
        x={`${left}%`}
        width={`${drawing.scale.percent(to) - left}%`}
        y={4}
        height={20}
        fill={`url(#${drawing.hatch})`}
      />
    </g>
  );
}

function NowLine({ drawing: { scale, now } }: { readonly drawing: Drawing }): ReactNode {
  if (now === null) return null;
  const at = `${scale.percent(now)}%`;
  return <line className="time-now" x1={at} x2={at} y1={0} y2={LANE_HEIGHT} />;
}

function SubTaskRow({ subTask, drawing }: { readonly subTask: SubTask; readonly drawing: Drawing }): ReactNode {
  const words = useWords();
  const { kind, status, startedAt, finishedAt, error } = subTask;
  const { scale, partsTo } = drawing;
  const start = startedAt === null ? null : Date.parse(startedAt);
  const end = finishedAt === null ? partsTo : Date.parse(finishedAt);
  const left = start === null ? 0 : scale.percent(start);
  const took = start === null ? words.notStarted : formatDuration(end - start, words);
  return (
    <>
      <div className="time-label" data-status={status} data-testid="subtask">
        <StatusIcon status={status} />
        <span className="time-kind">
          {kind} <span className="visually-hidden">{words.status[status]}</span>
          <span className="muted">{took}</span>
        </span>
      </div>
      <div className="time-bar" data-status={status}>
        <svg className="time-lane" height={LANE_HEIGHT} aria-hidden data-testid="gantt-row">
          {start === null ? (
            <circle className="time-dot" cx={8} cy={LANE_HEIGHT / 2} r={4} />
          ) : end < scale.from ? null : (
            <rect
              className="time-block"
              x={`${left}%`}
              width={`${Math.max(0.4, scale.percent(end) - left)}%`}
              y={6}
              height={16}
              rx={2}
            />
          )}
          <NowLine drawing={drawing} />
        </svg>
        {error && (
          <p className="time-error">
            {error.upstreamCode !== null && <code>{error.upstreamCode}</code>} {error.message}
          </p>
        )}
      </div>
    </>
  );
}

function Axis({ scale }: { readonly scale: TimeScale }): ReactNode {
  return (
    <svg className="time-axis" height={22} aria-hidden>
      {ticksOf(scale).map((tick, index) => {
        const at = scale.percent(tick);
        const anchor = at < 8 ? 'start' : at > 92 ? 'end' : 'middle';
        return (
          <g key={tick} data-odd={index % 2 === 1 ? '' : undefined}>
            <line x1={`${at}%`} x2={`${at}%`} y1={0} y2={5} />
            <text x={`${at}%`} y={18} textAnchor={anchor}>
              {formatClock(tick)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

interface LegendProps {
  readonly transitions: readonly Transition[];
  readonly blind: boolean;
  /** Where the drawing begins. */
  readonly from: number;
}

/** Only what is drawn. */
function Legend({ transitions, blind, from }: LegendProps): ReactNode {
  const words = useWords();
  const statuses = [...new Set(transitions.map(({ to }) => to))];
  const first = transitions[0];
  return (
    <ul className="time-legend">
      {statuses.map((status) => (
        <li key={status}>
          <StatusBadge status={status} />
        </li>
      ))}
      {transitions.some(
        ({ from: before, to, notBefore, at }) => before !== to && notBefore !== null && notBefore !== at,
      ) && (
        <li>
          <span className="swatch swatch-unsure" aria-hidden /> {words.legendUnsure}
        </li>
      )}
      {first?.notBefore === null && Date.parse(first.at) > from && (
        <li>
          <span className="swatch swatch-open" aria-hidden /> {words.notWatchedYet}
        </li>
      )}
      {blind && (
        <li>
          <span className="swatch swatch-no-news" aria-hidden /> {words.legendNoNews}
        </li>
      )}
    </ul>
  );
}
