import { createTaskgate } from '../client/index.js';

const KEY = 'taskgate.key';

/** The one client of this page. The key is sent in headers only, and forgotten with the tab. */
export const taskgate = createTaskgate({
  url: '/graphql',
  auth: () => {
    const key = sessionStorage.getItem(KEY);
    return key === null ? null : `Bearer ${key}`;
  },
});

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

export function signIn(key: string): void {
  sessionStorage.setItem(KEY, key.trim());
  taskgate.reconnectNow();
}

window.addEventListener('online', () => taskgate.reconnectNow());
window.addEventListener('pageshow', () => taskgate.reconnectNow());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') taskgate.reconnectNow();
});
