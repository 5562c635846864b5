import { useState, type ReactNode } from 'react';
import { CopyButton } from '../copy-button.js';
import { download } from '../download.js';
import { LeavingButton } from '../leaving-button.js';
import { useWords } from '../preferences.js';
import type { ApiOutcome, ImportResult } from './task-document.js';

interface ImportTablesProps {
  readonly result: ImportResult;
  readonly fileName: string;
}

const SHOWN_AT_FIRST = 200;

/** What became of each API: failures first, and the only ones that are open. */
export function ImportTables({ result, fileName }: ImportTablesProps): ReactNode {
  const words = useWords();
  const [search, setSearch] = useState('');
  const { failures, imported, ignored } = result;
  const wanted = search.trim().toLowerCase();
  const matching = (apis: readonly ApiOutcome[]): readonly ApiOutcome[] =>
    wanted === '' ? apis : apis.filter((api) => textOf(api).toLowerCase().includes(wanted));
  const created = imported.filter(({ action }) => action === 'create').length;
  const updated = imported.filter(({ action }) => action === 'update').length;
  return (
    <section className="card" id="result" data-testid="import-result">
      <h2>{words.result}</h2>
      <p>
        {words.importSum(imported.length, created, updated)}
        {words.listSeparator}
        <strong>{words.importFailed(failures.length)}</strong>
        {words.listSeparator}
        {words.importIgnored(ignored.length)}
      </p>
      <div className="tools">
        <label className="field-line">
          <span>{words.filterApis}</span>
          <input type="search" value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        </label>
        <button type="button" onClick={() => download(toCsv(result), `${fileName}.csv`)}>
          {words.downloadCsv}
        </button>
      </div>
      <ApiTable word={words.apiFailures} apis={matching(failures)} kind="failures" open />
      <ApiTable word={words.apiImported} apis={matching(imported)} kind="imported" open={failures.length === 0} />
      <ApiTable word={words.apiIgnored} apis={matching(ignored)} kind="ignored" />
    </section>
  );
}

interface ApiTableProps {
  readonly word: string;
  readonly apis: readonly ApiOutcome[];
  readonly kind: 'failures' | 'imported' | 'ignored';
  readonly open?: boolean;
}

function ApiTable({ word, apis, kind, open = false }: ApiTableProps): ReactNode {
  const words = useWords();
  const [all, setAll] = useState(false);
  if (apis.length === 0) return null;
  const shown = all ? apis : apis.slice(0, SHOWN_AT_FIRST);
  return (
    <details className="api-outcomes" data-kind={kind} open={open}>
      <summary>{words.counted(word, apis.length)}</summary>
      <div className="wide" tabIndex={0} role="region" aria-label={word}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.details.method}</th>
              <th scope="col">{words.details.path}</th>
              {kind === 'failures' && <th scope="col">{words.upstreamCode}</th>}
              {kind === 'failures' && <th scope="col">{words.details.message}</th>}
              {kind === 'imported' && <th scope="col">{words.details.action}</th>}
              {kind === 'imported' && <th scope="col">{words.details.apiId}</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((api, index) => (
              <ApiRow key={index} api={api} kind={kind} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < apis.length && (
        <LeavingButton onClick={() => setAll(true)}>{words.showAll(apis.length)}</LeavingButton>
      )}
    </details>
  );
}

function ApiRow({ api, kind }: { readonly api: ApiOutcome; readonly kind: ApiTableProps['kind'] }): ReactNode {
  const words = useWords();
  const { id, action } = api;
  return (
    <tr>
      <td>
        <code className="method">{api.method}</code>
      </td>
      <td>
        <code>{api.path}</code>
      </td>
      {kind === 'failures' && (
        <td>
          <code>{api.code}</code>
        </td>
      )}
      {kind === 'failures' && <td>{api.message}</td>}
      {kind === 'imported' && <td>{(action && words.upstreamWords[action]) ?? action}</td>}
      {kind === 'imported' && (
        <td>
          {id !== undefined && (
            <span className="copyable">
              <code>{id}</code>
              <CopyButton text={() => id} label={words.copyOf(words.details.apiId)} iconOnly />
            </span>
          )}
        </td>
      )}
    </tr>
  );
}

function textOf({ method, path, code, message }: ApiOutcome): string {
  return [method, path, code, message].filter(Boolean).join(' ');
}

/** As RFC 4180 has it. A cell that a spreadsheet would take for a formula gets a mark that keeps it a text. */
function toCsv({ failures, imported, ignored }: ImportResult): string {
  const rows = [
    ['outcome', 'method', 'path', 'action', 'id', 'code', 'message'],
    ...failures.map((api) => ['failed', api.method, api.path, '', '', api.code ?? '', api.message ?? '']),
    ...imported.map((api) => ['imported', api.method, api.path, api.action, api.id, '', '']),
    ...ignored.map((api) => ['ignored', api.method, api.path, '', '', '', '']),
  ];
  return rows.map((row) => row.map(toCell).join(',')).join('\r\n');
}

function toCell(text: string): string {
  const plain = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
