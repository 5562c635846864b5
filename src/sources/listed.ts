import { UpstreamError } from '../upstream/upstream-error.js';

/** One page of a list, with the rows that could be read. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many rows the whole list has, as this page says. */
  readonly total: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

export interface PagedList<Row> {
  readonly pageSize: number;
  readonly highestOffset: number;
  load(offset: number): Promise<Page<Row>>;
}

export interface Listed<Row> {
  readonly row: Row;
  readonly askedAt: number;
  readonly answeredAt: number;
}

export interface Found<Row> {
  readonly rows: ReadonlyMap<string, Listed<Row>>;
  /** Why tasks that were not found must not be asked for either: the upstream is in trouble. */
  readonly trouble: UpstreamError | null;
}

/**
 * Looks tasks up in a list of open ones, as long as another page costs less than asking for each of the rest by id.
 * A list that is refused or unusable finds nothing: its tasks can still be asked for.
 */
export async function findListed<Row extends { readonly taskId: string }>(
  ids: Iterable<string>,
  list: PagedList<Row>,
): Promise<Found<Row>> {
  const wanted = new Set(ids);
  const rows = new Map<string, Listed<Row>>();
  try {
    for await (const { page, pagesLeft } of eachPage(list)) {
      for (const row of page.rows) {
        if (wanted.delete(row.taskId)) rows.set(row.taskId, listedIn(page, row));
      }
      if (wanted.size <= pagesLeft) break;
    }
    return { rows, trouble: null };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { rows, trouble: saysNothingOfTasks(error) ? null : error };
  }
}

/** @throws UpstreamError */
export async function listAll<Row>(list: PagedList<Row>): Promise<readonly Listed<Row>[]> {
  const rows: Listed<Row>[] = [];
  for await (const { page } of eachPage(list)) rows.push(...page.rows.map((row) => listedIn(page, row)));
  return rows;
}

export async function* eachPage<Row>({
  pageSize,
  highestOffset,
  load,
}: PagedList<Row>): AsyncGenerator<{ readonly page: Page<Row>; readonly pagesLeft: number }, void> {
  for (let offset = 0; offset <= highestOffset; offset += pageSize) {
    const page = await load(offset);
    const last = Math.min(page.total, highestOffset + pageSize);
    const pagesLeft = Math.max(Math.ceil((last - offset - pageSize) / pageSize), 0);
    yield { page, pagesLeft };
    if (pagesLeft === 0) return;
  }
}

function listedIn<Row>({ askedAt, answeredAt }: Page<Row>, row: Row): Listed<Row> {
  return { row, askedAt, answeredAt };
}

function saysNothingOfTasks({ code }: UpstreamError): boolean {
  return code === 'UPSTREAM_BAD_RESPONSE' || code === 'UPSTREAM_REFUSED' || code === 'UPSTREAM_NOT_FOUND';
}
