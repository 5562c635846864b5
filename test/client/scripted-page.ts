import type { Page } from '../../src/client/index.js';

/** A page that a test hides, shows and takes off the network. */
export interface ScriptedPage extends Page {
  set(state: { readonly hidden?: boolean; readonly offline?: boolean }): void;
  readonly listeners: number;
}

export function createScriptedPage(mostStreams = Infinity): ScriptedPage {
  let [hidden, offline] = [false, false];
  const listeners = new Set<() => void>();
  return {
    hidden: () => hidden,
    offline: () => offline,
    mostStreams,
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    set(state) {
      ({ hidden, offline } = { hidden, offline, ...state });
      for (const listener of [...listeners]) listener();
    },
    get listeners() {
      return listeners.size;
    },
  };
}
