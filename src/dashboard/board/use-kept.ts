import { useEffect, useRef } from 'react';

/** What was known last under this key stands until there is something newer; under another key it says nothing. */
export function useKept<Value>(key: string, value: Value | null): Value | null {
  const last = useRef<{ readonly key: string; readonly value: Value } | null>(null);
  useEffect(() => {
    if (value !== null) last.current = { key, value };
  }, [key, value]);
  return value ?? (last.current?.key === key ? last.current.value : null);
}
