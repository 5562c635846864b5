import type { Duplex } from 'node:stream';
import type { ExecutionResult } from 'graphql';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  validateMessage,
  type SubscribePayload,
} from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Clock, Timer } from '../base/clock.js';
import { parseJson } from '../base/json.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import type { Operations, PreparedOperation, RejectedOperation } from '../graphql/operation.js';
import type { Principal } from '../graphql/principal.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import type { Admission } from './admission.js';
import { errorOf, type ShownError } from './error-answer.js';
import { nextFrame } from './next-frame.js';
import { codeOf, NO_OPERATION } from './observed-operations.js';
import type { Rendered, SubscriptionGroup, SubscriptionGroups } from './subscription-group.js';
import { hasExpired, StallWatch, type Swept } from './subscription-sweep.js';
import { Subscription, type Outlet } from './subscription.js';
import { GatewayCloseCode, type WebSocketLimits } from './websocket-limits.js';

export interface ConnectionPort {
  readonly operations: Operations;
  /** @throws GatewayError when the credential is refused */
  readonly authenticate: (credential: unknown) => Promise<Principal>;
  readonly groups: SubscriptionGroups;
  /** Left out: everything is admitted. */
  readonly admission?: Admission | undefined;
  /** Whether the principal may have one more socket, which is then counted until `closed`. */
  readonly seat: (connection: WebSocketConnection, principal: Principal) => boolean;
  readonly limits: WebSocketLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'subscribers' | 'slowReaders' | 'requests'>;
  readonly closed: (connection: WebSocketConnection) => void;
}

/** A peer that has not taken so much is sent nothing more for now. Above Node's high-water mark, so that `drain` comes. */
const MOST_UNTAKEN_BYTES = 64 * 1024;
/** A peer that answers nothing is found within two of these. */
const PING_MS = 12_000;
const LONGEST_CLOSING_MS = 10_000;

type Running = { readonly subscription: Subscription; readonly group: SubscriptionGroup } | AbortController;

/**
 * One socket that speaks graphql-transport-ws.
 *
 *   opened → greeting (connection_init came) → ready (acknowledged) → closing
 *
 * Any state may turn to closing; nothing is sent or begun from there on.
 */
export class WebSocketConnection implements Outlet, Swept {
  #state: 'opened' | 'greeting' | 'ready' | 'closing' = 'opened';
  #principal: Principal | undefined;
  #initTimer: Timer | undefined;
  #closeBy = 0;
  #leaving: { readonly code: number; readonly reason: string } | undefined;
  #pingAt: number;
  #alive = true;
  #paused = false;
  readonly #stall = new StallWatch();
  readonly #running = new Map<string, Running>();

  /** @param socket the stream below `ws` */
  constructor(
    private readonly ws: WebSocket,
    private readonly socket: Duplex & { readonly bytesWritten?: number },
    private readonly port: ConnectionPort,
  ) {
    this.#pingAt = port.clock.now() + PING_MS;
    ws.on('message', (data: Buffer) => this.#receive(data));
    ws.on('ping', () => this.#holdBack());
    ws.on('pong', () => (this.#alive = true));
    ws.on('close', () => this.#closed());
    // `ws` closes the socket by itself with the code that fits (1009, 1007, 1002).
    ws.on('error', (error) => port.logger.debug({ err: error }, 'A socket failed'));
    socket.on('drain', () => this.#drained());
    if (ws.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      this.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
      return;
    }
    this.#initTimer = port.clock.setTimer(port.limits.initMs, () => {
      if (this.#state === 'opened') {
        this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
      }
    });
  }

  /** Lets go of everything at once; the peer gets the code if it still reads. */
  close(code: number, reason: string): void {
    if (this.#state === 'closing') return;
    this.#letGo();
    this.#closeBy = this.port.clock.now() + LONGEST_CLOSING_MS;
    // A socket that is not read would never see the peer's answer.
    if (this.#paused) this.ws.resume();
    this.ws.close(code, reason);
  }

  /** Closes once what is being executed has been answered, at once when nothing is; takes no new operations. */
  leave(code: number, reason: string): void {
    this.#leaving = { code, reason };
    this.#leaveWhenIdle();
  }

  #leaveWhenIdle(): void {
    if (!this.#leaving || [...this.#running.values()].some((running) => !('subscription' in running))) return;
    this.close(this.#leaving.code, this.#leaving.reason);
  }

  terminate(): void {
    this.ws.terminate();
  }

  sweep(now: number, lookUp: boolean): void {
    if (this.#state === 'closing') {
      if (now >= this.#closeBy) this.terminate();
      return;
    }
    if (this.#principal && hasExpired(this.#principal, now, lookUp)) {
      return this.close(CloseCode.Forbidden, 'Credentials expired');
    }
    const untaken = this.socket.writableLength;
    if (this.#stall.isStalled(now, untaken, (this.socket.bytesWritten ?? 0) - untaken)) {
      this.port.metrics.slowReaders.inc();
      return this.close(GatewayCloseCode.SlowReader, 'Slow reader');
    }
    if (now >= this.#pingAt) this.#ping(now, untaken);
  }

  writable(): boolean {
    return this.socket.writable && this.socket.writableLength < MOST_UNTAKEN_BYTES;
  }

  next(subscription: Subscription, event: Rendered): void {
    // What `ws` would do, with a header and a text of its own for each socket. It keeps nothing back, as it compresses nothing.
    if (this.ws.readyState === WebSocket.OPEN) this.socket.write(nextFrame(event, subscription.tag));
  }

  complete(subscription: Subscription): void {
    const id = JSON.parse(subscription.tag) as string;
    if (this.#finish(id)) this.#send(`{"id":${subscription.tag},"type":"complete"}`);
  }

  fail(subscription: Subscription, error: Error): void {
    const id = JSON.parse(subscription.tag) as string;
    if (error instanceof GatewayError && error.code === ErrorCode.SHUTTING_DOWN) {
      return this.close(GatewayCloseCode.GoingAway, 'Going away');
    }
    if (!this.#finish(id)) return;
    const known = error instanceof GatewayError;
    if (!known) this.port.logger.error({ err: error }, 'A subscription broke');
    this.#sendErrors(id, [
      known
        ? errorOf(error.code, error.message, error.retryable)
        : errorOf(ErrorCode.INTERNAL_SERVER_ERROR, 'Internal server error', true),
    ]);
  }

  #receive(data: Buffer): void {
    if (this.#state === 'closing') return;
    this.#alive = true;
    this.#holdBack();
    const message = readMessage(data);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        return void this.#greet(message.payload?.['authorization']);
      case MessageType.Ping:
        return this.#send(
          JSON.stringify({ type: MessageType.Pong, ...(message.payload && { payload: message.payload }) }),
        );
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return void this.#subscribe(message.id, message.payload);
      case MessageType.Complete:
        return void this.#finish(message.id);
      default:
        return this.close(CloseCode.BadRequest, 'Invalid message received');
    }
  }

  async #greet(credential: unknown): Promise<void> {
    if (this.#state !== 'opened') {
      return this.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
    }
    this.#state = 'greeting';
    this.#initTimer?.cancel();
    try {
      const principal = await this.port.authenticate(credential);
      if (!this.#isIn('greeting')) return;
      if (principal.role === 'METRICS') return this.close(CloseCode.Forbidden, 'Forbidden');
      if (!this.port.seat(this, principal)) {
        // Whoever is told 4403 takes the credentials for refused.
        return this.close(GatewayCloseCode.TryAgainLater, 'Too many sockets');
      }
      this.#principal = principal;
      this.#state = 'ready';
      this.#send('{"type":"connection_ack"}');
    } catch (error) {
      if (error instanceof GatewayError) return this.close(CloseCode.Forbidden, 'Forbidden');
      this.port.logger.error({ err: error }, 'Credentials could not be checked');
      this.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  async #subscribe(id: string, payload: SubscribePayload): Promise<void> {
    const principal = this.#principal;
    if (!principal) return this.close(CloseCode.Unauthorized, 'Unauthorized');
    if (this.#running.has(id)) {
      const reason = `Subscriber for ${id} already exists`;
      return this.close(
        CloseCode.SubscriberAlreadyExists,
        Buffer.byteLength(reason) < 124 ? reason : 'Subscriber already exists',
      );
    }
    if (this.#running.size >= this.port.limits.subscriptionsPerSocket) {
      const message = `No more than ${this.port.limits.subscriptionsPerSocket} operations at once on one socket`;
      return this.#refuse(id, errorOf(ErrorCode.RATE_LIMITED, message, true));
    }
    if (this.#leaving) {
      const message = 'The gateway is shutting down';
      return this.#refuse(id, errorOf(ErrorCode.SHUTTING_DOWN, message, true));
    }
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      await this.#run(id, abort, this.port.operations.prepare(payload, principal), principal);
    } catch (error) {
      if (error instanceof GatewayError) {
        if (this.#finish(id)) this.#refuse(id, refusalOf(error));
        return;
      }
      this.port.logger.error({ err: error }, 'An operation broke its socket');
      this.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  /** @throws GatewayError when the principal asks for too much */
  async #run(
    id: string,
    abort: AbortController,
    prepared: PreparedOperation | RejectedOperation,
    principal: Principal,
  ): Promise<void> {
    const { admission } = this.port;
    if (prepared.type === 'rejected') {
      this.#finish(id);
      return this.#sendErrors(id, prepared.result.errors ?? []);
    }
    // How many subscriptions there may be is limited, not how soon: after a restart all readers come back at once.
    const release = admission && prepared.type !== 'subscription' ? await admission.admit(principal) : undefined;
    try {
      if (admission) await admission.charge(principal, prepared.cost);
      if (this.#running.get(id) !== abort) return;
      if (prepared.type === 'subscription') await this.#open(id, prepared);
      else await this.#execute(id, abort, prepared);
    } finally {
      release?.();
    }
  }

  async #execute(id: string, abort: AbortController, prepared: PreparedOperation): Promise<void> {
    const result = await prepared.execute(abort);
    if (this.#running.get(id) === abort) this.#answer(id, result);
  }

  async #open(id: string, prepared: PreparedOperation): Promise<void> {
    const { groups, metrics } = this.port;
    const group = groups.join(prepared);
    const subscription = new Subscription(JSON.stringify(id), group, this);
    this.#running.set(id, { subscription, group });
    metrics.subscribers.inc();
    const stream = await prepared.subscribe();
    const running = this.#running.get(id);
    if (!running || !('subscription' in running) || running.subscription !== subscription) return;
    if (!('open' in stream)) return this.#answer(id, stream);
    subscription.open(stream);
  }

  #answer(id: string, result: ExecutionResult): void {
    this.#send(JSON.stringify({ id, type: MessageType.Next, payload: result }));
    if (this.#finish(id)) this.#send(JSON.stringify({ id, type: MessageType.Complete }));
  }

  #refuse(id: string, error: ShownError): void {
    const code = codeOf({ errors: [error] });
    this.port.metrics.requests.inc({ transport: 'websocket', operation: NO_OPERATION, code });
    this.#sendErrors(id, [error]);
  }

  /** @returns whether there was such an operation */
  #finish(id: string): boolean {
    const running = this.#running.get(id);
    if (!running) return false;
    this.#running.delete(id);
    this.#release(running);
    if (this.#leaving) setImmediate(() => this.#leaveWhenIdle());
    return true;
  }

  #release(running: Running): void {
    if (!('subscription' in running)) return running.abort();
    running.subscription.close();
    this.port.groups.leave(running.group);
    this.port.metrics.subscribers.dec();
  }

  #sendErrors(id: string, errors: readonly object[]): void {
    this.#send(JSON.stringify({ id, type: MessageType.Error, payload: errors }));
  }

  #send(text: string): void {
    if (this.#state !== 'closing') this.ws.send(text);
  }

  /** A peer that asks without taking the answers is not read until it does. */
  #holdBack(): void {
    if (this.#paused || this.writable()) return;
    this.#paused = true;
    this.ws.pause();
  }

  #drained(): void {
    if (this.#paused) {
      this.#paused = false;
      this.ws.resume();
    }
    for (const running of this.#running.values()) if ('subscription' in running) running.subscription.flush();
  }

  /** While something waits to be taken, a ping would wait behind it: then it is the stall that counts. */
  #ping(now: number, untaken: number): void {
    if (!this.#alive && untaken === 0) return this.terminate();
    this.#alive = false;
    this.#pingAt = now + PING_MS;
    if (untaken === 0) this.ws.ping();
  }

  #letGo(): void {
    this.#state = 'closing';
    this.#initTimer?.cancel();
    for (const running of this.#running.values()) this.#release(running);
    this.#running.clear();
  }

  #closed(): void {
    if (this.#state !== 'closing') this.#letGo();
    this.port.closed(this);
  }

  #isIn(state: string): boolean {
    return this.#state === state;
  }
}

function readMessage(data: Buffer) {
  try {
    return validateMessage(parseJson(data.toString('utf8')));
  } catch {
    return undefined;
  }
}

function refusalOf({ code, message, retryable, extensions }: GatewayError): ShownError {
  const error = errorOf(code, message, retryable);
  return { ...error, extensions: { ...error.extensions, ...extensions } };
}
