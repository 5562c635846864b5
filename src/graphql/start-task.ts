import { delay } from '../base/clock.js';
import { hideSecrets } from '../base/hide-secrets.js';
import type { FieldError, SourceConnection, StartDefinition, StartInput, Started } from '../sources/source.js';
import type { StartKey, StoredTask, TaskStore } from '../store/store.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { formatTaskId } from '../task/task-id.js';
import type { Refusal } from '../upstream/upstream-client.js';
import { UpstreamError, UpstreamErrorCode } from '../upstream/upstream-error.js';
import { audited } from './audit.js';
import type { GraphQLContext } from './context.js';
import { requireOperator } from './rights.js';
import { canonicalText, plainInput, secretValues } from './secret-input.js';
import type { TaskValue } from './task-view.js';
import { failedCall, startedNothing, unknownOutcome } from './upstream-failure.js';
import { inputError, upstreamRefusal, type UserError } from './user-error-types.js';

export interface TaskPayload {
  readonly task: TaskValue | null;
  readonly userErrors: readonly UserError[];
}

/** A start to be made: the definition, the service it belongs to, and what the caller wants. */
interface Start {
  readonly definition: StartDefinition;
  readonly service: string;
  readonly connection: SourceConnection;
  readonly input: StartInput;
}

const WAIT_FOR_FIRST_MS = 60_000;
const ASK_AGAIN_MS = 100;
const LONGEST_REQUEST_ID = 255;

/**
 * The one way to start a task, whatever the service: checked here, sent once, taken into the store, and only then
 * answered (promises 6 to 8).
 *
 * @throws GatewayError FORBIDDEN; UPSTREAM_* when the upstream could not be asked, or its answer is not known
 */
export function startTask(
  context: GraphQLContext,
  service: string,
  definition: StartDefinition,
  rawInput: unknown,
): Promise<TaskPayload> {
  const input = plainInput(rawInput) as StartInput;
  const entry = { mutation: definition.name, account: input.account, input, secrets: definition.secrets };
  return audited(context, entry, async () => {
    requireOperator(context.principal);
    const { account } = input;
    const connection = context.accounts.includes(account)
      ? context.gateway.connections.find(account, service)
      : undefined;
    if (!connection) return refused([inputError('NOT_FOUND', ['account'], `No such account for ${service}`)]);
    const faults = [...checkRequestId(input), ...definition.check(input)];
    if (faults.length > 0) {
      return refused(faults.map(({ path, message }) => inputError('INVALID_INPUT', path, message)));
    }
    const start: Start = { definition, service, connection, input };
    const requestId = input['clientRequestId'];
    if (typeof requestId !== 'string') return send(context, start);
    return sendOnce(context, start, { account, mutation: definition.name, clientRequestId: requestId });
  });
}

async function sendOnce(context: GraphQLContext, start: Start, key: StartKey): Promise<TaskPayload> {
  const { gateway, accounts } = context;
  const claim = await claimStart(context, key, canonicalText({ ...start.input, clientRequestId: null }));
  switch (claim.type) {
    case 'claimed':
      return send(context, start, key);
    case 'accepted': {
      const id = formatTaskId(claim.identity);
      const stored = (await gateway.store.get([id], accounts)).get(id);
      if (stored) return accepted(context, stored);
      return refused([inputError('NOT_FOUND', ['clientRequestId'], 'The task that this request started was removed')]);
    }
    case 'unknown':
      throw unknownOutcome({ service: start.service, account: key.account });
    case 'mismatch':
      return refused([
        inputError('IDEMPOTENCY_CONFLICT', ['clientRequestId'], 'This clientRequestId was used with another input'),
      ]);
  }
}

/** Waits while another call with the same key is in flight, here or in another process. */
async function claimStart({ gateway, signal }: GraphQLContext, key: StartKey, input: string) {
  const { store, clock } = gateway;
  const endAt = clock.now() + WAIT_FOR_FIRST_MS;
  await settleLeftOver(store, key);
  for (;;) {
    const claim = await store.claimStart(key, input, clock.now());
    if (claim.type !== 'pending') return claim;
    if (clock.now() >= endAt || signal.aborted) {
      const message = 'The first request with this clientRequestId has not ended yet';
      throw new GatewayError(ErrorCode.UPSTREAM_TIMEOUT, message, { account: key.account }, true);
    }
    await delay(clock, ASK_AGAIN_MS, signal);
  }
}

async function send(context: GraphQLContext, start: Start, key?: StartKey): Promise<TaskPayload> {
  const answer = await ask(start, context).catch(async (error: unknown) => {
    const harmless = error instanceof UpstreamError && startedNothing(error);
    if (key) await settle(context, key, harmless ? 'forgotten' : 'unknown');
    throw harmless ? failedStart(error, start) : asUnknownOutcome(error, start);
  });
  if (answer.type === 'refusal') {
    if (key) await settle(context, key, 'forgotten');
    return refused([refusalOf(answer, start)]);
  }
  return accepted(context, await adopt(context, start, answer, key));
}

async function ask({ definition, connection, input }: Start, { gateway, correlationId }: GraphQLContext) {
  try {
    return await definition.start(connection, input);
  } catch (error) {
    if (!(error instanceof UpstreamError)) gateway.logger.error({ err: error, correlationId }, 'a start failed');
    throw error;
  }
}

async function adopt(
  context: GraphQLContext,
  { service, input }: Start,
  { scope, upstreamId, facts }: Started,
  key?: StartKey,
): Promise<StoredTask> {
  const identity = { service, account: input.account, scope, upstreamId };
  const { gateway, correlationId } = context;
  try {
    return await gateway.watch.adopt(identity, facts, { revive: true, ...(key && { start: key }) });
  } catch (error) {
    gateway.logger.error({ err: error, correlationId, identity }, 'a task was started and could not be stored');
    if (key) await settle(context, key, 'unknown');
    throw unknownOutcome(identity);
  }
}

/** Keys that could not be settled because the store was away. Told again before the key is next asked for. */
const leftOver = new WeakMap<TaskStore, Map<string, 'unknown' | 'forgotten'>>();

async function settle({ gateway }: GraphQLContext, key: StartKey, outcome: 'unknown' | 'forgotten'): Promise<void> {
  try {
    await gateway.store.settleStart(key, outcome);
  } catch (error) {
    gateway.logger.warn({ err: error, mutation: key.mutation, account: key.account }, 'a start could not be settled');
    const keys = leftOver.get(gateway.store) ?? new Map<string, 'unknown' | 'forgotten'>();
    leftOver.set(gateway.store, keys.set(canonicalText(key), outcome));
  }
}

async function settleLeftOver(store: TaskStore, key: StartKey): Promise<void> {
  const text = canonicalText(key);
  const outcome = leftOver.get(store)?.get(text);
  if (outcome === undefined) return;
  await store.settleStart(key, outcome);
  leftOver.get(store)?.delete(text);
}

function asUnknownOutcome(error: unknown, start: Start): GatewayError {
  const known = error instanceof UpstreamError && error.code === UpstreamErrorCode.UPSTREAM_UNKNOWN_OUTCOME;
  return known ? failedStart(error, start) : unknownOutcome(placeOf(start));
}

function failedStart(error: UpstreamError, start: Start): GatewayError {
  const secrets = secretValues(start.input, start.definition.secrets);
  return failedCall(error, placeOf(start), secrets);
}

function refusalOf(refusal: Refusal, { definition, input }: Start): UserError {
  const secrets = secretValues(input, definition.secrets);
  const { upstreamCode, message } = refusal;
  return upstreamRefusal({
    message: hideSecrets(message, secrets),
    upstreamCode: upstreamCode === null ? null : hideSecrets(upstreamCode, secrets),
  });
}

function placeOf({ service, input }: Start) {
  return { service, account: input.account };
}

function checkRequestId(input: StartInput): readonly FieldError[] {
  const id = input['clientRequestId'];
  if (typeof id !== 'string' || (id.length > 0 && id.length <= LONGEST_REQUEST_ID)) return [];
  return [{ path: ['clientRequestId'], message: `Must have 1 to ${LONGEST_REQUEST_ID} characters` }];
}

export function accepted({ view }: GraphQLContext, stored: StoredTask): TaskPayload {
  return { task: view.ofStored(stored), userErrors: [] };
}

export function refused(userErrors: readonly UserError[]): TaskPayload {
  return { task: null, userErrors };
}
