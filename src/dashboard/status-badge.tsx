import {
  Ban,
  CircleCheck,
  CircleQuestionMark,
  Hourglass,
  LoaderCircle,
  OctagonX,
  TimerOff,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { TaskStatus } from '../client/index.js';
import { useWords } from './preferences.js';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  PENDING: Hourglass,
  RUNNING: LoaderCircle,
  SUCCEEDED: CircleCheck,
  FAILED: OctagonX,
  CANCELLED: Ban,
  EXPIRED: TimerOff,
  UNKNOWN: CircleQuestionMark,
};

export function StatusIcon({ status }: { readonly status: TaskStatus }): ReactNode {
  const Icon = ICONS[status] ?? CircleQuestionMark;
  return <Icon className="status-icon" size={16} strokeWidth={2} aria-hidden />;
}

export function StatusBadge({ status, stale }: { readonly status: TaskStatus; readonly stale?: boolean }): ReactNode {
  const words = useWords();
  return (
    <span className="badge" data-status={status} data-stale={stale ? '' : undefined}>
      <StatusIcon status={status} />
      {(words.status as Readonly<Record<string, string>>)[status] ?? status}
    </span>
  );
}
