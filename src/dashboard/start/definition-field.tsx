import { useEffect, useState, type DragEvent, type ReactNode, type TextareaHTMLAttributes } from 'react';
import type { ApiDefinition } from '../api-definition.js';
import { useWords } from '../preferences.js';
import { useApiDefinition } from '../use-api-definition.js';
import type { Words } from '../words/en.js';

interface DefinitionFieldProps {
  readonly common: TextareaHTMLAttributes<HTMLTextAreaElement>;
  readonly example: string | undefined;
}

interface ChosenFile {
  readonly name: string;
  readonly text: string;
}

const MIB = 1024 * 1024;
const MOST_BYTES = 12 * MIB;

/** Pasted, chosen or dropped. A file is not put into the text box: millions of characters would stop the page. */
export function DefinitionField({ common, example }: DefinitionFieldProps): ReactNode {
  const words = useWords();
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [pasted, setPasted] = useState('');
  const [bytes, setBytes] = useState(0);
  const take = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    setBytes(chosen.size);
    setFile({ name: chosen.name, text: chosen.size > MOST_BYTES ? '' : await chosen.text() });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  const tooLarge = bytes > MOST_BYTES;
  return (
    <div className="definition" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      {file ? (
        <p className="definition-file">
          <input type="hidden" name={common.name} value={file.text} />
          <code>{file.name}</code>{' '}
          <button
            type="button"
            className="small"
            onClick={() => {
              setFile(null);
              setPasted('');
              setBytes(0);
            }}
          >
            {words.removeFile}
          </button>
        </p>
      ) : (
        <textarea
          rows={8}
          spellCheck={false}
          placeholder={example}
          {...common}
          onChange={({ currentTarget: { value } }) => {
            setPasted(value);
            setBytes(new Blob([value]).size);
          }}
        />
      )}
      <p className="definition-size" data-over={tooLarge ? '' : undefined}>
        {/* The browser's own button speaks the browser's language, and not the page's. */}
        <label className="file-button">
          {words.chooseFile}
          <input
            type="file"
            className="visually-hidden"
            accept=".json,.yaml,.yml"
            disabled={common.disabled}
            onChange={(event) => void take(event.currentTarget.files?.[0])}
          />
        </label>
        <meter max={MOST_BYTES} value={Math.min(bytes, MOST_BYTES)} aria-label={words.definitionSize} />{' '}
        {(bytes / MIB).toFixed(1)} / {MOST_BYTES / MIB} MiB {tooLarge && <strong>{words.tooLarge}</strong>}
      </p>
      {!tooLarge && <Check content={file?.text ?? pasted} />}
    </div>
  );
}

const TYPING_PAUSE_MS = 500;

/** What can be read of it, once typing pauses: the gateway's upstream decides, but a slip is found before it is sent. */
function Check({ content }: { readonly content: string }): ReactNode {
  const words = useWords();
  const [settled, setSettled] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(content), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [content]);
  const empty = settled.trim() === '' || content.trim() === '';
  const definition = useApiDefinition(empty ? null : settled);
  return (
    <p className="definition-check" role="status" data-fault={definition?.fault == null ? undefined : ''}>
      {definition && checkInWords(definition, words)}
    </p>
  );
}

function checkInWords({ fault, format, paths }: ApiDefinition, words: Words): string {
  if (fault !== null) return words.definitionFault(fault);
  return format === null ? words.noDefinition : words.definitionRead(format, paths.length);
}
