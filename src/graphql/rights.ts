import { ErrorCode, GatewayError } from '../task/errors.js';
import { mayMutate, type Principal } from './principal.js';

/** @throws GatewayError FORBIDDEN */
export function requireOperator(principal: Principal): void {
  if (!mayMutate(principal)) throw new GatewayError(ErrorCode.FORBIDDEN, 'The role may not run mutations');
}
