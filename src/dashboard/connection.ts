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

export function signIn(key: string): void {
  sessionStorage.setItem(KEY, key.trim());
  taskgate.reconnectNow();
}

window.addEventListener('online', () => taskgate.reconnectNow());
window.addEventListener('pageshow', () => taskgate.reconnectNow());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') taskgate.reconnectNow();
});
