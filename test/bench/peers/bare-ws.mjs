// The limit of sending one event to many sockets: `ws`, and nothing else. A POST brings the event; each socket has an id of
// its own, as subscriptions have.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { listening } from './common.mjs';

const sockets = new Map();
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    for (const [socket, id] of sockets) socket.send(`{"id":"${id}","type":"next","payload":${text}}`);
    response.end();
  });
});
const wss = new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: (names) => [...names][0] });
wss.on('connection', (socket) => {
  sockets.set(socket, randomUUID());
  socket.on('close', () => sockets.delete(socket));
});
server.listen(0, '127.0.0.1', () => listening(server));
