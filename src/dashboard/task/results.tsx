import type { ReactNode } from 'react';
import { CopyableId } from '../copy-button.js';
import { useWords } from '../preferences.js';
import { ExportViewer } from './export-viewer.js';
import { ImportTables } from './import-tables.js';
import type { ShownTask } from './task-document.js';

/** What a service says of its own tasks beside the fields that all have. A service unknown here has nothing to add. */
export function Results({ task }: { readonly task: ShownTask }): ReactNode {
  const words = useWords();
  const { details } = words;
  const inWords = (word: string | null): ReactNode => <Word word={word} />;
  if (task.__typename === 'EcsTask') {
    return (
      <DetailCard title={details.ecs}>
        <Detail name={details.operation}>{inWords(task.operation)}</Detail>
        <Detail name={details.serverName}>{task.serverName}</Detail>
        <Detail name={details.serverId} id={task.serverId} />
        <Detail name={details.keypairName}>{task.keypairName}</Detail>
      </DetailCard>
    );
  }
  if (task.__typename === 'SfsTask') {
    return (
      <DetailCard title={details.sfs}>
        <Detail name={details.shareId} id={task.shareId} />
        <Detail name={details.subTasks}>{task.subTasks.length}</Detail>
      </DetailCard>
    );
  }
  if (task.__typename === 'RenderTask') {
    const { device } = task;
    return (
      <DetailCard title={details.render}>
        <Detail name={details.finishReason}>{inWords(task.finishReason)}</Detail>
        <Detail name={details.device}>
          {device && [device.brand, device.type].filter((part) => part !== null).join(' · ')}
        </Detail>
        <Detail name={details.deviceId} id={device?.id ?? null} />
        <Detail name={details.applicationId} id={task.applicationId} />
        <Detail name={details.applicationUser}>{task.applicationUser}</Detail>
        <Detail name={details.launchArgs}>{task.launchArgs && <code>{task.launchArgs}</code>}</Detail>
        <Detail name={details.resolution}>{task.resolution}</Detail>
        <Detail name={details.protocol}>{task.protocol}</Detail>
        <Detail name={details.gpuIpType}>{inWords(task.gpuIpType)}</Detail>
        <Detail name={details.locations}>{task.locations.join(words.listSeparator)}</Detail>
        <Detail name={details.serverId} id={task.serverId} />
        <Detail name={details.sessionId} id={task.sessionId} />
      </DetailCard>
    );
  }
  if (task.__typename === 'BcsTask') {
    return (
      <DetailCard title={details.bcs}>
        <Detail name={details.instanceName}>{task.instanceName}</Detail>
        <Detail name={details.instanceId} id={task.instanceId} />
      </DetailCard>
    );
  }
  if (task.__typename === 'ApigTask') {
    const { result } = task;
    return (
      <DetailCard title={details.apig}>
        <Detail name={details.instanceId} id={task.instanceId} />
        {result?.__typename === 'ApigImportResult' && (
          <>
            <Detail name={details.groupId} id={result.groupId} />
            <Detail name={details.swaggerId} id={result.swaggerId} />
          </>
        )}
        {result === null && !task.done && <Detail name={words.result}>{words.resultLater}</Detail>}
      </DetailCard>
    );
  }
  return null;
}

/** Too wide for the card of details: across the whole view. */
export function WideResult({ task }: { readonly task: ShownTask }): ReactNode {
  if (task.__typename !== 'ApigTask' || task.result === null) return null;
  return task.result.__typename === 'ApigImportResult' ? (
    <ImportTables result={task.result} fileName={task.upstreamId} />
  ) : (
    <ExportViewer result={task.result} />
  );
}

function DetailCard({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="card" id="details">
      <h2>{title}</h2>
      <dl className="pairs">{children}</dl>
    </section>
  );
}

interface DetailProps {
  readonly name: string;
  readonly id?: string | null;
  readonly children?: ReactNode;
}

/** What is not known says so. */
function Detail({ name, id, children }: DetailProps): ReactNode {
  const words = useWords();
  const empty = children === null || children === undefined || children === '';
  const value = empty ? <span className="muted">{words.unknownValue}</span> : children;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{id ? <CopyableId id={id} label={words.copyOf(name)} /> : value}</dd>
    </div>
  );
}

/** An upstream word, verbatim, with what it means where that is known. */
function Word({ word }: { readonly word: string | null }): ReactNode {
  const words = useWords();
  if (word === null) return <span className="muted">{words.unknownValue}</span>;
  const meaning = words.upstreamWords[word];
  return meaning === undefined ? (
    <code>{word}</code>
  ) : (
    <>
      {meaning} <code>{word}</code>
    </>
  );
}
