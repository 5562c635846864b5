import { Link2, Search, SlidersHorizontal, X } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { copyText } from '../copy-button.js';
import { kindName } from '../kind-name.js';
import { LeavingButton } from '../leaving-button.js';
import { useWords } from '../preferences.js';
import { isColumn } from './columns.js';
import { createdName } from './created-name.js';
import type { BoardSources } from './use-sources.js';
import {
  DEFAULT_ORDER,
  formatView,
  isCreated,
  isStatus,
  isWhole,
  ORDERS,
  WINDOWS,
  withoutFilters,
  type BoardView,
} from './view.js';

const TYPING_PAUSE_MS = 250;

export interface FiltersProps {
  readonly view: BoardView;
  readonly sources: BoardSources;
  readonly onChange: (view: BoardView, replace?: boolean) => void;
}

/** Where there is little room, all but the search is folded. */
export function Filters({ view, sources, onChange }: FiltersProps): ReactNode {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const inUse = chipsOf(view, sources, words).length;
  return (
    <div className="filters" data-open={open ? '' : undefined}>
      <SearchBox view={view} onChange={onChange} />
      <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <SlidersHorizontal size={14} aria-hidden />
        {inUse > 0 ? words.counted(words.boardPage.filtersLabel, inUse) : words.boardPage.filtersLabel}
      </button>
      <Choice
        label={words.serviceLabel}
        all={words.allServices}
        values={[...sources.services]}
        chosen={view.services}
        onChoose={(services) => onChange({ ...view, services })}
      />
      {(sources.accounts?.length ?? 0) > 1 && (
        <Choice
          label={words.boardPage.columns.account}
          all={words.boardPage.allAccounts}
          values={sources.accounts ?? []}
          chosen={view.accounts}
          onChoose={(accounts) => onChange({ ...view, accounts })}
        />
      )}
      <Choice
        label={words.boardPage.columns.kind}
        all={words.boardPage.allKinds}
        values={Object.keys(words.kindNames)}
        word={(kind) => kindName(kind, words)}
        chosen={view.kinds}
        onChoose={(kinds) => onChange({ ...view, kinds })}
      />
      <label className="field-line">
        <span>{words.boardPage.createdLabel}</span>
        <select
          value={view.created}
          onChange={({ currentTarget }) => onChange({ ...view, created: currentTarget.value })}
        >
          <option value="">{words.boardPage.anyTime}</option>
          {WINDOWS.map((window) => (
            <option key={window} value={window}>
              {words.boardPage.windows[window]}
            </option>
          ))}
          {view.created !== '' && !(WINDOWS as readonly string[]).includes(view.created) && (
            <option value={view.created}>{createdName(view.created, words.boardPage)}</option>
          )}
        </select>
      </label>
      <label className="field-line">
        <span>{words.boardPage.orderLabel}</span>
        <select value={view.order} onChange={({ currentTarget }) => onChange({ ...view, order: currentTarget.value })}>
          {Object.keys(ORDERS).map((order) => (
            <option key={order} value={order}>
              {words.boardPage.orders[order]}
            </option>
          ))}
          {!(view.order in ORDERS) && <option value={view.order}>{view.order}</option>}
        </select>
      </label>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  /** What stands there while none is chosen. */
  readonly all: string;
  readonly values: readonly string[];
  readonly word?: (value: string) => string;
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: readonly string[]) => void;
}

/** Adds one value; what is chosen stands below as chips. */
function Choice({ label, all, values, word = (value) => value, chosen, onChoose }: ChoiceProps): ReactNode {
  const words = useWords();
  return (
    <label className="field-line">
      <span>{label}</span>
      <select value="" onChange={({ currentTarget: { value } }) => value !== '' && onChoose([...chosen, value])}>
        <option value="">{chosen.length === 0 ? all : words.boardPage.oneMore(label)}</option>
        {values
          .filter((value) => !chosen.includes(value))
          .map((value) => (
            <option key={value} value={value}>
              {word(value)}
            </option>
          ))}
      </select>
    </label>
  );
}

interface Chip {
  readonly name: string;
  readonly value: string;
  readonly unknown: boolean;
  readonly without: BoardView;
}

/** What the list is narrowed to, one by one; values that mean nothing here are kept and said to be unknown. */
export function Chips({ view, sources, onChange }: FiltersProps): ReactNode {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const chips = chipsOf(view, sources, words);
  useEffect(() => setCopied(false), [view]);
  if (chips.length === 0 && isWhole(view)) return null;
  const copy = async (): Promise<void> => {
    // With a task beside the board the page's own address is that of the task.
    await copyText(new URL(`/${formatView(view)}`, window.location.href).href, words.boardPage.copyLink);
    setCopied(true);
  };
  return (
    <ul className="chips" aria-label={words.boardPage.filters}>
      {chips.map(({ name, value, unknown, without }) => (
        <li key={`${name} ${value}`} className="chip" data-unknown={unknown ? '' : undefined}>
          <span className="chip-name">{name}</span>
          {value}
          {unknown && <em>{words.boardPage.unknownValue}</em>}
          <LeavingButton
            className="row-button"
            aria-label={words.boardPage.removeFilter(name, value)}
            onClick={() => onChange(without)}
          >
            <X size={14} aria-hidden />
          </LeavingButton>
        </li>
      ))}
      <li>
        <LeavingButton className="quiet" onClick={() => onChange(withoutFilters(view))}>
          {words.clearFilters}
        </LeavingButton>
      </li>
      <li>
        <button type="button" className="quiet" onClick={() => void copy()}>
          <Link2 size={14} aria-hidden />
          {copied ? words.copied : words.boardPage.copyLink}
        </button>
      </li>
    </ul>
  );
}

function chipsOf(view: BoardView, sources: BoardSources, words: ReturnType<typeof useWords>): readonly Chip[] {
  const { accounts } = sources;
  const chips: Chip[] = [];
  const list = (
    field: 'statuses' | 'services' | 'accounts' | 'kinds',
    name: string,
    known: (value: string) => boolean,
    word: (value: string) => string = (value) => value,
  ): void => {
    for (const value of view[field]) {
      const without = { ...view, [field]: view[field].filter((each) => each !== value) };
      chips.push({ name, value: word(value), unknown: !known(value), without });
    }
  };
  list('statuses', words.boardPage.columns.status, isStatus, (value) =>
    isStatus(value) ? words.status[value] : value,
  );
  list('services', words.boardPage.columns.service, (value) => sources.services.has(value));
  list('accounts', words.boardPage.columns.account, (value) => accounts?.includes(value) ?? true);
  list(
    'kinds',
    words.boardPage.columns.kind,
    () => true,
    (kind) => kindName(kind, words),
  );
  const one = (name: string, value: string, without: Partial<BoardView>, unknown = false): void => {
    chips.push({ name, value, unknown, without: { ...view, ...without } });
  };
  const { resource, search, created, order } = view;
  if (resource !== '') one(words.boardPage.columns.resource, resource, { resource: '' });
  if (search !== '') one(words.searchLabel, search, { search: '' });
  if (created !== '') {
    const name = createdName(created, words.boardPage);
    one(words.boardPage.createdLabel, name, { created: '' }, !isCreated(created));
  }
  if (view.open) one(words.boardPage.columns.status, words.open, { open: false });
  if (view.stale) one(words.boardPage.columns.status, words.stale, { stale: false });
  if (view.overdue) one(words.boardPage.columns.status, words.overdue, { overdue: false });
  if (!(order in ORDERS)) one(words.boardPage.orderLabel, order, { order: DEFAULT_ORDER }, true);
  for (const column of view.columns ?? []) {
    const columns = (view.columns ?? []).filter((each) => each !== column);
    if (!isColumn(column)) one(words.boardPage.columnsLabel, column, { columns }, true);
  }
  return chips;
}

/** The address follows when typing pauses; however often the board changes meanwhile, the pause is not prolonged. */
function SearchBox({ view, onChange }: Pick<FiltersProps, 'view' | 'onChange'>): ReactNode {
  const words = useWords();
  const [text, setText] = useState(view.search);
  const [known, setKnown] = useState(view.search);
  const latest = useRef({ view, onChange });
  useEffect(() => {
    latest.current = { view, onChange };
  });
  if (view.search !== known) {
    setKnown(view.search);
    if (view.search !== text.trim()) setText(view.search);
  }
  useEffect(() => {
    const search = text.trim();
    if (search === known) return undefined;
    const timer = setTimeout(() => {
      const { view: current, onChange: change } = latest.current;
      change({ ...current, search }, true);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, known]);
  return (
    <label className="field-line search">
      <Search size={16} aria-hidden />
      <span className="visually-hidden">{words.boardPage.searches}</span>
      <input
        type="search"
        value={text}
        placeholder={words.boardPage.searchHint}
        aria-keyshortcuts="/"
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </label>
  );
}
