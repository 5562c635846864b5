import type { TaskStatus } from '../../client/index.js';

/** A task whose end somebody wants to be told of. */
export interface Bell {
  readonly id: string;
  readonly kind: string;
}

/** It has ended. `at`: milliseconds since 1970. */
export interface Ring extends Bell {
  readonly status: TaskStatus;
  readonly at: number;
}

export interface BellState {
  readonly bells: readonly Bell[];
  /** Newest first. */
  readonly rings: readonly Ring[];
  readonly unread: number;
}

const KEY = 'taskgate.bells';
const MOST_RINGS = 50;
const EMPTY: BellState = { bells: [], rings: [], unread: 0 };

let state = load();
const listeners = new Set<() => void>();

/** Shared by all tabs of this browser. */
window.addEventListener('storage', ({ key }) => {
  if (key !== KEY) return;
  state = load();
  tell();
});

export const bellStore = {
  get: (): BellState => state,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  watch(bell: Bell): void {
    change(({ bells, ...rest }) => ({ ...rest, bells: [...bells.filter(({ id }) => id !== bell.id), bell] }));
  },
  unwatch(id: string): void {
    change(({ bells, ...rest }) => ({ ...rest, bells: bells.filter((bell) => bell.id !== id) }));
  },
  /** False when another tab has told of it already. */
  ring(ring: Ring): boolean {
    if (!load().bells.some(({ id }) => id === ring.id)) return false;
    change(({ bells, rings, unread }) => ({
      bells: bells.filter(({ id }) => id !== ring.id),
      rings: [ring, ...rings].slice(0, MOST_RINGS),
      unread: unread + 1,
    }));
    return true;
  },
  markRead(): void {
    if (state.unread > 0) change((before) => ({ ...before, unread: 0 }));
  },
};

function change(apply: (before: BellState) => BellState): void {
  state = apply(load());
  localStorage.setItem(KEY, JSON.stringify(state));
  tell();
}

function tell(): void {
  for (const listener of [...listeners]) listener();
}

function load(): BellState {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<BellState> | null;
    return { ...EMPTY, ...stored };
  } catch {
    return EMPTY;
  }
}
