export interface WebSocketLimits {
  readonly subscriptionsPerSocket: number;
  readonly messageBytes: number;
  /** Time for `connection_init`, in ms. */
  readonly initMs: number;
  /** Sockets of the whole process. */
  readonly sockets: number;
  readonly socketsPerPrincipal: number;
}

export const WEBSOCKET_LIMITS: WebSocketLimits = {
  subscriptionsPerSocket: 100,
  messageBytes: 64 * 1024,
  initMs: 3_000,
  sockets: 50_000,
  socketsPerPrincipal: 20_000,
};

/** Beyond the codes of graphql-transport-ws. */
export const GatewayCloseCode = { GoingAway: 1001, TryAgainLater: 1013, SlowReader: 4290 } as const;
