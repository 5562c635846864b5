import { createTaskgate, TaskgateError, type Answer } from '../client/index.js';
import { LAST_VIEW } from './board/use-view.js';
import { ReadViewerDocument, type ReadViewerQuery, type TypedDocumentString } from './generated/documents.js';
import { bellStore } from './notifications/bells.js';
import { leads } from './notifications/lead.js';
import { noteServerDate } from './server-clock.js';
import { session, type KeyCheck } from './session.js';
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
  const { signIns } = session.get();
  const response = await fetch(...request);
  noteServerDate(response.headers.get('date'), sentAt, Date.now());
  // It may have gone out before a sign-in, with the key before.
  if (response.status === 401 && signIns === session.get().signIns) session.noteRefused();
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

/** Whom this page was shown to last. */
let shownTo: Viewer | undefined;

/** The name of the person whose things are in this browser's storage. */
const PERSON = 'taskgate.person';

/** What an earlier person left in storage is not for this one. */
function noteViewer(viewer: Viewer): void {
  shownTo = viewer;
  const before = localStorage.getItem(PERSON);
  if (before !== null && before !== viewer.name) forgetPerson();
  localStorage.setItem(PERSON, viewer.name);
}

function forgetPerson(): void {
  recentInputs.forget();
  bellStore.forget();
  localStorage.removeItem(LAST_VIEW);
  localStorage.removeItem(PERSON);
}

export async function readViewer(signal: AbortSignal): Promise<Viewer | undefined> {
  const { data } = await ask(ReadViewerDocument, {}, signal).catch(() => ({ data: null }));
  if (data && !signal.aborted) noteViewer(data.viewer);
  return data?.viewer;
}

/**
 * What is wrong with the key; null when it is good, and everything that waited for one goes on. With the key of another
 * person nothing does: the page is loaded anew, and nothing of the former one is shown or sent.
 */
export async function signIn(key: string, keep: boolean): Promise<TaskgateError | null> {
  const { refusal, another } = await session.signIn(key, keep, checkKey);
  if (refusal) return refusal;
  if (another) window.location.reload();
  else taskgate.reconnectNow();
  return null;
}

async function checkKey(): Promise<KeyCheck> {
  try {
    const { data, error } = await ask(ReadViewerDocument, {});
    if (error || !data) return { refusal: error, another: false };
    const before = shownTo;
    noteViewer(data.viewer);
    return { refusal: null, another: before !== undefined && JSON.stringify(before) !== JSON.stringify(data.viewer) };
  } catch (cause) {
    const refusal = cause instanceof TaskgateError ? cause : new TaskgateError('UNKNOWN', String(cause));
    return { refusal, another: false };
  }
}

/** By a new page: nothing that was read under the key stays in memory, and nothing of the person in storage. */
export function signOut(): void {
  session.forget();
  forgetPerson();
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
