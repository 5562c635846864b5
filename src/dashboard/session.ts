import type { TaskgateError } from '../client/index.js';

const KEY = 'taskgate.key';

export interface SessionState {
  readonly hasKey: boolean;
  /** The gateway wants a key, or another one. */
  readonly refused: boolean;
  /** Goes up with every sign-in: what failed for want of a key is then tried again. */
  readonly signIns: number;
}

/** What became of the check of a key: why it is not taken, or whose it is. */
export interface KeyCheck {
  readonly refusal: TaskgateError | null;
  /** Of somebody else than the page was shown to until now. */
  readonly another: boolean;
}

let state: SessionState = { hasKey: storedKey() !== null, refused: false, signIns: 0 };
let candidate: string | null = null;
const listeners = new Set<() => void>();

function set(next: Partial<SessionState>): void {
  state = { ...state, ...next };
  for (const listener of [...listeners]) listener();
}

/**
 * The key goes out in headers and in `connection_init` only. It is kept for the tab, because a reload and a press of
 * F5 at three in the morning must not ask for it again; beyond the tab only where the person has asked for that.
 */
export const session = {
  get: (): SessionState => state,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  authorization(): string | null {
    const key = candidate ?? storedKey();
    return key === null ? null : `Bearer ${key}`;
  },
  noteRefused(): void {
    if (candidate === null && !state.refused) set({ refused: true });
  },
  /** Keeps the key if `check` finds nothing wrong with it. What waited for one goes on, unless it is another person's. */
  async signIn(key: string, keep: boolean, check: () => Promise<KeyCheck>): Promise<KeyCheck> {
    candidate = key.trim();
    let checked: KeyCheck;
    try {
      checked = await check();
      if (checked.refusal) return checked;
      sessionStorage.setItem(KEY, candidate);
      if (keep) localStorage.setItem(KEY, candidate);
    } finally {
      candidate = null;
    }
    if (!checked.another) set({ hasKey: true, refused: false, signIns: state.signIns + 1 });
    return checked;
  },
  forget(): void {
    sessionStorage.removeItem(KEY);
    localStorage.removeItem(KEY);
    set({ hasKey: false });
  },
};

/** A tab that goes by the key that is kept follows it: what it shows is loaded anew under another one. */
window.addEventListener('storage', ({ key, newValue }) => {
  if (key === KEY && newValue !== null && sessionStorage.getItem(KEY) === null) window.location.reload();
});

function storedKey(): string | null {
  return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
}
