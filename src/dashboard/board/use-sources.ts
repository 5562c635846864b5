import { useMemo } from 'react';
import { ReadSourceStatesDocument } from '../generated/documents.js';
import { isWell } from '../sources/source-state.js';
import { usePolled } from '../use-polled.js';
import type { KnownValues } from './view.js';

const EVERY_MS = 30_000;
const KNOWN_SERVICES = ['ECS', 'SFS', 'APIG', 'RENDER', 'BCS'];

export interface BoardSources extends KnownValues {
  readonly services: ReadonlySet<string>;
  /** Null until they are known. */
  readonly accounts: readonly string[] | null;
  /** 0 until they are known. */
  readonly count: number;
  readonly troubled: number;
}

/** What can be filtered by, and how many sources are in trouble. */
export function useSources(): BoardSources {
  const { data } = usePolled(ReadSourceStatesDocument, EVERY_MS);
  const sources = data?.sources;
  const services = [...new Set([...KNOWN_SERVICES, ...(sources?.map(({ service }) => service) ?? [])])].join();
  const known = useMemo(() => new Set(services.split(',')), [services]);
  return {
    services: known,
    accounts: sources ? [...new Set(sources.map(({ account }) => account))].sort() : null,
    count: sources?.length ?? 0,
    troubled: sources?.filter((source) => !isWell(source)).length ?? 0,
  };
}
