import { Search } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useWords } from '../preferences.js';
import type { FilterProps } from './counters.js';
import { formatFilter } from './filter-url.js';

const TYPING_PAUSE_MS = 250;
const KNOWN_SERVICES = ['ECS', 'SFS', 'APIG', 'RENDER', 'BCS'];

export function Filters({ stats, filter, onChange }: FilterProps): ReactNode {
  const words = useWords();
  const services = new Set([
    ...KNOWN_SERVICES,
    ...(stats?.byService.map(({ service }): string => service) ?? []),
    ...filter.services,
  ]);
  return (
    <div className="filters">
      <SearchBox filter={filter} onChange={onChange} />
      <label className="field-line">
        <span>{words.serviceLabel}</span>
        <select
          value={filter.services[0] ?? ''}
          onChange={({ currentTarget: { value } }) => onChange({ ...filter, services: value === '' ? [] : [value] })}
        >
          <option value="">{words.allServices}</option>
          {[...services].map((service) => (
            <option key={service}>{service}</option>
          ))}
        </select>
      </label>
      {formatFilter(filter) !== '' && (
        <button type="button" className="quiet" onClick={() => onChange({ statuses: [], services: [], search: '' })}>
          {words.clearFilters}
        </button>
      )}
    </div>
  );
}

/** The address follows when typing pauses; however often the board changes meanwhile, the pause is not prolonged. */
function SearchBox({ filter, onChange }: Pick<FilterProps, 'filter' | 'onChange'>): ReactNode {
  const words = useWords();
  const [text, setText] = useState(filter.search);
  const [known, setKnown] = useState(filter.search);
  const latest = useRef({ filter, onChange });
  useEffect(() => {
    latest.current = { filter, onChange };
  });
  if (filter.search !== known) {
    setKnown(filter.search);
    if (filter.search !== text.trim()) setText(filter.search);
  }
  useEffect(() => {
    const search = text.trim();
    if (search === known) return undefined;
    const timer = setTimeout(() => {
      const { filter: current, onChange: change } = latest.current;
      change({ ...current, search }, true);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, known]);
  return (
    <label className="field-line search">
      <Search size={16} aria-hidden />
      <span className="visually-hidden">{words.searchLabel}</span>
      <input
        type="search"
        value={text}
        placeholder={words.searchHint}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </label>
  );
}
