// The limit of a service written by hand: no GraphQL, one upstream call a request, the answer in the form asked for.
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { jobPath, listening, parseId, projectId, taskOf, upstreamUrl } from './common.mjs';

const pool = new Pool(upstreamUrl, { connections: 128 });

async function answer(text) {
  const { id } = JSON.parse(text).variables;
  const { account, upstreamId } = parseId(id);
  const { body } = await pool.request({
    method: 'GET',
    path: jobPath(projectId, upstreamId),
    headers: { 'x-auth-token': 'bench', accept: 'application/json' },
  });
  return JSON.stringify({ data: { task: taskOf(id, account, await body.json()) } });
}

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    answer(text).then(
      (json) => {
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(json),
        });
        response.end(json);
      },
      () => response.writeHead(500).end(),
    );
  });
});
server.listen(0, '127.0.0.1', () => listening(server));
