// What most people have: Apollo Server standalone with a RESTDataSource per request, as their documentation shows it.
import { RESTDataSource } from '@apollo/datasource-rest';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { jobPath, parseId, projectId, resolveType, taskOf, typeDefs, upstreamUrl } from './common.mjs';

class Jobs extends RESTDataSource {
  baseURL = upstreamUrl;

  willSendRequest(_path, request) {
    request.headers['x-auth-token'] = 'bench';
  }

  async task(id) {
    const { account, upstreamId } = parseId(id);
    return taskOf(id, account, await this.get(jobPath(projectId, upstreamId)));
  }
}

const server = new ApolloServer({
  typeDefs,
  resolvers: { ...resolveType, Query: { task: (_root, { id }, { jobs }) => jobs.task(id) } },
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => ({ jobs: new Jobs({ cache: server.cache }) }),
});
process.send({ url: `http://127.0.0.1:${new URL(url).port}` });
