const documents = import.meta.glob<string>('../../../schema/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const nameOf = (path: string): string => path.replace(/^.*\/|\.graphql$/g, '');
const isFragment = (text: string): boolean => /^\s*(#.*\s*)*fragment /.test(text);

/** What a newcomer tries first; the others follow. */
const FIRST = ['list-tasks', 'follow-tasks', 'bind-ldap', 'follow-task', 'overview'];

/** Variables that work in the demo. An id is filled in by whoever has one. */
const VARIABLES: Readonly<Record<string, unknown>> = {
  'bind-ldap': {
    input: {
      account: 'demo',
      shareId: '8a4a0a1e-2f6d-4a55-9f0b-5b8a9f7d1c11',
      url: 'ldap://192.168.0.10:389',
      baseDn: 'dc=example,dc=com',
    },
  },
  'disassociate-keypair': { input: { account: 'demo', serverId: 'd76baba7-ef09-40a2-87ff-3eafec0696e7' } },
  'export-apis': {
    input: {
      account: 'demo',
      instanceId: 'a1b2c3d4e5f60718293a4b5c6d7e8f90',
      envId: 'DEFAULT_ENVIRONMENT_RELEASE_ID',
      groupId: 'c77f5e81d9cb4424bf704ef2b0ac7600',
    },
  },
  'follow-task': { id: '' },
  'list-tasks': { first: 20 },
  'read-task-now': { id: '' },
  'show-task': { id: '' },
  'stop-render-task': { id: '' },
  'track-task': { input: { service: 'SFS', account: 'demo', upstreamId: '' } },
  'untrack-task': { id: '' },
  'wait-for-task': { id: '' },
};

export interface Example {
  readonly query: string;
  readonly variables: string;
}

export const examples: readonly Example[] = Object.entries(documents)
  .filter(([, text]) => !isFragment(text))
  .map(([path, query]) => ({ name: nameOf(path), query }))
  .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
  .map(({ name, query }) => ({ query, variables: name in VARIABLES ? JSON.stringify(VARIABLES[name], null, 2) : '' }));

/** Fragments that several examples use. */
export const fragments: string = Object.values(documents).filter(isFragment).join('\n');

function rank(name: string): number {
  const place = FIRST.indexOf(name);
  return place < 0 ? FIRST.length : place;
}
