import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { Pool } from 'undici';
import { jobPath, listening, parseId, projectId, resolveType, taskOf, typeDefs, upstreamUrl } from './common.mjs';

const pool = new Pool(upstreamUrl, { connections: 128 });

async function task(_root, { id }) {
  const { account, upstreamId } = parseId(id);
  const path = jobPath(projectId, upstreamId);
  const { body } = await pool.request({ method: 'GET', path, headers: { 'x-auth-token': 'bench' } });
  return taskOf(id, account, await body.json());
}

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers: { ...resolveType, Query: { task } } }),
  logging: false,
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => listening(server));
