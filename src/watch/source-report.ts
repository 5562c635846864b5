import { isRecord, parseJson, type Json } from '../base/json.js';
import type { PollError } from '../task/task.js';
import type { UpstreamStatus } from '../upstream/upstream-client.js';
import type { PollGroup } from './poll-group.js';
import { SourceState, type SourceReport } from './watch.js';

const STATES: Readonly<Record<UpstreamStatus['state'], SourceState>> = {
  ok: SourceState.OK,
  throttled: SourceState.THROTTLED,
  failing: SourceState.FAILING,
  open: SourceState.OPEN,
  unauthorized: SourceState.UNAUTHORIZED,
};

export function reportOn(group: PollGroup): SourceReport {
  const { service, account, region, client } = group.polled;
  const { state, requestsPerMinute, budgetPerMinute, lastSuccessAt, lastError } = client.status();
  const watched = group.entries.size;
  const idle = state === 'ok' && watched === 0 && requestsPerMinute === 0;
  return {
    service,
    account,
    region,
    state: idle ? SourceState.IDLE : STATES[state],
    watched,
    requestsPerMinute,
    requestBudgetPerMinute: budgetPerMinute,
    lastSuccessAt,
    lastError,
    nextPollAt: group.nextPollAt,
  };
}

/** How a group does, as other replicas read it. */
export function formatReport(group: PollGroup): string {
  return JSON.stringify({ ...reportOn(group), stretch: group.stretch });
}

/** By how much the intervals of a group are stretched, by the replica that polls it; 1 for what cannot be understood. */
export function parseStretch(text: string): number {
  const parsed = parseJson(text);
  const stretch = isRecord(parsed) ? parsed['stretch'] : undefined;
  return typeof stretch === 'number' && stretch >= 1 ? stretch : 1;
}

/**
 * What the replica that polls a source has written of it.
 *
 * @param here the report of this replica, which knows the region and the budget
 * @returns undefined for what cannot be understood, as of a version to come
 */
export function parseReport(text: string, here: SourceReport): SourceReport | undefined {
  const parsed = parseJson(text);
  if (!isRecord(parsed)) return undefined;
  const { watched, requestsPerMinute } = parsed;
  const state = Object.values(SourceState).find((each) => each === parsed['state']);
  if (!state || typeof watched !== 'number' || typeof requestsPerMinute !== 'number') return undefined;
  const { service, account, region, requestBudgetPerMinute } = here;
  return {
    service,
    account,
    region,
    requestBudgetPerMinute,
    state,
    watched,
    requestsPerMinute,
    lastSuccessAt: instantOf(parsed['lastSuccessAt']),
    lastError: errorOf(parsed['lastError']),
    nextPollAt: instantOf(parsed['nextPollAt']),
  };
}

function errorOf(value: Json | undefined): PollError | null {
  if (!isRecord(value)) return null;
  const { code, message, at, retryable } = value;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof at !== 'number') return null;
  return { code, message, at, retryable: retryable === true };
}

function instantOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
