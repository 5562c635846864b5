/** One event as a client saw it, over whatever transport. */
export interface SeenEvent {
  readonly type: 'SNAPSHOT' | 'CHANGED' | 'REMOVED' | 'RESET';
  readonly taskId: string | null;
  readonly seq: number | null;
  readonly status: string | null;
}

/** Everything that one client saw, across all its connections. */
export interface ClientHistory {
  readonly name: string;
  /** The newest `seq` of each task that the client knew before its first event. */
  readonly known: ReadonlyMap<string, number>;
  readonly events: readonly SeenEvent[];
  /** Most events that waited for it in the gateway's memory, where that is known. */
  readonly mostWaiting?: number;
}

/** The changes that are in the store in the end, by task, in order of `seq`. */
export type StoredHistory = ReadonlyMap<string, readonly { readonly seq: number; readonly status: string }[]>;

const MOST_WAITING = 256;

/**
 * Holds what a client saw against what was stored: each task in steps of +1 or behind a RESET, nothing that was not
 * stored, nothing twice, nothing missing in the end.
 *
 * @returns one line per violation; none for a history as promised
 */
export function checkHistory(client: ClientHistory, stored: StoredHistory): readonly string[] {
  const wrong: string[] = [];
  const last = new Map<string, number | undefined>(client.known);
  let sinceReset = false;
  for (const [index, event] of client.events.entries()) {
    const fault = checkEvent(event, last, sinceReset, stored);
    if (fault) wrong.push(`${client.name}, event ${index}: ${fault}`);
    if (event.type === 'RESET') {
      last.clear();
      sinceReset = true;
    } else if (event.taskId !== null) {
      last.set(event.taskId, event.type === 'REMOVED' ? 0 : (event.seq ?? undefined));
    }
  }
  for (const [id, seq] of last) {
    const newest = stored.get(id)?.at(-1)?.seq ?? 0;
    if (seq !== undefined && seq !== 0 && seq !== newest)
      wrong.push(`${client.name}: ends at ${id} ${seq}, not at ${newest}`);
  }
  if (!sinceReset) {
    for (const id of stored.keys()) if (!last.has(id)) wrong.push(`${client.name}: never heard of ${id}`);
  }
  if ((client.mostWaiting ?? 0) > MOST_WAITING) wrong.push(`${client.name}: ${client.mostWaiting} events waited`);
  return wrong;
}

function checkEvent(
  { type, taskId, seq, status }: SeenEvent,
  last: ReadonlyMap<string, number | undefined>,
  sinceReset: boolean,
  stored: StoredHistory,
): string | undefined {
  if (type === 'RESET') return undefined;
  if (taskId === null || seq === null) return `${type} without a task`;
  const entry = stored.get(taskId)?.find((candidate) => candidate.seq === seq);
  if (entry?.status !== status) return `${taskId} ${seq} ${String(status)} is not what was stored`;
  const before = last.get(taskId);
  if (type === 'CHANGED') {
    if (before === undefined && sinceReset) return undefined;
    if (seq !== (before ?? 0) + 1) return `${taskId} went from ${before ?? 0} to ${seq}`;
  }
  if (type === 'REMOVED' && before !== undefined && before !== seq)
    return `${taskId} was removed at ${seq}, seen at ${before}`;
  if (type === 'SNAPSHOT' && before !== undefined && seq < before)
    return `${taskId} went back from ${before} to ${seq}`;
  return undefined;
}
