// The limit of answering from memory: the object is there, and is written as JSON for each request.
import { createServer } from 'node:http';
import { listening, parseId, taskOf } from './common.mjs';

/** As many tasks as the bench asks for, each read from the upstream once, before the first request. */
const tasks = new Map();
for (const { id, job } of JSON.parse(process.argv[4])) tasks.set(id, taskOf(id, parseId(id).account, job));

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    const { id } = JSON.parse(text).variables;
    const json = JSON.stringify({ data: { task: tasks.get(id) ?? null } });
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(json),
    });
    response.end(json);
  });
});
server.listen(0, '127.0.0.1', () => listening(server));
