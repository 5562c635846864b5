import Fastify from 'fastify';
import mercurius from 'mercurius';
import { Pool } from 'undici';
import { jobPath, listening, parseId, projectId, taskOf, typeDefs, upstreamUrl } from './common.mjs';

const pool = new Pool(upstreamUrl, { connections: 128 });

async function task(_root, { id }) {
  const { account, upstreamId } = parseId(id);
  const path = jobPath(projectId, upstreamId);
  const { body } = await pool.request({ method: 'GET', path, headers: { 'x-auth-token': 'bench' } });
  return taskOf(id, account, await body.json());
}

const app = Fastify();
app.register(mercurius, {
  schema: typeDefs,
  resolvers: { Query: { task }, Task: { resolveType: () => 'SfsTask' } },
  jit: 1,
});
await app.listen({ port: 0, host: '127.0.0.1' });
listening(app.server);
