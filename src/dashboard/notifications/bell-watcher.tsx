import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { navigate } from 'wouter/use-browser-location';
import { useTaskStats } from '../../client/react.js';
import type { FollowedTask } from '../../client/index.js';
import { taskgate } from '../connection.js';
import { useWords } from '../preferences.js';
import { serverNow } from '../server-clock.js';
import { setTabPrefix } from '../tab.js';
import type { Words } from '../words/en.js';
import { bellStore, type Bell, type BellState } from './bells.js';

export function useBells(): BellState {
  return useSyncExternalStore(bellStore.subscribe, bellStore.get);
}

/** Follows each task with a bell to its end; and counts on the tab what failed while nobody looked. */
export function BellWatcher(): ReactNode {
  const { bells } = useBells();
  return (
    <>
      {bells.map((bell) => (
        <Watch key={bell.id} bell={bell} />
      ))}
      <UnseenFailures />
    </>
  );
}

function Watch({ bell }: { readonly bell: Bell }): ReactNode {
  const words = useWords();
  const { id } = bell;
  useEffect(() => {
    const controller = new AbortController();
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
    // A task that is not there, or no longer, has nothing to tell.
    follow().catch(() => bellStore.unwatch(id));
    return () => controller.abort();
  }, [id, words]);
  return null;
}

/** What ended longer ago, while no page was open, is on the list and does not pop up. */
const NEWS_FOR_MS = 10 * 60_000;

function ringFor(task: FollowedTask, words: Words): void {
  const { id, kind, status } = task;
  const at = Date.parse(task.finishedAt ?? task.updatedAt);
  if (!bellStore.ring({ id, kind, status, at })) return;
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  if (serverNow() - at > NEWS_FOR_MS) return;
  const name = task.resource?.name ?? task.resource?.id ?? '';
  const notification = new Notification(`${words.status[status]}: ${words.kindNames[kind] ?? kind}`, {
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
