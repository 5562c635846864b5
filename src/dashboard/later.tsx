import { Component, lazy, Suspense, useState, type ComponentType, type ReactNode } from 'react';
import { LeavingButton } from './leaving-button.js';
import { useWords } from './preferences.js';

/**
 * A part of the page whose code comes when it is first shown. Code that does not come, from a gateway that was upgraded
 * meanwhile say, is no reason to take away what is shown already: it is said in the place of that part.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const fresh = () =>
    lazy(async () => {
      try {
        return { default: await load() };
      } catch (fault) {
        // A lazy part that has failed once fails for ever: the next one to be shown is another.
        latest = fresh();
        throw fault;
      }
    });
  let latest = fresh();
  return function Later(props: Props): ReactNode {
    const words = useWords();
    const [Part, setPart] = useState(() => latest);
    return (
      <FaultBoundary onRetry={() => setPart(() => latest)}>
        <Suspense fallback={<p className="notice notice-late">{words.loading}</p>}>
          <Part {...props} />
        </Suspense>
      </FaultBoundary>
    );
  };
}

interface FaultBoundaryProps {
  readonly onRetry?: () => void;
  readonly children: ReactNode;
}

/** What cannot be drawn says so, and the rest of the page stays. */
export class FaultBoundary extends Component<FaultBoundaryProps, { readonly fault: unknown }> {
  override state: { readonly fault: unknown } = { fault: undefined };

  static getDerivedStateFromError(fault: unknown): { readonly fault: unknown } {
    return { fault };
  }

  override render(): ReactNode {
    const { children, onRetry } = this.props;
    const { fault } = this.state;
    if (fault === undefined) return children;
    const again = (): void => {
      onRetry?.();
      this.setState({ fault: undefined });
    };
    return <FaultNotice fault={fault} onRetry={again} />;
  }
}

function FaultNotice({ fault, onRetry }: { readonly fault: unknown; readonly onRetry: () => void }): ReactNode {
  const words = useWords();
  return (
    <div className="notice notice-error" role="alert" data-testid="fault">
      <h2>{words.partMissing}</h2>
      <p>{words.partMissingHint}</p>
      <p>
        <code>{String(fault)}</code>
      </p>
      <p className="dialog-buttons">
        <LeavingButton onClick={onRetry}>{words.retry}</LeavingButton>
        <button type="button" className="primary" onClick={() => window.location.reload()}>
          {words.reload}
        </button>
      </p>
    </div>
  );
}
