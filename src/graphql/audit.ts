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

/** Runs a mutation and writes one line of who did what to which account, and what came of it. */
export async function audited<T extends { readonly userErrors: readonly UserError[] }>(
  { gateway, principal, correlationId }: GraphQLContext,
  { mutation, account, input, secrets = [] }: Audited,
  run: () => Promise<T>,
): Promise<T> {
  const note = (outcome: string): void =>
    gateway.logger.info(
      {
        audit: {
          principal: principal.name,
          role: principal.role,
          mutation,
          account,
          input: loggable(input, secrets),
          outcome,
          correlationId,
        },
      },
      'mutation',
    );
  try {
    const payload = await run();
    note(payload.userErrors.length === 0 ? 'done' : payload.userErrors.map(({ code }) => code).join(' '));
    return payload;
  } catch (error) {
    note(error instanceof GatewayError ? error.code : ErrorCode.INTERNAL_SERVER_ERROR);
    throw error;
  }
}
