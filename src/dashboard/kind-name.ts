import type { Words } from './words/en.js';

/** What a kind of task is called; a kind that nobody here has heard of by its own word. */
export function kindName(kind: string, { kindNames }: Words): string {
  return kindNames[kind] ?? kind;
}
