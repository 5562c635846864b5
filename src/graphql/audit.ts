import type { TaskId } from '../task/task-id.js';
import { GatewayError, ErrorCode } from '../task/errors.js';
import type { GraphQLContext } from './context.js';
import { loggable } from './secret-input.js';
import type { UserError } from './user-error-types.js';

interface Audited {
  readonly mutation: string;
  /** Null when the input names none. */
  readonly account: string | null;
  readonly input: unknown;
  readonly secrets?: readonly string[];
}

interface Payload {
  readonly userErrors: readonly UserError[];
  readonly task?: { readonly id: TaskId } | null;
  /** Of what was removed. */
  readonly deletedIds?: readonly TaskId[];
  readonly id?: string | null;
}

/** Runs a mutation and writes one line of who did what to which account, what came of it, and with which tasks. */
export async function audited<T extends Payload>(
  { gateway, principal, correlationId }: GraphQLContext,
  { mutation, account, input, secrets = [] }: Audited,
  run: () => Promise<T>,
): Promise<T> {
  const note = (outcome: string, taskIds: readonly string[]): void =>
    gateway.logger.info(
      {
        audit: {
          principal: principal.name,
          role: principal.role,
          mutation,
          account,
          input: loggable(input, secrets),
          outcome,
          taskIds,
          correlationId,
        },
      },
      'mutation',
    );
  try {
    const payload = await run();
    const { userErrors } = payload;
    note(userErrors.length === 0 ? 'done' : userErrors.map(({ code }) => code).join(' '), taskIdsOf(payload));
    return payload;
  } catch (error) {
    note(error instanceof GatewayError ? error.code : ErrorCode.INTERNAL_SERVER_ERROR, []);
    throw error;
  }
}

/** Of the task that was started, changed or taken up, or of those that were removed. */
function taskIdsOf({ task, id, deletedIds = [] }: Payload): readonly string[] {
  const one = task?.id ?? id;
  return typeof one === 'string' ? [one] : deletedIds;
}
