import { QUIET, withMissed, withRing, withView, type Bell, type BellState, type Ring } from './bell-state.js';
import type { TaskStatus } from '../../client/index.js';

const KEY = 'taskgate.bells';
/** Apart from what is shown, because it moves with every end of a task. */
const CURSORS = 'taskgate.bell-cursors';

let state = load();
const listeners = new Set<() => void>();

/** Shared by all tabs of this browser. */
window.addEventListener('storage', ({ key }) => {
  if (key !== KEY && key !== null) return;
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
  watchView(address: string): void {
    change((before) => withView(before, address));
  },
  unwatchView(address: string): void {
    noteCursor(address, undefined);
    change(({ views, ...rest }) => ({ ...rest, views: views.filter((view) => view !== address) }));
  },
  /** False when it was told of already. */
  ring(ring: Ring): boolean {
    const next = withRing(load(), ring);
    if (next) change(() => next);
    else bellStore.unwatch(ring.id);
    return next !== null;
  },
  missed(status: TaskStatus): void {
    change((before) => withMissed(before, status));
  },
  /** Where a view is to be followed on from. */
  cursorOf: (address: string): string | undefined => cursors()[address],
  noteCursor,
  markRead(): void {
    if (state.unread > 0) change((before) => ({ ...before, unread: 0 }));
  },
  forgetAway(): void {
    if (state.away.finished > 0) change((before) => ({ ...before, away: QUIET.away }));
  },
  /** With a sign-out: the next person is told nothing of it. */
  forget(): void {
    localStorage.removeItem(CURSORS);
    change(() => QUIET);
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
  return { ...QUIET, ...(read(KEY) as Partial<BellState> | null) };
}

function cursors(): Readonly<Record<string, string>> {
  return (read(CURSORS) as Readonly<Record<string, string>> | null) ?? {};
}

function noteCursor(address: string, cursor: string | undefined): void {
  localStorage.setItem(CURSORS, JSON.stringify({ ...cursors(), [address]: cursor }));
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
