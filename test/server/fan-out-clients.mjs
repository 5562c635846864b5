// Opens sockets, subscribes on each, and tells its parent when all are ready and when each has had its messages.
import { WebSocket } from 'ws';

const [url, count, query] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
let expected = 0;
let got = 0;
let ready = 0;

let ids = [];
let next = 0;

process.on('message', (told) => {
  if (told.ids) return start(told.ids);
  const { expect } = told;
  expected = expect * count;
  got = 0;
  process.send('expecting');
});

function open(left) {
  if (left === 0) return;
  const socket = new WebSocket(url, query ? ['graphql-transport-ws'] : [], { perMessageDeflate: false });
  socket.on('open', () => {
    open(left - 1);
    if (query) socket.send('{"type":"connection_init"}');
    else if (++ready === count) process.send('ready');
  });
  socket.on('message', (data) => {
    if (data.length < 40) {
      const variables = ids.length > 0 ? { id: ids[next++] } : null;
      socket.send(JSON.stringify({ id: `subscription-${left}`, type: 'subscribe', payload: { query, variables } }));
      if (++ready === count) process.send('ready');
      return;
    }
    if (ids.length > 0 && data.includes('SNAPSHOT')) return;
    if (++got === expected) process.send('done');
  });
  socket.on('close', (code) => process.send({ closed: code }));
  socket.on('error', (error) => process.send({ error: String(error) }));
}

const LANES = 20;
function start(tasks) {
  ids = tasks;
  for (let lane = 0; lane < LANES; lane++) openLane(lane);
}
function openLane(lane) {
  const share = Math.floor(count / LANES) + (lane < count % LANES ? 1 : 0);
  open(share);
}
