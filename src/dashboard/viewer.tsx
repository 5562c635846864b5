import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { readViewer, type Viewer } from './connection.js';
import { session, type SessionState } from './session.js';

export type { Viewer };

const ViewerContext = createContext<Viewer | undefined>(undefined);

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.get);
}

const AGAIN_MS = 5_000;

/** Who is asking, for everything below; asked for anew with every sign-in, and until there is an answer. */
export function ViewerProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { signIns } = useSession();
  const [viewer, setViewer] = useState<Viewer>();
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      const known = await readViewer(controller.signal);
      if (controller.signal.aborted) return;
      if (known) setViewer(known);
      // Without a good key another try is refused as well; with one, this effect runs again.
      else if (!session.get().refused) timer = setTimeout(() => void read(), AGAIN_MS);
    };
    void read();
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [signIns]);
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

/** Undefined until it is known. */
export function useViewer(): Viewer | undefined {
  return use(ViewerContext);
}

/** Whether what changes something is worth showing: the gateway decides by itself in any case. */
export function useMayChange(): boolean {
  const viewer = useViewer();
  return viewer !== undefined && viewer.role !== 'READER';
}
