import type { JsonObject } from '../../base/json.js';
import { pathSegment, type Refusal, type UpstreamReply } from '../../upstream/upstream-client.js';
import type { ReadOptions, SourceConnection } from '../source.js';

export function showAsyncTask(
  connection: SourceConnection,
  instanceId: string,
  taskId: string,
  { priority, signal }: ReadOptions,
): Promise<UpstreamReply> {
  const path = `${instancePath(connection, instanceId)}/async-tasks/${pathSegment(taskId)}`;
  return connection.client.read({ method: 'GET', path, priority, ...(signal && { signal }) });
}

export function importApiDefinitions(
  connection: SourceConnection,
  instanceId: string,
  form: FormData,
): Promise<UpstreamReply | Refusal> {
  const path = `${instancePath(connection, instanceId)}/openapi/async-import`;
  return connection.client.start({ method: 'POST', path, priority: 'request', body: form });
}

/** @param oasVersion 2.0 when undefined */
export function exportApiDefinitions(
  connection: SourceConnection,
  instanceId: string,
  oasVersion: string | undefined,
  body: JsonObject,
): Promise<UpstreamReply | Refusal> {
  const path = `${instancePath(connection, instanceId)}/openapi/async-export`;
  const query = { oas_version: oasVersion };
  return connection.client.start({ method: 'POST', path, query, priority: 'request', body });
}

function instancePath({ projectId }: SourceConnection, instanceId: string): string {
  return `/v2/${pathSegment(projectId)}/apigw/instances/${pathSegment(instanceId)}`;
}
