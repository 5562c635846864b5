import { Columns3 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useWords } from '../preferences.js';
import { CHOOSABLE, type Column } from './columns.js';

const MENU = 'columns-menu';

export interface ColumnsMenuProps {
  /** Those that are shown. */
  readonly columns: readonly Column[];
  /** Shows one that is hidden, or hides one that is shown. */
  readonly onColumn: (column: Column) => void;
}

export function ColumnsMenu({ columns, onColumn }: ColumnsMenuProps): ReactNode {
  const words = useWords().boardPage;
  const [opened, setOpened] = useState(false);
  return (
    <>
      <button type="button" className="small" popoverTarget={MENU}>
        <Columns3 size={14} aria-hidden />
        {words.columnsLabel}
      </button>
      <div
        id={MENU}
        popover="auto"
        className="menu columns-menu"
        role="group"
        aria-label={words.columnsLabel}
        onBeforeToggle={(event) => setOpened(event.newState === 'open')}
      >
        {opened &&
          CHOOSABLE.map((column) => (
            <label key={column}>
              <input type="checkbox" checked={columns.includes(column)} onChange={() => onColumn(column)} />
              {words.columns[column]}
            </label>
          ))}
      </div>
    </>
  );
}
