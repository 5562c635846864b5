import { useState, type DragEvent, type ReactNode, type TextareaHTMLAttributes } from 'react';
import { useWords } from '../preferences.js';

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
          onChange={(event) => setBytes(new Blob([event.currentTarget.value]).size)}
        />
      )}
      <p className="definition-size" data-over={tooLarge ? '' : undefined}>
        <input
          type="file"
          aria-label={words.chooseFile}
          accept=".json,.yaml,.yml"
          disabled={common.disabled}
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
        <meter max={MOST_BYTES} value={Math.min(bytes, MOST_BYTES)} aria-label={words.definitionSize} />{' '}
        {(bytes / MIB).toFixed(1)} / {MOST_BYTES / MIB} MiB {tooLarge && <strong>{words.tooLarge}</strong>}
      </p>
    </div>
  );
}
