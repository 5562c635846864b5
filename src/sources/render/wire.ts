import { z } from 'zod';
import type { Json } from '../../base/json.js';
import { UPSTREAM_ID } from '../../task/task-id.js';
import { parseAnswer } from '../upstream-answer.js';
import { freeTextField, isoField, textField, withoutSecrets, type Spoken } from '../wire-fields.js';

/** A row of CVR's list of render tasks. The page's own example leaves out eight of the seventeen fields. */
export interface WireRow {
  readonly taskId: string;
  readonly word: string;
  readonly applicationId: Spoken<string>;
  readonly serverId: Spoken<string>;
  readonly sessionId: Spoken<string>;
  readonly deviceId: Spoken<string>;
  readonly deviceBrand: Spoken<string>;
  readonly deviceType: Spoken<string>;
  readonly applicationUser: Spoken<string>;
  readonly launchArgs: Spoken<string>;
  readonly protocol: Spoken<string>;
  readonly locations: readonly string[] | undefined;
  readonly resolution: Spoken<string>;
  readonly gpuIpType: Spoken<string>;
  readonly startedAt: Spoken<number>;
  readonly finishedAt: Spoken<number>;
  readonly finishReason: Spoken<string>;
  readonly raw: Json;
}

export interface WirePage {
  /** All matches, not those of the page; null when the answer does not say. */
  readonly count: number | null;
  readonly rows: readonly WireRow[];
  /** Ids of rows that cannot be used otherwise, and how many rows have not even an id. */
  readonly unusable: readonly string[];
  readonly nameless: number;
}

const idSchema = z.object({ task_id: z.string().regex(UPSTREAM_ID) });

const locationField = z
  .unknown()
  .optional()
  .transform((value): readonly string[] | undefined => {
    if (value === null || value === '') return [];
    if (!Array.isArray(value)) return undefined;
    return value.filter((item): item is string => typeof item === 'string' && item !== '');
  });

const rowSchema = idSchema.extend({
  status: z.string().min(1),
  application_id: textField,
  server_id: textField,
  session_id: textField,
  device_id: textField,
  device_brand: textField,
  device_type: textField,
  application_user: textField,
  application_launch_args: freeTextField,
  protocol_type: textField,
  location: locationField,
  resolution: textField,
  gpu_ip_type: textField,
  start_time: isoField,
  finish_time: isoField,
  finish_reason: textField,
});

const pageSchema = z.object({
  count: z.number().int().nonnegative().optional().catch(undefined),
  render_tasks: z
    .array(z.unknown())
    .nullable()
    .transform((rows) => rows ?? []),
});

/**
 * One bad row hurts itself alone.
 *
 * @throws UpstreamError UPSTREAM_BAD_RESPONSE when it is no list
 */
export function parsePage(body: Json | undefined): WirePage {
  const { count, render_tasks } = parseAnswer(pageSchema, body);
  const rows: WireRow[] = [];
  const unusable: string[] = [];
  let nameless = 0;
  for (const value of render_tasks) {
    const row = rowSchema.safeParse(value);
    if (row.success) {
      rows.push(rowOf(row.data, value as Json));
      continue;
    }
    const named = idSchema.safeParse(value);
    if (named.success) unusable.push(named.data.task_id);
    else nameless += 1;
  }
  return { count: count ?? null, rows, unusable, nameless };
}

function rowOf(data: z.infer<typeof rowSchema>, value: Json): WireRow {
  return {
    taskId: data.task_id,
    word: data.status,
    applicationId: data.application_id,
    serverId: data.server_id,
    sessionId: data.session_id,
    deviceId: data.device_id,
    deviceBrand: data.device_brand,
    deviceType: data.device_type,
    applicationUser: data.application_user,
    launchArgs: data.application_launch_args,
    protocol: data.protocol_type,
    locations: data.location,
    resolution: data.resolution,
    gpuIpType: data.gpu_ip_type,
    startedAt: data.start_time,
    finishedAt: data.finish_time,
    finishReason: data.finish_reason,
    raw: withoutSecrets(value),
  };
}
