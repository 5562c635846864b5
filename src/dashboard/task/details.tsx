import { useState, type ReactNode } from 'react';
import type { TaskStatus } from '../../client/index.js';
import { usePreferences, useWords } from '../preferences.js';
import { StatusBadge, STATUSES } from '../status-badge.js';
import { Instant } from '../time.js';
import { Pair } from './facts.js';

type Fields = Readonly<Record<string, unknown>>;

/** A service's own fields, whatever they are: a new service needs nothing here. */
export function Details({ entries }: { readonly entries: readonly (readonly [string, unknown])[] }): ReactNode {
  const words = useWords();
  if (entries.length === 0) return null;
  return (
    <section className="card">
      <h2>{words.details}</h2>
      <Pairs entries={entries} />
    </section>
  );
}

function Pairs({ entries }: { readonly entries: readonly (readonly [string, unknown])[] }): ReactNode {
  const nameOf = useFieldNames();
  return (
    <dl className="pairs">
      {entries.map(([name, value]) => (
        <Pair key={name} name={nameOf(name)}>
          <Value name={name} value={value} />
        </Pair>
      ))}
    </dl>
  );
}

function Value({ name, value }: { readonly name: string; readonly value: unknown }): ReactNode {
  const words = useWords();
  if (value === null || value === undefined || value === '') return <span className="muted">{words.none}</span>;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'string') return <Text name={name} text={value} />;
  if (Array.isArray(value)) return <Values name={name} values={value} />;
  if (typeof value === 'object') return <Pairs entries={Object.entries(value as Fields)} />;
  return JSON.stringify(value);
}

function Values({ name, values }: { readonly name: string; readonly values: readonly unknown[] }): ReactNode {
  const words = useWords();
  const nameOf = useFieldNames();
  if (values.length === 0) return <span className="muted">{words.none}</span>;
  const rows = values.filter((value): value is Fields => typeof value === 'object' && value !== null);
  if (rows.length < values.length) return values.map(String).join(', ');
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <div className="wide" tabIndex={0} role="region" aria-label={nameOf(name)}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {nameOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map((column) => (
                <td key={column}>
                  <Cell name={column} value={row[column]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ name, value }: { readonly name: string; readonly value: unknown }): ReactNode {
  if (typeof value !== 'object' || value === null) return <Value name={name} value={value} />;
  return Object.values(value)
    .filter((part) => part !== null)
    .join(' ');
}

function Text({ name, text }: { readonly name: string; readonly text: string }): ReactNode {
  if (name === 'status' && (STATUSES as readonly string[]).includes(text)) {
    return <StatusBadge status={text as TaskStatus} />;
  }
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return <Instant at={text} />;
  if (name === 'content') return <Content text={text} />;
  return /id$/i.test(name) ? <code>{text}</code> : text;
}

const SHOWN_LINES = 2_000;

/** Shown as text, never as a page of its own; the whole of it by download. */
function Content({ text }: { readonly text: string }): ReactNode {
  const words = useWords();
  const [url, setUrl] = useState<string>();
  const download = (): void => {
    if (url !== undefined) URL.revokeObjectURL(url);
    const next = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
    setUrl(next);
    const link = document.createElement('a');
    link.href = next;
    link.download = text.trimStart().startsWith('{') ? 'definition.json' : 'definition.yaml';
    link.click();
  };
  return (
    <>
      <button type="button" onClick={download}>
        {words.download}
      </button>
      <pre tabIndex={0}>{text.split('\n').slice(0, SHOWN_LINES).join('\n')}</pre>
    </>
  );
}

/** `serverId` becomes “Server id” where the language has no word of its own for it. */
function useFieldNames(): (name: string) => string {
  const { words } = usePreferences();
  return (name) => {
    const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
    return words.detailNames[name] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
  };
}
