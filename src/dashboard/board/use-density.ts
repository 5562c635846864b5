import { useState } from 'react';

/** Heights of a row in pixels, its line included. */
export const DENSITIES = { compact: 36, normal: 44, comfortable: 56 } as const;
export type Density = keyof typeof DENSITIES;

const KEY = 'taskgate.density';

/** Remembered by this browser. */
export function useDensity(): readonly [Density, (density: Density) => void] {
  const [density, setDensity] = useState<Density>(() => {
    const stored = localStorage.getItem(KEY);
    return stored !== null && stored in DENSITIES ? (stored as Density) : 'compact';
  });
  return [
    density,
    (next) => {
      localStorage.setItem(KEY, next);
      setDensity(next);
    },
  ];
}
