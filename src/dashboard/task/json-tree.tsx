import { useState, type ReactNode } from 'react';
import { LeavingButton } from '../leaving-button.js';
import { useWords } from '../preferences.js';

/** A tree of no more is shown whole; of a larger one only what somebody opens is drawn. */
const MOST_OPENED = 200;
/** So many lie in one slice of a long list. */
const SLICE = 100;
const LONGEST_TEXT = 2_000;

export function JsonTree({ value, label }: { readonly value: unknown; readonly label: string }): ReactNode {
  const opened = countUpTo(MOST_OPENED, value) < MOST_OPENED;
  return (
    <div className="json" role="group" aria-label={label}>
      {isBranch(value) ? <Entries value={value} opened={opened} /> : <Leaf value={value} />}
    </div>
  );
}

interface EntriesProps {
  readonly value: object;
  readonly opened: boolean;
}

function Entries({ value, opened }: EntriesProps): ReactNode {
  const entries = Object.entries(value);
  return <Slice entries={entries} from={0} to={entries.length} opened={opened} />;
}

interface SliceProps {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly from: number;
  readonly to: number;
  readonly opened: boolean;
}

/** At most a hundred lines: entries, or slices of them that are drawn when they are opened. */
function Slice({ entries, from, to, opened }: SliceProps): ReactNode {
  const step = stepFor(to - from);
  if (step === 1) {
    return (
      <ul>
        {entries.slice(from, to).map(([name, value]) => (
          <li key={name}>
            <Entry name={name} value={value} opened={opened} />
          </li>
        ))}
      </ul>
    );
  }
  const starts = Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
  return (
    <ul>
      {starts.map((start) => {
        const end = Math.min(to, start + step);
        return (
          <li key={start}>
            <Branch summary={<span className="muted">{`${start} – ${end - 1}`}</span>} opened={false}>
              {() => <Slice entries={entries} from={start} to={end} opened={false} />}
            </Branch>
          </li>
        );
      })}
    </ul>
  );
}

function stepFor(count: number): number {
  let step = 1;
  while (count > step * SLICE) step *= SLICE;
  return step;
}

interface EntryProps {
  readonly name: string;
  readonly value: unknown;
  readonly opened: boolean;
}

function Entry({ name, value, opened }: EntryProps): ReactNode {
  const words = useWords();
  const key = <code className="json-key">{name}</code>;
  if (!isBranch(value)) {
    return (
      <div className="json-leaf">
        {key}: <Leaf value={value} />
      </div>
    );
  }
  const count = Object.keys(value).length;
  const size = Array.isArray(value) ? words.jsonItems(count) : words.jsonFields(count);
  if (count === 0) {
    return (
      <div className="json-leaf">
        {key}: {Array.isArray(value) ? '[]' : '{}'}
      </div>
    );
  }
  const summary = (
    <>
      {key} <span className="muted">{size}</span>
    </>
  );
  return (
    <Branch summary={summary} opened={opened}>
      {() => <Entries value={value} opened={opened} />}
    </Branch>
  );
}

interface BranchProps {
  readonly summary: ReactNode;
  readonly opened: boolean;
  readonly children: () => ReactNode;
}

function Branch({ summary, opened, children }: BranchProps): ReactNode {
  const [open, setOpen] = useState(opened);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  );
}

function Leaf({ value }: { readonly value: unknown }): ReactNode {
  const words = useWords();
  const [whole, setWhole] = useState(false);
  const text = JSON.stringify(value);
  if (whole || text.length <= LONGEST_TEXT) return <code>{text}</code>;
  return (
    <>
      <code>{text.slice(0, LONGEST_TEXT)}</code>{' '}
      <LeavingButton className="small" onClick={() => setWhole(true)}>
        {words.jsonWhole(text.length)}
      </LeavingButton>
    </>
  );
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function countUpTo(most: number, value: unknown): number {
  let count = 1;
  if (!isBranch(value)) return count;
  for (const each of Object.values(value)) {
    if (count >= most) break;
    count += countUpTo(most - count, each);
  }
  return count;
}
