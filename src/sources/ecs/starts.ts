import type { JsonObject } from '../../base/json.js';
import type { Refusal } from '../../upstream/upstream-client.js';
import type { FieldError, SourceConnection, StartDefinition, Started, StartInput } from '../source.js';
import { requireStartedId } from '../upstream-answer.js';
import { createKpsApi } from './api.js';
import { AssociateKeypairInput, DisassociateKeypairInput, type KeypairAuthInput } from './inputs.js';
import { kindOf, resourceOf } from './normalise.js';
import { parseStart } from './wire.js';

const LONGEST_SERVER_ID = 64;
const LONGEST_KEY = 65_535;
const KEYPAIR_NAME = /^[A-Za-z0-9_-]{1,255}$/;
const SECRETS = ['auth.key'];

export const disassociateKeypair: StartDefinition = {
  name: 'disassociateKeypair',
  description: 'Unbinds the SSH key pair of a server, which brings login by password back.',
  inputType: DisassociateKeypairInput,
  secrets: SECRETS,
  check: (input) => checkServer(input as StartInput & DisassociateKeypairInput),
  async start(connection, input) {
    const { serverId, auth } = input as StartInput & DisassociateKeypairInput;
    const answer = await send(connection, 'disassociate', { server: serverOf(serverId, auth) });
    return typeof answer === 'string' ? started(answer, { operation: 'UNBIND', serverId }) : answer;
  },
};

export const associateKeypair: StartDefinition = {
  name: 'associateKeypair',
  description: 'Binds an SSH key pair to a server; replaces or resets the one it has.',
  inputType: AssociateKeypairInput,
  secrets: SECRETS,
  check(input) {
    const { keypairName, port, ...rest } = input as StartInput & AssociateKeypairInput;
    return [
      ...complainUnless(KEYPAIR_NAME.test(keypairName), ['keypairName'], '1 to 255 letters, digits, - and _'),
      ...checkServer(rest),
      ...complainUnless(port == null || (port >= 1 && port <= 65_535), ['port'], 'Must be from 1 to 65535'),
    ];
  },
  async start(connection, input) {
    const { keypairName, serverId, auth, disablePassword, port } = input as StartInput & AssociateKeypairInput;
    const server = {
      ...serverOf(serverId, auth),
      ...(disablePassword != null && { disable_password: disablePassword }),
      ...(port != null && { port }),
    };
    const answer = await send(connection, 'associate', { keypair_name: keypairName, server });
    return typeof answer === 'string' ? started(answer, { serverId, keypairName }) : answer;
  },
};

function checkServer({
  serverId,
  auth,
}: {
  readonly serverId: string;
  readonly auth?: KeypairAuthInput | null;
}): readonly FieldError[] {
  const fits = serverId.length <= LONGEST_SERVER_ID && /^[A-Za-z0-9_-]+$/.test(serverId);
  const key = auth?.key;
  return [
    ...complainUnless(fits, ['serverId'], 'Must be the id of a server: 1 to 64 letters, digits, - and _'),
    ...complainUnless(key === undefined || key.trim() !== '', ['auth', 'key'], 'Must not be empty'),
    ...complainUnless((key?.length ?? 0) <= LONGEST_KEY, ['auth', 'key'], 'Must have at most 65535 characters'),
  ];
}

function complainUnless(fits: boolean, path: readonly string[], message: string): readonly FieldError[] {
  return fits ? [] : [{ path, message }];
}

function serverOf(id: string, auth: KeypairAuthInput | null | undefined): JsonObject {
  return { id, ...(auth && { auth: { type: auth.type.toLowerCase(), key: auth.key } }) };
}

const LONGEST_MESSAGE = 2_000;

/** The id of the task, or why there is none: a 202 may refuse (KPS DisassociateKeypair, `status`). */
async function send(
  connection: SourceConnection,
  operation: 'associate' | 'disassociate',
  body: JsonObject,
): Promise<string | Refusal> {
  const reply = await createKpsApi(connection).start(operation, body);
  if (reply.type === 'refusal') return reply;
  const { taskId, submission, errorCode, errorMessage } = parseStart(reply.body);
  // The batch example writes "Failed".
  if (submission?.toUpperCase() !== 'FAILED') return requireStartedId(taskId);
  const message = errorMessage?.slice(0, LONGEST_MESSAGE) ?? 'The upstream refused the start and gave no reason';
  return { type: 'refusal', status: reply.status, upstreamCode: errorCode ?? null, message };
}

function started(
  upstreamId: string,
  details: { readonly operation?: string; readonly serverId: string; readonly keypairName?: string },
): Started {
  const { operation, serverId } = details;
  return {
    type: 'started',
    upstreamId,
    scope: '',
    facts: {
      ...(operation !== undefined && { kind: kindOf(operation) }),
      resource: resourceOf(serverId, null),
      details,
    },
  };
}
