import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useWords } from '../preferences.js';
import { TaskView } from './task-view.js';

interface TaskPageProps {
  readonly id: string;
  readonly boardPath: string;
}

export function TaskPage({ id, boardPath }: TaskPageProps): ReactNode {
  const words = useWords();
  return (
    <div className="task-page">
      <Link className="back" href={boardPath}>
        <ArrowLeft size={16} aria-hidden />
        {words.backToBoard}
      </Link>
      <TaskView id={id} />
    </div>
  );
}
