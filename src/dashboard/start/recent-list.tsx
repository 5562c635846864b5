import { useReducer, type ReactNode } from 'react';
import { LeavingButton } from '../leaving-button.js';
import { useWords } from '../preferences.js';
import type { FormName } from './forms.js';
import { recentInputs, type Inputs } from './recent-inputs.js';

interface RecentListProps {
  readonly form: FormName;
  readonly onTake: (inputs: Inputs) => void;
}

/** What was started from this browser, to start something like it. */
export function RecentList({ form, onTake }: RecentListProps): ReactNode {
  const words = useWords();
  const [, forgotten] = useReducer((count: number) => count + 1, 0);
  const recent = recentInputs.of(form);
  if (recent.length === 0) return null;
  const forget = (): void => {
    recentInputs.forget();
    forgotten();
  };
  return (
    <details className="recent">
      <summary>{words.counted(words.recentInputs, recent.length)}</summary>
      <ul>
        {recent.map((inputs) => (
          <li key={JSON.stringify(inputs)}>
            <button type="button" onClick={() => onTake(inputs)}>
              {Object.values(inputs)
                .filter((value) => value !== '')
                .join(' · ')}
            </button>
          </li>
        ))}
      </ul>
      <p className="muted">
        {words.recentInputsHint}{' '}
        <LeavingButton className="small" onClick={forget}>
          {words.forgetInputs}
        </LeavingButton>
      </p>
    </details>
  );
}
