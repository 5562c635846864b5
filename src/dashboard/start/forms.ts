import type { Words } from '../words/en.js';

export interface FormField {
  /** As in the mutation's input; fields are shown under this name, which is what its refusals say too. */
  readonly name: string;
  readonly type: 'text' | 'secret' | 'long' | 'flag';
  readonly required?: boolean;
  readonly example?: string;
}

export type FormName = keyof Words['forms'];

export interface Form {
  readonly inputType: string;
  readonly fields: readonly FormField[];
}

export const FORMS: Readonly<Record<FormName, Form>> = {
  bindLdap: {
    inputType: 'BindLdapInput',
    fields: [
      { name: 'shareId', type: 'text', required: true },
      { name: 'url', type: 'text', required: true, example: 'ldap://192.168.0.10:389' },
      { name: 'baseDn', type: 'text', required: true, example: 'dc=example,dc=com' },
      { name: 'userDn', type: 'text', example: 'cn=admin,dc=example,dc=com' },
      { name: 'password', type: 'secret' },
      { name: 'vpcId', type: 'text' },
      { name: 'backupUrl', type: 'text' },
      { name: 'schema', type: 'text' },
    ],
  },
  unbindLdap: { inputType: 'UnbindLdapInput', fields: [{ name: 'shareId', type: 'text', required: true }] },
  importApis: {
    inputType: 'ImportApisInput',
    fields: [
      { name: 'instanceId', type: 'text', required: true },
      { name: 'definition', type: 'long', required: true, example: 'openapi: 3.0.0' },
      { name: 'fileName', type: 'text' },
      { name: 'groupId', type: 'text' },
      { name: 'mockMode', type: 'flag' },
    ],
  },
  exportApis: {
    inputType: 'ExportApisInput',
    fields: [
      { name: 'instanceId', type: 'text', required: true },
      { name: 'groupId', type: 'text', required: true },
      { name: 'envId', type: 'text', required: true, example: 'DEFAULT_ENVIRONMENT_RELEASE_ID' },
      { name: 'oasVersion', type: 'text', example: '3.0' },
      { name: 'type', type: 'text', example: 'yaml' },
    ],
  },
  disassociateKeypair: {
    inputType: 'DisassociateKeypairInput',
    fields: [{ name: 'serverId', type: 'text', required: true }],
  },
};

export const FORM_NAMES = Object.keys(FORMS) as readonly FormName[];

export function startDocument(name: FormName): string {
  return `mutation Start($input: ${FORMS[name].inputType}!) {
  payload: ${name}(input: $input) {
    task { id kind }
    userErrors { code message path ... on UpstreamRefusal { upstreamCode } }
  }
}`;
}

export interface UserError {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly upstreamCode?: string | null;
}

export interface StartData {
  readonly payload: {
    readonly task: { readonly id: string; readonly kind: string } | null;
    readonly userErrors: readonly UserError[];
  } | null;
}

/** What was left empty is left out: the gateway then takes its own default. */
export function inputOf({ fields }: Form, data: FormData): Readonly<Record<string, unknown>> {
  const values = fields.flatMap(({ name, type }): readonly (readonly [string, unknown])[] => {
    const value = data.get(name);
    if (type === 'flag') return value === null ? [] : [[name, true]];
    if (typeof value !== 'string' || value === '') return [];
    return [[name, type === 'text' ? value.trim() : value]];
  });
  return Object.fromEntries(values);
}
