import { Download } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { CopyButton } from '../copy-button.js';
import { download } from '../download.js';
import { LeavingButton } from '../leaving-button.js';
import { useWords } from '../preferences.js';
import { useApiDefinition } from '../use-api-definition.js';
import type { ExportResult } from './task-document.js';

const SHOWN_LINES = 2_000;
/** A definition may be one line of megabytes. */
const SHOWN_CHARACTERS = 200_000;
const KIB = 1024;
const SHOWN_PATHS = 200;

/** Shown as text, whatever it says; the whole of it by download. */
export function ExportViewer({ result }: { readonly result: ExportResult }): ReactNode {
  const words = useWords();
  const { fileName, fileType, content } = result;
  const lineCount = useMemo(() => content.split('\n').length, [content]);
  const lines = useMemo(() => content.slice(0, SHOWN_CHARACTERS).split('\n'), [content]);
  const shown = lines.slice(0, SHOWN_LINES);
  const bytes = useMemo(() => new Blob([content]).size, [content]);
  const name = fileNameOf(result);
  return (
    <section className="card" id="result" data-testid="export-result">
      <h2>{words.result}</h2>
      <div className="tools">
        <code>{fileName ?? name}</code>
        <span className="muted">
          {fileType} · {sizeOf(bytes)} · {words.lines(lineCount)}
        </span>
        <span className="tools-end">
          <CopyButton text={() => content} label={words.copyContent} />
          <button type="button" className="with-icon" onClick={() => download(content, name)}>
            <Download size={14} aria-hidden />
            {words.download}
          </button>
        </span>
      </div>
      <Outline content={content} />
      <div className="viewer" tabIndex={0} role="region" aria-label={words.result}>
        <pre className="viewer-numbers" aria-hidden>
          {shown.map((_, index) => index + 1).join('\n')}
        </pre>
        <pre className="viewer-text" data-testid="export-content">
          {shown.join('\n')}
        </pre>
      </div>
      {lines.length > SHOWN_LINES ? (
        <p className="muted">{words.firstLines(SHOWN_LINES, lineCount)}</p>
      ) : (
        content.length > SHOWN_CHARACTERS && (
          <p className="muted">{words.firstCharacters(SHOWN_CHARACTERS, content.length)}</p>
        )
      )}
    </section>
  );
}

/** Read only when somebody opens it. */
function Outline({ content }: { readonly content: string }): ReactNode {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  const paths = useApiDefinition(open ? content : null)?.paths;
  const shown = all ? paths : paths?.slice(0, SHOWN_PATHS);
  return (
    <details className="api-outline" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.outline}</summary>
      {open && !paths && <p className="muted notice-late">{words.loading}</p>}
      {paths?.length === 0 && <p className="muted">{words.noOutline}</p>}
      <ul>
        {shown?.map(({ path, methods }) => (
          <li key={path}>
            <code>{path}</code>{' '}
            {methods.map((method) => (
              <span className="method" key={method}>
                {method}
              </span>
            ))}
          </li>
        ))}
      </ul>
      {paths && shown && shown.length < paths.length && (
        <LeavingButton onClick={() => setAll(true)}>{words.showAll(paths.length)}</LeavingButton>
      )}
    </details>
  );
}

function fileNameOf({ fileName, fileType, content }: ExportResult): string {
  const type = fileType ?? (content.trimStart().startsWith('{') ? 'json' : 'yaml');
  const name = fileName ?? 'definition';
  return name.endsWith(`.${type}`) ? name : `${name}.${type}`;
}

function sizeOf(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  return bytes < KIB * KIB ? `${(bytes / KIB).toFixed(1)} KiB` : `${(bytes / KIB / KIB).toFixed(1)} MiB`;
}
