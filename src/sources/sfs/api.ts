import type { Json, JsonObject } from '../../base/json.js';
import { pathSegment, type Refusal, type UpstreamReply, type UpstreamRequest } from '../../upstream/upstream-client.js';
import type { ReadOptions, SourceConnection } from '../source.js';

export function showJob(
  { client, projectId }: SourceConnection,
  jobId: string,
  { priority, signal }: ReadOptions,
): Promise<UpstreamReply> {
  const path = `/v1/${pathSegment(projectId)}/sfs-turbo/jobs/${pathSegment(jobId)}`;
  return client.read({ method: 'GET', path, priority, ...(signal && { signal }) });
}

export function createLdapConfig(
  connection: SourceConnection,
  shareId: string,
  config: JsonObject,
): Promise<UpstreamReply | Refusal> {
  return startLdap(connection, 'POST', shareId, config);
}

export function updateLdapConfig(
  connection: SourceConnection,
  shareId: string,
  config: JsonObject,
): Promise<UpstreamReply | Refusal> {
  return startLdap(connection, 'PUT', shareId, config);
}

export function deleteLdapConfig(connection: SourceConnection, shareId: string): Promise<UpstreamReply | Refusal> {
  return startLdap(connection, 'DELETE', shareId);
}

function startLdap(
  { client, projectId }: SourceConnection,
  method: UpstreamRequest['method'],
  shareId: string,
  body?: Json,
): Promise<UpstreamReply | Refusal> {
  const path = `/v1/${pathSegment(projectId)}/sfs-turbo/shares/${pathSegment(shareId)}/fs/ldap`;
  return client.start({ method, path, priority: 'request', ...(body !== undefined && { body }) });
}
