/** Bounds of the embedded broker. What is over them is refused or let go, and counted. */
export interface BrokerLimits {
  /** Connections; further ones are closed at once. */
  readonly clients: number;
  /** A connection over TLS whose handshake takes longer is closed: until then it holds a place and has shown nothing. */
  readonly handshakeMs: number;
  /** Octets of a packet; a client that announces more is disconnected. */
  readonly packetBytes: number;
  /** Subscriptions of a connection; further ones are refused. */
  readonly subscriptions: number;
  /** Sessions of an account that outlive their connection; the one longest away gives way, and while none is away new ones are refused. */
  readonly sessionsPerAccount: number;
  /** Messages kept for a session that is away; the oldest are let go. */
  readonly queuedMessages: number;
  /** Octets kept for all sessions that are away. */
  readonly queuedBytes: number;
  /** A subscriber that takes nothing for so long is disconnected: until then the outlet waits for it. A second time within a minute bars it. */
  readonly drainMs: number;
  /** Refused publishes, subscriptions and logins within a minute that bar an account at its address for a minute. */
  readonly offences: number;
}

/** The bounds of the embedded broker, unless said otherwise. */
export const BROKER_LIMITS: BrokerLimits = {
  clients: 256,
  handshakeMs: 20_000,
  packetBytes: 256 * 1024,
  subscriptions: 64,
  sessionsPerAccount: 8,
  queuedMessages: 10_000,
  queuedBytes: 64 * 1024 * 1024,
  drainMs: 5_000,
  offences: 10,
};
