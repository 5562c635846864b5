import { Download } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { CopyButton } from '../copy-button.js';
import { download } from '../download.js';
import { useWords } from '../preferences.js';
import type { ExportResult } from './task-document.js';

const SHOWN_LINES = 2_000;
const KIB = 1024;

/** Shown as text, whatever it says; the whole of it by download. */
export function ExportViewer({ result }: { readonly result: ExportResult }): ReactNode {
  const words = useWords();
  const { fileName, fileType, content } = result;
  const lines = useMemo(() => content.split('\n'), [content]);
  const shown = lines.slice(0, SHOWN_LINES);
  const bytes = useMemo(() => new Blob([content]).size, [content]);
  const name = fileNameOf(result);
  return (
    <section className="card" id="result" data-testid="export-result">
      <h2>{words.result}</h2>
      <div className="tools">
        <code>{fileName ?? name}</code>
        <span className="muted">
          {fileType} · {sizeOf(bytes)} · {words.lines(lines.length)}
        </span>
        <span className="tools-end">
          <CopyButton text={() => content} label={words.copyContent} />
          <button type="button" className="with-icon" onClick={() => download(content, name)}>
            <Download size={14} aria-hidden />
            {words.download}
          </button>
        </span>
      </div>
      <div className="viewer" tabIndex={0} role="region" aria-label={words.result}>
        <pre className="viewer-numbers" aria-hidden>
          {shown.map((_, index) => index + 1).join('\n')}
        </pre>
        <pre className="viewer-text" data-testid="export-content">
          {shown.join('\n')}
        </pre>
      </div>
      {lines.length > shown.length && <p className="muted">{words.firstLines(SHOWN_LINES, lines.length)}</p>}
    </section>
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
