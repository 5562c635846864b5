import { UpstreamError } from '../../upstream/upstream-error.js';
import type { ReadOptions } from '../source.js';
import { HIGHEST_OFFSET, PAGE_SIZE, REACHABLE, type CvrApi, type PageAnswer, type RenderFilter } from './api.js';
import type { WireRow } from './wire.js';

export interface Found {
  readonly row: WireRow;
  readonly askedAt: number;
  readonly answeredAt: number;
}

export interface Scan {
  readonly found: ReadonlyMap<string, Found>;
  /** Tasks that the list has, in rows that cannot be used. */
  readonly unusable: ReadonlySet<string>;
  /** Every match was looked at, in pages that fit together: what was not found is not there. */
  readonly complete: boolean;
  /** How many matches there are, as the upstream says. */
  readonly count: number;
  /** In the order of reading. */
  readonly pages: readonly { readonly askedAt: number; readonly answeredAt: number }[];
  /** The error that ended the scan; what was found before stands. */
  readonly trouble: UpstreamError | undefined;
}

/**
 * Reads the list as far as it can be read. An UpstreamError ends it, and is in the result.
 *
 * @param isEnough ends the scan early, when nothing more is wanted
 */
export async function scan(
  api: CvrApi,
  filter: RenderFilter,
  options: ReadOptions,
  isEnough: (found: ReadonlyMap<string, Found>) => boolean = () => false,
): Promise<Scan> {
  const found = new Map<string, Found>();
  const pages: PageAnswer[] = [];
  let trouble: UpstreamError | undefined;
  try {
    for (let offset = 0; offset <= HIGHEST_OFFSET; offset += PAGE_SIZE) {
      const page = await api.page(filter, offset, options);
      pages.push(page);
      const { askedAt, answeredAt } = page;
      for (const row of page.rows) found.set(row.taskId, { row, askedAt, answeredAt });
      if (isEnough(found) || offset + PAGE_SIZE >= countOf(page)) break;
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    trouble = error;
  }
  const unusable = new Set(pages.flatMap((page) => page.unusable));
  const isWhole = trouble === undefined && isComplete(pages, found.size + unusable.size);
  return { found, unusable, complete: isWhole, count: Math.max(0, ...pages.map(countOf)), pages, trouble };
}

/** Without a count, a full page may be followed by another. */
function countOf({ count, rows }: PageAnswer): number {
  return count ?? (rows.length < PAGE_SIZE ? rows.length : REACHABLE + 1);
}

/** A row that slips from one page to the other between two calls is seen on neither; then the count does not add up. */
function isComplete(pages: readonly PageAnswer[], distinct: number): boolean {
  const [first] = pages;
  return pages.every(
    ({ count, nameless }) => nameless === 0 && count !== null && count === first?.count && count <= distinct,
  );
}
