import { createTaskgate, TaskgateError, type Answer } from '../client/index.js';
import { ReadViewerDocument, type ReadViewerQuery, type TypedDocumentString } from './generated/documents.js';
import { bellStore } from './notifications/bells.js';
import { leads } from './notifications/lead.js';
import { noteServerDate } from './server-clock.js';
import { session } from './session.js';
import { recentInputs } from './start/recent-inputs.js';

/** The one client of this page. */
export const taskgate = createTaskgate({
  url: '/graphql',
  auth: session.authorization,
  fetch: watchedFetch,
  // The page that notifies does so also while nobody looks at it.
  keepAwake: () => leads() && bellStore.get().bells.length + bellStore.get().views.length > 0,
});

async function watchedFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  const sentAt = Date.now();
  const response = await fetch(...request);
  noteServerDate(response.headers.get('date'), sentAt, Date.now());
  if (response.status === 401) session.noteRefused();
  return response;
}

taskgate.status.subscribe(() => {
  if (taskgate.status.get().state === 'unauthorised') session.noteRefused();
});

export type Viewer = ReadViewerQuery['viewer'];

/** @throws TaskgateError when nothing that can be read came back */
export function ask<Data, Variables extends Readonly<Record<string, unknown>>>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Answer<Data>> {
  return taskgate.query<Data>(document.toString(), variables, signal);
}

/** What is wrong with the key; null when it is good, and everything that waited for one goes on. */
export async function signIn(key: string, keep: boolean): Promise<TaskgateError | null> {
  const refusal = await session.signIn(key, keep, async () => {
    try {
      return (await ask(ReadViewerDocument, {})).error;
    } catch (cause) {
      return cause instanceof TaskgateError ? cause : new TaskgateError('UNKNOWN', String(cause));
    }
  });
  if (!refusal) taskgate.reconnectNow();
  return refusal;
}

/** By a new page: nothing that was read under the key stays in memory, and nothing of the person in storage. */
export function signOut(): void {
  session.forget();
  recentInputs.forget();
  bellStore.forget();
  window.location.assign('/login');
}

/** Keeps the socket open on pages that follow nothing, so that the page says on each of them whether it is live. */
export function holdSocket(): () => void {
  const controller = new AbortController();
  const hold = async (): Promise<void> => {
    const counts = taskgate.followStats({}, { signal: controller.signal });
    while (!(await counts.next()).done);
  };
  // Whoever shows tasks fails for the same reason and says it.
  hold().catch(() => undefined);
  return () => controller.abort();
}
