import { useEffect } from 'react';
import type { TaskStatus } from '../client/index.js';

const NAME = 'Taskgate';
let prefix = '';
let title: string = NAME;

/**
 * What the browser writes on the tab: name, and by shape and colour where the task stands. Without a name it is left to
 * another part of the page.
 */
export function useTab(name: string | undefined, status?: TaskStatus): void {
  useEffect(() => {
    if (name === undefined) return undefined;
    title = `${name} · ${NAME}`;
    write();
    setIcon(status);
    return () => {
      title = NAME;
      write();
      setIcon(undefined);
    };
  }, [name, status]);
}

/** Stands before the name until it is taken away: `(2✗)`. */
export function setTabPrefix(text: string): void {
  prefix = text;
  write();
}

function write(): void {
  document.title = prefix === '' ? title : `${prefix} ${title}`;
}

export const STATUS_MARKS: Readonly<Record<string, string>> = {
  PENDING: '◷',
  RUNNING: '▶',
  SUCCEEDED: '✓',
  FAILED: '✗',
  CANCELLED: '⊘',
  EXPIRED: '⌛',
  UNKNOWN: '?',
};

/** A shape of its own for each, so that colour is not needed to tell them apart. 16 × 16. */
const ICONS: Readonly<Record<string, string>> = {
  PENDING: '<path fill="#304d57" d="M3 1h10v3L9.500 8l3.500 4v3H3v-3l3.500-4L3 4z"/>',
  RUNNING: '<circle cx="8" cy="8" r="6" fill="none" stroke="#3c75fd" stroke-width="3" stroke-dasharray="28 10"/>',
  SUCCEEDED:
    '<circle cx="8" cy="8" r="7.500" fill="#167d5c"/><path d="M4.500 8l2.500 2.500 4.500-5" fill="none" stroke="#fff" stroke-width="2"/>',
  FAILED:
    '<path fill="#bb0528" d="M5 .5h6L15.500 5v6L11 15.500H5L.5 11V5z"/><path d="M5 5l6 6M11 5l-6 6" stroke="#fff" stroke-width="2"/>',
  CANCELLED:
    '<circle cx="8" cy="8" r="6.500" fill="none" stroke="#858790" stroke-width="2.500"/><path d="M3.500 3.500l9 9" stroke="#858790" stroke-width="2.500"/>',
  EXPIRED:
    '<path fill="#c37711" d="M8 1l7.500 14H.5z"/><path d="M8 6v4.500M8 12v1.500" stroke="#fff" stroke-width="1.800"/>',
  UNKNOWN:
    '<rect x="1" y="1" width="14" height="14" rx="3" fill="#7a14a2"/><path d="M5.500 6a2.500 2.500 0 1 1 3 2.400v1.600M8.500 11.500v1.500" fill="none" stroke="#fff" stroke-width="1.800"/>',
};

function setIcon(status: TaskStatus | undefined): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const drawing = status === undefined ? undefined : ICONS[status];
  if (!link) return;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${drawing ?? LOGO}</svg>`;
  link.href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const LOGO =
  '<rect x="1" y="1" width="14" height="14" rx="3" fill="#1f5fe0"/><path d="M4 5h8M8 5v7" stroke="#fff" stroke-width="2"/>';
