import { Field, InterfaceType, ObjectType } from 'type-graphql';
import type { Refusal } from '../upstream/upstream-client.js';

@InterfaceType('UserError', {
  autoRegisterImplementations: false,
  description: 'Why a mutation was refused, where the caller can do something about it.',
})
export abstract class UserErrorType {
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
  @Field(() => [String], { nullable: true, description: 'The field, below `input`.' })
  path!: readonly string[] | null;
}

@ObjectType('InputError', {
  implements: UserErrorType,
  description: 'Found by the gateway: INVALID_INPUT, NOT_FOUND, IDEMPOTENCY_CONFLICT. Nothing was sent upstream.',
})
export class InputErrorType extends UserErrorType {}

@ObjectType('UpstreamRefusal', {
  implements: UserErrorType,
  description: 'The upstream read the request and said no. Nothing was started.',
})
export class UpstreamRefusalType extends UserErrorType {
  @Field(() => String, { nullable: true, description: 'The upstream’s own code, verbatim.' })
  upstreamCode!: string | null;
}

export const USER_ERROR_TYPES = [InputErrorType, UpstreamRefusalType];

export interface UserError {
  readonly __typename: 'InputError' | 'UpstreamRefusal';
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly upstreamCode?: string | null;
}

export type InputErrorCode = 'INVALID_INPUT' | 'NOT_FOUND' | 'IDEMPOTENCY_CONFLICT';

export function inputError(code: InputErrorCode, path: readonly string[], message: string): UserError {
  return { __typename: 'InputError', code, message, path };
}

export function upstreamRefusal(
  { message, upstreamCode }: Pick<Refusal, 'message' | 'upstreamCode'>,
  path: readonly string[] | null = null,
  code = 'UPSTREAM_REFUSED',
): UserError {
  return { __typename: 'UpstreamRefusal', code, message, path, upstreamCode };
}
