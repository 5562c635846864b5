import type { JsonObject } from '../../base/json.js';
import type { TaskResource } from '../../task/task.js';
import type { Refusal, UpstreamReply } from '../../upstream/upstream-client.js';
import { checkField, checkId, checkIds, checkOneOf, checkText } from '../check-input.js';
import type { FieldError, StartDefinition, Started, StartInput } from '../source.js';
import { requireStartedId } from '../upstream-answer.js';
import { exportApiDefinitions, importApiDefinitions } from './api.js';
import { ExportApisInput, ImportApisInput } from './inputs.js';
import { EXPORT_KIND, IMPORT_KIND } from './normalise.js';
import { parseStarted } from './wire.js';

export const starts: readonly StartDefinition[] = [
  {
    name: 'importApis',
    description: 'Imports the APIs of a Swagger or OpenAPI definition into a dedicated gateway.',
    inputType: ImportApisInput,
    secrets: [],
    check: checkImport,
    async start(connection, input) {
      const { isCreateGroup, groupId } = input;
      const answer = await importApiDefinitions(connection, instanceOf(input), formOf(input));
      return startedFrom(answer, IMPORT_KIND, input, isCreateGroup === false ? groupResource(groupId) : null);
    },
  },
  {
    name: 'exportApis',
    description: 'Writes the published APIs of a group to a Swagger or OpenAPI definition.',
    inputType: ExportApisInput,
    secrets: [],
    check: checkExport,
    async start(connection, input) {
      const answer = await exportApiDefinitions(
        connection,
        instanceOf(input),
        textOf(input.oasVersion),
        exportOf(input),
      );
      return startedFrom(answer, EXPORT_KIND, input, groupResource(input.groupId));
    },
  },
];

function startedFrom(
  answer: UpstreamReply | Refusal,
  kind: string,
  input: StartInput,
  resource: TaskResource | null,
): Started | Refusal {
  if (answer.type === 'refusal') return answer;
  const instanceId = instanceOf(input);
  return {
    type: 'started',
    upstreamId: requireStartedId(parseStarted(answer.body)),
    scope: instanceId,
    facts: { kind, resource, details: { instanceId, result: null } },
  };
}

function instanceOf(input: StartInput): string {
  return String(input.instanceId);
}

function groupResource(groupId: unknown): TaskResource | null {
  return typeof groupId === 'string' ? { type: 'api_group', id: groupId, name: null } : null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

// ---- import

const FORM_NAMES = {
  isCreateGroup: 'is_create_group',
  groupId: 'group_id',
  extendMode: 'extend_mode',
  simpleMode: 'simple_mode',
  mockMode: 'mock_mode',
  apiMode: 'api_mode',
} as const;

/** Booleans travel as text, and the part with the file is called `file_name`. */
function formOf(input: StartInput): FormData {
  const form = new FormData();
  for (const [field, formName] of Object.entries(FORM_NAMES)) {
    const value = input[field];
    if (typeof value === 'boolean') form.set(formName, String(value));
    else if (typeof value === 'string') form.set(formName, field.endsWith('Mode') ? value.toLowerCase() : value);
  }
  const definition = textOf(input.definition) ?? '';
  const isJson = definition.trimStart().startsWith('{');
  const file = new Blob([definition], { type: isJson ? 'application/json' : 'application/yaml' });
  form.set('file_name', file, textOf(input.fileName) ?? (isJson ? 'definition.json' : 'definition.yaml'));
  return form;
}

const LARGEST_DEFINITION = 12 * 1024 * 1024;
const FILE_NAME = /^(?!\s*$)[^\\/"\p{Cc}]{1,255}$/u;

function checkImport(input: StartInput): readonly FieldError[] {
  return [
    ...checkId(input, 'instanceId'),
    ...checkText(input, 'definition'),
    ...checkField(input, 'definition', fitsUpstream, 'Must be at most 12 MiB, which is what the upstream takes'),
    ...checkField(input, 'fileName', (name) => FILE_NAME.test(name), 'Must be a file name without a path'),
    ...checkId(input, 'groupId'),
    ...checkGroup(input),
  ];
}

function fitsUpstream(definition: string): boolean {
  return Buffer.byteLength(definition) <= LARGEST_DEFINITION;
}

function checkGroup({ isCreateGroup, groupId }: StartInput): FieldError[] {
  const missing = isCreateGroup === false && (groupId === undefined || groupId === null);
  return missing ? [{ path: ['groupId'], message: 'Must be given when isCreateGroup is false' }] : [];
}

// ---- export

function exportOf(input: StartInput): JsonObject {
  const { envId, groupId, define, type, version, apiIds } = input;
  const given = Object.entries({ env_id: envId, group_id: groupId, define, type, version }).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  const apis: readonly unknown[] | undefined = Array.isArray(apiIds) ? apiIds : undefined;
  return { ...Object.fromEntries(given), ...(apis && { apis: apis.map(String) }) };
}

function checkExport(input: StartInput): readonly FieldError[] {
  return [
    ...checkId(input, 'instanceId'),
    ...checkId(input, 'envId'),
    ...checkId(input, 'groupId'),
    ...checkOneOf(input, 'oasVersion', ['2.0', '3.0']),
    ...checkOneOf(input, 'define', ['spec', 'proxy', 'all', 'dev']),
    ...checkOneOf(input, 'type', ['json', 'yaml', 'yml']),
    ...checkText(input, 'version'),
    ...checkIds(input, 'apiIds'),
    ...checkSelection(input.apiIds),
  ];
}

/** No upstream says whether an empty list means none or all. */
function checkSelection(apiIds: unknown): FieldError[] {
  const empty = Array.isArray(apiIds) && apiIds.length === 0;
  return empty ? [{ path: ['apiIds'], message: 'Must not be empty; leave it out for all APIs of the group' }] : [];
}
