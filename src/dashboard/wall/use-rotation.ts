import { useEffect, useState } from 'react';

export const PANELS = ['counters', 'attention', 'services', 'sources'] as const;
export type Panel = (typeof PANELS)[number];

/** What the address asks for: `?view=counters,sources&rotate=20`. Without `rotate` all panels are shown at once. */
export interface WallView {
  readonly panels: readonly Panel[];
  readonly everyMs: number | null;
}

const SHORTEST_SECONDS = 10;
const LONGEST_SECONDS = 120;

export function parseWallView(search: string): WallView {
  const params = new URLSearchParams(search);
  const asked = (params.get('view') ?? '').split(',');
  const panels = asked.filter((name): name is Panel => (PANELS as readonly string[]).includes(name));
  const seconds = Number(params.get('rotate') ?? NaN);
  return {
    panels: panels.length > 0 ? [...new Set(panels)] : PANELS,
    everyMs: seconds > 0 ? Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, seconds)) * 1_000 : null,
  };
}

export interface Rotation {
  /** The one that has its turn; null: all are shown at once. */
  readonly turn: Panel | null;
  readonly paused: boolean;
  pause(on: boolean): void;
  step(by: 1 | -1): void;
}

/** A panel that is `held` keeps its turn until it is not. */
export function useRotation({ panels, everyMs }: WallView, held: (panel: Panel) => boolean): Rotation {
  const [at, setAt] = useState(0);
  const [paused, pause] = useState(false);
  const turn = everyMs === null ? null : (panels[at % panels.length] ?? null);
  const stays = paused || (turn !== null && held(turn));
  useEffect(() => {
    if (everyMs === null || stays) return undefined;
    const timer = setTimeout(() => setAt((before) => before + 1), everyMs);
    return () => clearTimeout(timer);
  }, [everyMs, stays, at]);
  return { turn, paused, pause, step: (by) => setAt((before) => before + by + panels.length) };
}
