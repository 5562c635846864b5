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
