import { useEffect, useReducer, useSyncExternalStore, type ReactNode } from 'react';
import { navigate } from 'wouter/use-browser-location';
import { useTaskStats } from '../../client/react.js';
import type { FollowedTask, TaskFilter, TaskUpdate } from '../../client/index.js';
import { parseView, toTaskFilter } from '../board/view.js';
import { taskgate } from '../connection.js';
import { kindName } from '../kind-name.js';
import { useWords } from '../preferences.js';
import { serverNow } from '../server-clock.js';
import { setTabPrefix } from '../tab.js';
import { waitBefore } from '../wait-before.js';
import type { Words } from '../words/en.js';
import { isGone, NEWS_FOR_MS, weigh, type Bell, type BellState } from './bell-state.js';
import { bellStore } from './bells.js';
import { useLead } from './lead.js';

export function useBells(): BellState {
  return useSyncExternalStore(bellStore.subscribe, bellStore.get);
}

/**
 * Follows each task with a bell to its end, and the ends in each view with one; and counts on the tab what failed while
 * nobody looked.
 */
export function BellWatcher(): ReactNode {
  const { bells, views } = useBells();
  const leader = useLead();
  return (
    <>
      {leader && bells.map((bell) => <Watch key={bell.id} bell={bell} />)}
      {leader && views.map((address) => <WatchView key={address} address={address} />)}
      <UnseenFailures />
    </>
  );
}

function Watch({ bell }: { readonly bell: Bell }): ReactNode {
  const words = useWords();
  const { id } = bell;
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (): Promise<void> => {
      const follower = taskgate.followTask(id, { signal: controller.signal });
      for (;;) {
        const { done, value } = await follower.next();
        if (!done) continue;
        if (controller.signal.aborted) return;
        if (value?.done) ringFor(value, words);
        else bellStore.unwatch(id);
        return;
      }
    };
    follow().catch((cause: unknown) => {
      if (controller.signal.aborted) return;
      if (isGone(cause)) bellStore.unwatch(id);
      else timer = setTimeout(again, waitBefore(attempt));
    });
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [id, words, attempt]);
  return null;
}

/** From where it was left, also by another tab or the day before. */
function WatchView({ address }: { readonly address: string }): ReactNode {
  const words = useWords();
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (): Promise<void> => {
      const after = bellStore.cursorOf(address);
      const follower = taskgate.followTasks(endsIn(address), {
        signal,
        limit: 1,
        ...(after !== undefined && { after }),
      });
      for await (const update of follower) {
        if (signal.aborted) return;
        if (update.kind !== 'list') tell(update, words);
        bellStore.noteCursor(address, update.cursor);
      }
    };
    follow().catch((cause: unknown) => {
      if (signal.aborted) return;
      if (isGone(cause)) bellStore.unwatchView(address);
      else timer = setTimeout(again, waitBefore(attempt));
    });
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [address, words, attempt]);
  return null;
}

function endsIn(address: string): TaskFilter {
  const view = parseView(address);
  return { ...toTaskFilter(view, { services: new Set(view.services) }, serverNow()), done: true };
}

function tell(update: TaskUpdate, words: Words): void {
  const weight = weigh(update, serverNow());
  if (weight === 'failure') ringFor(update.task, words);
  else if (weight === 'missed') bellStore.missed(update.task.status);
}

/** What ended longer ago, while no page was open, is on the list and does not pop up. */
function ringFor(task: FollowedTask, words: Words): void {
  const { id, kind, status } = task;
  const at = Date.parse(task.finishedAt ?? task.updatedAt);
  if (!bellStore.ring({ id, kind, status, at })) return;
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  if (serverNow() - at > NEWS_FOR_MS) return;
  const name = task.resource?.name ?? task.resource?.id ?? '';
  const notification = new Notification(`${words.status[status]}${words.colon}${kindName(kind, words)}`, {
    body: [task.service, task.account, name].filter((part) => part !== '').join(' · '),
    tag: id,
  });
  notification.onclick = () => {
    window.focus();
    navigate(`/tasks/${encodeURIComponent(id)}`);
    notification.close();
  };
}

/** `(2✗)` on the tab: so many have failed since it was last looked at. */
function UnseenFailures(): ReactNode {
  const { stats } = useTaskStats();
  const failed = stats?.byStatus.find(({ status }) => status === 'FAILED')?.count ?? (stats ? 0 : null);
  useEffect(() => {
    if (failed === null) return undefined;
    const show = (): void => {
      if (document.visibilityState === 'visible') seen = failed;
      setTabPrefix(failed > seen ? `(${failed - seen}✗)` : '');
    };
    if (seen < 0) seen = failed;
    show();
    document.addEventListener('visibilitychange', show);
    return () => document.removeEventListener('visibilitychange', show);
  }, [failed]);
  return null;
}

/** How many had failed when somebody last looked. */
let seen = -1;
