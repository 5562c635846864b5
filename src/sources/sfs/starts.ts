import { isIPv4, isIPv6 } from 'node:net';
import type { JsonObject } from '../../base/json.js';
import type { Refusal, UpstreamReply } from '../../upstream/upstream-client.js';
import { checkField, checkId, checkText } from '../check-input.js';
import type { FieldError, StartDefinition, Started, StartInput } from '../source.js';
import { requireStartedId } from '../upstream-answer.js';
import { createLdapConfig, deleteLdapConfig, updateLdapConfig } from './api.js';
import { BindLdapInput, UnbindLdapInput, UpdateLdapInput } from './inputs.js';
import { parseStarted } from './wire.js';

export const starts: readonly StartDefinition[] = [
  {
    name: 'bindLdap',
    description: 'Makes an LDAP configuration and binds it to an SFS Turbo share.',
    inputType: BindLdapInput,
    secrets: ['password'],
    check: checkConfig,
    async start(connection, input) {
      const shareId = shareIdOf(input);
      return startedFrom(await createLdapConfig(connection, shareId, configOf(input)), 'bind_ldap', shareId);
    },
  },
  {
    name: 'updateLdap',
    description: 'Changes the LDAP configuration of an SFS Turbo share.',
    inputType: UpdateLdapInput,
    secrets: ['password'],
    check: checkConfig,
    async start(connection, input) {
      const shareId = shareIdOf(input);
      return startedFrom(await updateLdapConfig(connection, shareId, configOf(input)), 'update_ldap', shareId);
    },
  },
  {
    name: 'unbindLdap',
    description: 'Takes the LDAP configuration off an SFS Turbo share.',
    inputType: UnbindLdapInput,
    secrets: [],
    check: (input) => checkId(input, 'shareId'),
    async start(connection, input) {
      const shareId = shareIdOf(input);
      return startedFrom(await deleteLdapConfig(connection, shareId), 'unbind_ldap', shareId);
    },
  },
];

function startedFrom(answer: UpstreamReply | Refusal, kind: string, shareId: string): Started | Refusal {
  if (answer.type === 'refusal') return answer;
  return {
    type: 'started',
    upstreamId: requireStartedId(parseStarted(answer.body)),
    scope: '',
    facts: { kind, resource: { type: 'share', id: shareId, name: null }, details: { shareId, subTasks: [] } },
  };
}

function shareIdOf(input: StartInput): string {
  return String(input.shareId);
}

const WIRE_NAMES = {
  url: 'url',
  baseDn: 'base_dn',
  userDn: 'user_dn',
  password: 'password',
  vpcId: 'vpc_id',
  backupUrl: 'backup_url',
  schema: 'schema',
  searchTimeout: 'search_timeout',
} as const;

/** The given fields under their wire names; the input type has made them texts and numbers. */
function configOf(input: StartInput): JsonObject {
  const given = Object.entries(WIRE_NAMES).flatMap(([field, wireName]) => {
    const value = input[field];
    return typeof value === 'string' || typeof value === 'number' ? [[wireName, value] as const] : [];
  });
  return Object.fromEntries(given);
}

function checkConfig(input: StartInput): readonly FieldError[] {
  return [
    ...checkId(input, 'shareId'),
    ...checkField(input, 'url', isLdapUrl, LDAP_URL_RULE),
    ...checkText(input, 'baseDn'),
    ...checkText(input, 'userDn'),
    ...checkText(input, 'password'),
    ...checkId(input, 'vpcId'),
    ...checkField(input, 'backupUrl', isLdapUrl, LDAP_URL_RULE),
    ...checkText(input, 'schema'),
    ...checkTimeout(input.searchTimeout),
  ];
}

function checkTimeout(value: unknown): FieldError[] {
  const valid = typeof value !== 'number' || (Number.isInteger(value) && value > 0);
  return valid ? [] : [{ path: ['searchTimeout'], message: 'Must be a whole number of seconds, at least 1' }];
}

const LDAP_URL_RULE = 'Must be ldap://ip:port or ldaps://ip:port';
const LDAP_URL = /^ldaps?:\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/;
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** Host names pass as well: whether a share can look them up is for the upstream to say. */
function isLdapUrl(text: string): boolean {
  const [, ipv6, host = '', port] = LDAP_URL.exec(text) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65_535) return false;
  if (ipv6 !== undefined) return isIPv6(ipv6);
  return /^[\d.]+$/.test(host) ? isIPv4(host) : HOST_NAME.test(host);
}
