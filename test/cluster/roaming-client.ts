import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { ClientHistory, SeenEvent } from '../delivery/history-checker.js';
import type { Replica } from './replica-processes.js';

/** Follows every task, on whichever replica is there: as a client behind a load balancer without sticky sessions. */
export interface RoamingClient {
  readonly history: ClientHistory;
  readonly closeCodes: readonly number[];
  /** The longest that a change took from its commit to here, by clocks that agree. */
  readonly slowestMs: number;
  stop(): Promise<void>;
}

const FOLLOW = `subscription ($after: String) { tasksUpdated(after: $after) {
  type cursor at task { id seq status } } }`;
const PAUSE_MS = 100;
const ANSWER_WITHIN_MS = 5_000;

interface Event {
  readonly type: SeenEvent['type'];
  readonly cursor: string;
  readonly at: string;
  readonly task: { readonly id: string; readonly seq: number; readonly status: string } | null;
}

/** @param pick the replica for the next connection, as a balancer chooses it */
export async function startRoamingClient(name: string, pick: () => Replica): Promise<RoamingClient> {
  const events: SeenEvent[] = [];
  const closeCodes: number[] = [];
  let slowestMs = 0;
  const state = { stopped: false };
  let hangUp = (): unknown => undefined;
  const { data } = await pick().query('{ tasks(first: 1) { streamCursor } }');
  let after = (data as { tasks: { streamCursor: string } }).tasks.streamCursor;

  async function follow(): Promise<void> {
    const client = createClient({
      url: pick().socketUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionAckWaitTimeout: ANSWER_WITHIN_MS,
      on: { closed: (event) => closeCodes.push((event as { code: number }).code) },
    });
    hangUp = () => client.dispose();
    try {
      for await (const { data: result } of client.iterate<{ tasksUpdated: Event }>({
        query: FOLLOW,
        variables: { after },
      })) {
        if (!result) return;
        const { type, cursor, at, task } = result.tasksUpdated;
        after = cursor;
        events.push({ type, taskId: task?.id ?? null, seq: task?.seq ?? null, status: task?.status ?? null });
        slowestMs = Math.max(slowestMs, Date.now() - Date.parse(at));
      }
    } finally {
      await client.dispose();
    }
  }

  const done = (async () => {
    while (!state.stopped) {
      await follow().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();

  return {
    history: { name, known: new Map(), events },
    closeCodes,
    get slowestMs() {
      return slowestMs;
    },
    async stop() {
      state.stopped = true;
      await hangUp();
      await done;
    },
  };
}
