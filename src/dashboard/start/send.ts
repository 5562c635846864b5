import type { TaskgateError } from '../../client/index.js';
import { taskgate } from '../connection.js';
import { toTaskgateError } from '../error-panel.js';
import type { BindLdapMutation } from '../generated/documents.js';
import type { StartDocument, StartInput, UserError } from './forms.js';

export type Outcome =
  | { readonly type: 'none' | 'sending' }
  | { readonly type: 'started'; readonly id: string; readonly kind: string }
  | { readonly type: 'refused'; readonly errors: readonly UserError[] }
  | { readonly type: 'failed'; readonly error: TaskgateError };

export async function send(document: StartDocument, input: StartInput): Promise<Outcome> {
  try {
    const { data, error } = await taskgate.query<BindLdapMutation>(document.toString(), { input });
    if (error) return { type: 'failed', error };
    const { task = null, userErrors = [] } = data?.payload ?? {};
    return task ? { type: 'started', ...task } : { type: 'refused', errors: userErrors };
  } catch (cause) {
    return { type: 'failed', error: toTaskgateError(cause) };
  }
}

/** `randomUUID` is kept from pages that came over plain HTTP from elsewhere than this machine. */
function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export interface RequestId {
  current(): string;
  /** The id to send with this input. */
  forInput(input: StartInput): string;
  /** What comes next is another intention. */
  renew(): void;
}

/**
 * One id for all tries of one intention: a lost answer may be asked for again without starting a second task. Other
 * input is another intention, and so is the same input after its task was started or refused.
 */
export function createRequestId(): RequestId {
  let id = newRequestId();
  let sentFor: string | undefined;
  const renew = (): void => {
    id = newRequestId();
    sentFor = undefined;
  };
  return {
    current: () => id,
    forInput(input) {
      const text = JSON.stringify(input);
      if (sentFor !== undefined && sentFor !== text) renew();
      sentFor = text;
      return id;
    },
    renew,
  };
}
