import { Search } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
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
      <SearchBox key={filter.search === '' ? 'empty' : 'filled'} stats={stats} filter={filter} onChange={onChange} />
      <label className="field-line">
        <span>{words.serviceLabel}</span>
        <select
          value={filter.services[0] ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...filter, services: value === '' ? [] : [value] })
          }
        >
          <option value="">{words.allServices}</option>
          {[...services].map((service) => (
            <option key={service}>{service}</option>
          ))}
        </select>
      </label>
      {formatFilter(filter) !== '' && (
        <button
          type="button"
          className="quiet"
          onClick={() => onChange({ statuses: [], services: [], search: '' })}
        >
          {words.clearFilters}
        </button>
      )}
    </div>
  );
}

function SearchBox({ filter, onChange }: FilterProps): ReactNode {
  const words = useWords();
  const [text, setText] = useState(filter.search);
  useEffect(() => {
    if (text === filter.search) return undefined;
    const timer = setTimeout(() => onChange({ ...filter, search: text }, true), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, filter, onChange]);
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
