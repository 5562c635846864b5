import {
  AssociateKeypairDocument,
  BindLdapDocument,
  DisassociateKeypairDocument,
  ExportApisDocument,
  ImportApisDocument,
  UnbindLdapDocument,
  UpdateLdapDocument,
  type BindLdapMutation,
  type RefusalFragment,
  type TypedDocumentString,
} from '../generated/documents.js';
import type { Words } from '../words/en.js';

/** `enum`: a choice that GraphQL knows by name and not as a string. */
export type FieldType = 'text' | 'number' | 'secret' | 'definition' | 'boolean' | 'choice' | 'enum' | 'list';

export interface FormField {
  /** As in the mutation's input, with a dot for what lies deeper; it is shown too, because refusals speak of it. */
  readonly name: string;
  readonly type: FieldType;
  readonly required?: boolean;
  readonly example?: string;
  readonly choices?: readonly string[];
}

export type FormName = keyof Words['forms'];

export interface Form {
  readonly service: string;
  readonly document: StartDocument;
  readonly fields: readonly FormField[];
}

const required = (name: string, example?: string): FormField => ({
  name,
  type: 'text',
  required: true,
  ...(example !== undefined && { example }),
});
const text = (name: string, example?: string): FormField => ({
  name,
  type: 'text',
  ...(example !== undefined && { example }),
});
const choice = (name: string, ...choices: readonly string[]): FormField => ({ name, type: 'choice', choices });
const oneOf = (name: string, ...choices: readonly string[]): FormField => ({ name, type: 'enum', choices });

const SHARE = required('shareId', '8a4a0a1e-2f6d-4a55-9f0b-5b8a9f7d1c11');
const LDAP_URL = 'ldap://192.168.0.10:389';
const BASE_DN = 'dc=example,dc=com';
const LDAP_OPTIONS: readonly FormField[] = [
  text('userDn', 'cn=admin,dc=example,dc=com'),
  { name: 'password', type: 'secret' },
  text('vpcId'),
  text('backupUrl', 'ldap://192.168.0.11:389'),
  text('schema', 'RFC2307'),
  { name: 'searchTimeout', type: 'number', example: '3' },
];
const SERVER = required('serverId', 'd76baba7-ef09-40a2-87ff-3eafec0696e7');
const KEYPAIR_AUTH: readonly FormField[] = [
  oneOf('auth.type', 'PASSWORD', 'KEYPAIR'),
  { name: 'auth.key', type: 'secret' },
];
const INSTANCE = required('instanceId', 'a1b2c3d4e5f60718293a4b5c6d7e8f90');

export const FORMS: Readonly<Record<FormName, Form>> = {
  bindLdap: {
    service: 'SFS',
    document: BindLdapDocument,
    fields: [SHARE, required('url', LDAP_URL), required('baseDn', BASE_DN), ...LDAP_OPTIONS],
  },
  updateLdap: {
    service: 'SFS',
    document: UpdateLdapDocument,
    fields: [SHARE, text('url', LDAP_URL), text('baseDn', BASE_DN), ...LDAP_OPTIONS],
  },
  unbindLdap: { service: 'SFS', document: UnbindLdapDocument, fields: [SHARE] },
  importApis: {
    service: 'APIG',
    document: ImportApisDocument,
    fields: [
      INSTANCE,
      { name: 'definition', type: 'definition', required: true, example: 'openapi: 3.0.0' },
      text('fileName', 'orders.yaml'),
      { name: 'isCreateGroup', type: 'boolean' },
      text('groupId', 'c77f5e81d9cb4424bf704ef2b0ac7600'),
      oneOf('apiMode', 'MERGE', 'OVERRIDE'),
      oneOf('extendMode', 'MERGE', 'OVERRIDE'),
      { name: 'simpleMode', type: 'boolean' },
      { name: 'mockMode', type: 'boolean' },
    ],
  },
  exportApis: {
    service: 'APIG',
    document: ExportApisDocument,
    fields: [
      INSTANCE,
      required('groupId', 'c77f5e81d9cb4424bf704ef2b0ac7600'),
      required('envId', 'DEFAULT_ENVIRONMENT_RELEASE_ID'),
      choice('oasVersion', '2.0', '3.0'),
      choice('define', 'spec', 'proxy', 'all', 'dev'),
      choice('type', 'json', 'yaml', 'yml'),
      text('version', '2026-11-24'),
      { name: 'apiIds', type: 'list' },
    ],
  },
  associateKeypair: {
    service: 'ECS',
    document: AssociateKeypairDocument,
    fields: [
      SERVER,
      required('keypairName', 'KeyPair-ops'),
      ...KEYPAIR_AUTH,
      { name: 'disablePassword', type: 'boolean' },
      { name: 'port', type: 'number', example: '22' },
    ],
  },
  disassociateKeypair: { service: 'ECS', document: DisassociateKeypairDocument, fields: [SERVER, ...KEYPAIR_AUTH] },
};

export const FORM_NAMES = Object.keys(FORMS) as readonly FormName[];

export function isFormName(name: string | undefined): name is FormName {
  return name !== undefined && name in FORMS;
}

export type UserError = Pick<RefusalFragment, 'code' | 'message' | 'path'> & { readonly upstreamCode?: string | null };

/** They give the same, and take what was typed in as it is: the gateway judges it. */
export type StartDocument = TypedDocumentString<BindLdapMutation, never>;

export type StartInput = Readonly<Record<string, unknown>>;

/** What was left empty is left out: the gateway then takes its own default. */
export function inputOf(fields: readonly FormField[], data: FormData): StartInput {
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    const value = valueOf(field, data.get(field.name));
    if (value === undefined) continue;
    const [outer, inner] = field.name.split('.');
    if (outer === undefined) continue;
    if (inner === undefined) input[outer] = value;
    else input[outer] = { ...(input[outer] as StartInput | undefined), [inner]: value };
  }
  return input;
}

function valueOf({ type }: FormField, value: FormDataEntryValue | null): unknown {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  switch (type) {
    case 'secret':
    case 'definition':
      return value;
    case 'boolean':
      return value === 'true';
    case 'number':
      return Number(value);
    case 'list':
      return value.split(/[\s,，、]+/).filter((part) => part !== '');
    default:
      return value.trim();
  }
}

/** The field that a refusal speaks of: itself, or what it lies in. */
export function fieldOf(error: UserError, fields: readonly Pick<FormField, 'name'>[]): string | undefined {
  const path = error.path?.join('.') ?? '';
  const names = ['account', ...fields.map(({ name }) => name)];
  return names.find((name) => name === path) ?? names.find((name) => path !== '' && name.startsWith(`${path}.`));
}
