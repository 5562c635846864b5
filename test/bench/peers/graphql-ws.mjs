// Stock graphql-ws on `ws`: its own executor, one execution and one serialisation for each subscription. A POST brings
// the event.
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { listening } from './common.mjs';

const schema = buildSchema(`
  enum TaskEventType { SNAPSHOT CHANGED REMOVED RESET }
  enum TaskStatus { PENDING RUNNING SUCCEEDED FAILED CANCELLED EXPIRED UNKNOWN }
  type TaskProgress { percent: Float! }
  type Task { id: ID! kind: String! status: TaskStatus! upstreamStatus: String seq: Int! progress: TaskProgress }
  type TaskEvent { type: TaskEventType! cursor: String! task: Task }
  type Query { none: Boolean }
  type Subscription { tasksUpdated: TaskEvent! }
`);
let waiting = [];

async function* events() {
  for (;;) yield await new Promise((resolve) => waiting.push(resolve));
}

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    const event = JSON.parse(text).data;
    const told = waiting;
    waiting = [];
    for (const tell of told) tell(event);
    response.end();
  });
});
const wss = new WebSocketServer({ server, perMessageDeflate: false });
useServer({ schema, roots: { subscription: { tasksUpdated: events } } }, wss);
server.listen(0, '127.0.0.1', () => listening(server));
