/** What the client asks of where it runs. A host that is no browser, an app on a phone say, gives one of its own. */
export interface Page {
  /** Nobody looks. */
  hidden(): boolean;
  /** Known to have no network. */
  offline(): boolean;
  /** Calls back when either may have changed, or the page comes back from a cache; what it returns ends that. */
  subscribe(changed: () => void): () => void;
  /** How many answers of one host may be open at once, with room left for queries. */
  readonly mostStreams: number;
}

/** Browsers open six connections to a host that speaks HTTP/1.1. */
const MOST_STREAMS_OF_A_BROWSER = 4;

/** The page around; in Node one that is always seen and always has a network. Nothing is touched before it is called. */
export function currentPage(): Page {
  const { document, window, navigator } = globalThis as {
    readonly document?: Document;
    readonly window?: Window;
    /** Node has one that does not say. */
    readonly navigator?: { readonly onLine?: boolean };
  };
  return {
    hidden: () => document?.visibilityState === 'hidden',
    offline: () => navigator?.onLine === false,
    mostStreams: document ? MOST_STREAMS_OF_A_BROWSER : Infinity,
    subscribe(changed) {
      const controller = new AbortController();
      document?.addEventListener('visibilitychange', changed, controller);
      for (const event of ['online', 'offline', 'pageshow']) window?.addEventListener(event, changed, controller);
      return () => controller.abort();
    },
  };
}
