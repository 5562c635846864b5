// Stands in for a gateway with ten thousand tasks of which many change every second: the built pages, and as much
// GraphQL as the board asks for. A process of its own, so that what is measured is the page and not its server.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { WebSocketServer } from 'ws';

const [folder, size = '10000'] = process.argv.slice(2);
const STATUSES = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'UNKNOWN'];
const SERVICES = ['ECS', 'SFS', 'APIG', 'RENDER', 'BCS'];
const KINDS = ['bind_ldap', 'import_api', 'export_api', 'disassociate_keypair', 'render'];
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
const LATE = 15;
const bornAt = Date.now();
const tasks = Array.from({ length: Number(size) }, (_, index) => newTask(index));
const byId = new Map(tasks.map((task) => [task.id, task]));
let cursor = 0;

function newTask(index) {
  const at = new Date(bornAt - index * 1_000).toISOString();
  const status = index % 10 === 0 ? 'FAILED' : index % 3 === 0 ? 'RUNNING' : 'SUCCEEDED';
  return {
    __typename: 'SfsTask',
    id: `task-${String(100_000 + index)}`,
    service: SERVICES[index % 5],
    account: index % 4 === 0 ? 'staging' : 'prod',
    region: 'cn-north-4',
    upstreamId: `up-${index}`,
    kind: KINDS[index % 5],
    status,
    done: status !== 'RUNNING',
    upstreamStatus: status.toLowerCase(),
    resource: { type: 'share', id: `share-${index}`, name: index % 2 ? `resource number ${index}` : null },
    createdAt: at,
    updatedAt: at,
    // One waited long for its start, and is overdue by the time that it was open.
    startedAt: index === LATE ? new Date(bornAt + 3_600_000).toISOString() : at,
    finishedAt: status === 'RUNNING' ? null : new Date(bornAt - index * 1_000 + 40_000).toISOString(),
    error: status === 'FAILED' ? { code: 'CONFLICT', message: 'no', upstreamCode: 'SFS.TURBO.0104' } : null,
    warnings: [],
    progress: index % 7 === 0 ? { done: index % 5, total: 5, percent: (index % 5) * 20 } : null,
    estimate:
      index === LATE
        ? { samples: 20, typicalSeconds: 5, slowSeconds: 10, expectedFinishAt: null, overdue: true }
        : index % 2
          ? { samples: 20, typicalSeconds: 60, slowSeconds: 3000, expectedFinishAt: null, overdue: false }
          : null,
    seq: 1,
    observedAt: at,
    stale: index % 50 === 9,
    nextPollAt: null,
    lastPollError: null,
  };
}

const matches = (task, filter = {}) =>
  (!filter?.statuses || filter.statuses.includes(task.status)) &&
  (!filter?.services || filter.services.includes(task.service)) &&
  (!filter?.search || task.kind.includes(filter.search)) &&
  (filter?.stale == null || filter.stale === task.stale);

function page({ filter, first, after }) {
  const all = tasks.filter((task) => matches(task, filter));
  const from = after ? all.findIndex(({ id }) => id === after) + 1 : 0;
  const nodes = all.slice(from, from + first);
  const pageInfo = { hasNextPage: from + first < all.length, endCursor: nodes.at(-1)?.id ?? null };
  return { nodes, pageInfo, totalCount: all.length, streamCursor: String(cursor), sourceErrors: [] };
}

function stats(filter) {
  const all = tasks.filter((task) => matches(task, filter));
  const count = (test) => all.reduce((sum, task) => sum + (test(task) ? 1 : 0), 0);
  return {
    total: all.length,
    open: count(({ done }) => !done),
    stale: count(({ stale }) => stale),
    overdue: 0,
    byStatus: STATUSES.map((status) => ({ status, count: count((task) => task.status === status) })),
    byService: SERVICES.map((service) => ({ service, count: count((task) => task.service === service), open: 0 })),
  };
}

function answer({ query, variables = {} }) {
  if (query.includes('tasks(')) return { tasks: page(variables) };
  if (query.includes('sources')) {
    return { sources: SERVICES.map((service) => ({ service, account: 'prod', state: 'OK' })) };
  }
  if (query.includes('viewer')) return { viewer: { name: 'demo', role: 'ADMIN', accounts: ['prod', 'staging'] } };
  return {};
}

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://x').pathname;
  if (path === '/graphql') {
    let body = '';
    request.on('data', (text) => (body += text));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: answer(JSON.parse(body)) }));
    });
    return;
  }
  const file = path.startsWith('/assets/') ? path : '/index.html';
  try {
    const gzipped = path.startsWith('/assets/');
    const headers = { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' };
    let content = readFileSync(join(folder, file));
    try {
      if (gzipped) content = readFileSync(join(folder, `${file}.gz`));
      if (gzipped) headers['content-encoding'] = 'gzip';
    } catch {
      // Small files are not compressed.
    }
    response.writeHead(200, headers);
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
});

const followers = new Set();
const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
sockets.on('connection', (socket) => {
  const mine = new Set();
  socket.on('message', (text) => {
    const { type, id, payload } = JSON.parse(text);
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type === 'ping') socket.send('{"type":"pong"}');
    if (type === 'complete') for (const each of mine) if (each.id === id) followers.delete(each);
    if (type !== 'subscribe') return;
    const follower = { socket, id, filter: payload.variables.filter, stats: payload.query.includes('taskStats') };
    mine.add(follower);
    followers.add(follower);
    if (follower.stats) next(follower, stats(follower.filter));
  });
  socket.on('close', () => mine.forEach((each) => followers.delete(each)));
});

function next({ socket, id }, event) {
  socket.send(JSON.stringify({ id, type: 'next', payload: { data: { event } } }));
}

function change(index) {
  const task = tasks[index];
  const previousStatus = task.status;
  task.status = { RUNNING: 'SUCCEEDED', SUCCEEDED: 'FAILED', FAILED: 'RUNNING' }[previousStatus] ?? 'RUNNING';
  task.done = task.status !== 'RUNNING';
  task.seq++;
  task.updatedAt = new Date().toISOString();
  const event = {
    type: 'CHANGED',
    cursor: String(++cursor),
    at: task.updatedAt,
    previousStatus,
    resetReason: null,
    task,
  };
  for (const follower of followers) if (!follower.stats) next(follower, event);
}

let timer;
let statsTimer;
/** `rate` changes a second, among the first `among` tasks; with `most`, no more than that. */
function run({ rate, among = 60, most = Infinity }) {
  clearInterval(timer);
  clearInterval(statsTimer);
  if (rate === 0) return;
  const began = Date.now();
  let done = 0;
  timer = setInterval(() => {
    const due = Math.min(most, ((Date.now() - began) * rate) / 1_000);
    for (; done < due; done++) change((done * 7) % among);
  }, 10);
  statsTimer = setInterval(() => {
    for (const follower of followers) if (follower.stats) next(follower, stats(follower.filter));
  }, 250);
}

process.on('message', (message) => {
  if (message.rate !== undefined) run(message);
  if (message.ask === 'states') {
    process.send({ states: message.ids.map((id) => [id, byId.get(id)?.status]) });
  }
});
process.on('disconnect', () => process.exit());
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  process.send?.({ port: server.address().port });
});
