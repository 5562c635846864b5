// The limit of sending one text to many sockets: `ws`, and nothing else. A POST brings the text.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { listening } from './common.mjs';

const sockets = new Set();
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    const frame = `{"id":"1","type":"next","payload":${text}}`;
    for (const socket of sockets) socket.send(frame);
    response.end();
  });
});
const wss = new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: (names) => [...names][0] });
wss.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});
server.listen(0, '127.0.0.1', () => listening(server));
