/**
 * The embedded MQTT broker: aedes with accounts, scopes and bounds. MQTT 3.1 and 3.1.1. Nobody gets in without an account,
 * nobody hears or says anything outside its divisions and role, and no client can make it hold more than the limits say.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import type { Clock } from '../../protocol/index.ts';
import { DEFAULT_PREFIX, topicMatches } from '../contract/topics.ts';
import { BridgeError } from '../errors.ts';
import { DeliveryError } from '../outlet.ts';
import { createAcl } from './acl.ts';
import type { MqttChannel, Publication, Received, Settled } from './channel.ts';
import { type Authenticate, createGate } from './gate.ts';
import { BROKER_LIMITS, type BrokerLimits } from './limits.ts';
import { PacketGuard } from './packet-guard.ts';
import { SessionStore } from './session-store.ts';

/** What the embedded broker is made of. */
export interface BrokerOptions {
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  /** Topic prefix of the contract; `xingji/v1` unless said. */
  readonly prefix?: string;
  /** Also lets topics of another gateway's form pass. */
  readonly dialect?: 'emqx' | undefined;
  readonly limits?: Partial<BrokerLimits>;
  /** Hears of an account that published or subscribed where it may not. */
  readonly denied?: (account: string) => void;
  /** Needed beyond loopback. Client certificates are asked for by `requestCert` and `ca`; `authenticate` hears of those that hold. */
  readonly tls?: TlsOptions;
}

/** Who is there now, and what was turned away since the start. */
export interface BrokerCounts {
  readonly clients: number;
  readonly loginsRefused: number;
  readonly publishesRefused: number;
  readonly subscriptionsRefused: number;
  readonly packetsOversize: number;
  readonly barred: number;
  readonly connectionsRefused: number;
  readonly queueDropped: number;
  readonly queuedBytes: number;
}

/** The broker, and the way to and from it without a socket: a publish resolves when the broker has it. */
export interface Broker extends MqttChannel {
  /** Listens, on 127.0.0.1:1883 unless said. Rejects with BridgeError when it cannot. Port 0 picks one. */
  start(address?: { readonly host?: string; readonly port?: number }): Promise<{ readonly port: number }>;
  /** Disconnects everybody and closes; harmless when it never ran. */
  stop(): Promise<void>;
  /** Ends the connections and sessions of an account that was disabled or changed. Returns how many connections. */
  disconnect(account: string): number;
  /** Ends the connections that a certificate opened in place of a password; their sessions stay for whoever has the account. */
  disconnectCertificate(certificate: string): void;
  readonly counts: BrokerCounts;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;
const CONNECT_MS = 10_000;
/** Levels of a topic; the contract's have seven. */
const TOPIC_LEVELS = 16;
/** Room in a socket's buffer before aedes waits for the subscriber. */
const SOCKET_BYTES = 256 * 1024;
/** Refused publishes go here, where nobody can listen: aedes has no other way to drop one than to end the connection. */
const NOWHERE = '$SYS/refused';

/** The broker, not yet listening. */
export function createBroker(options: BrokerOptions): Broker {
  const { prefix = DEFAULT_PREFIX, clock, tls } = options;
  const limits: BrokerLimits = { ...BROKER_LIMITS, ...options.limits };
  const acl = createAcl(prefix, options.dialect);
  const store = new SessionStore(limits, (id, filter) => {
    const account = gate.accountById(id);
    return account !== undefined && acl.maySubscribe(account, filter);
  });
  const gate = createGate(options.authenticate, limits, clock, (id) => store.forget(id));
  const refused = { publishesRefused: 0, subscriptionsRefused: 0, packetsOversize: 0, connectionsRefused: 0 };
  const sockets = new Set<Socket>();
  const listeners = new Set<() => void>();
  let aedes: Aedes | undefined;
  let server: Server | undefined;
  let intake: { filters: readonly string[]; receive: (message: Received) => Promise<void> } | undefined;

  function offend(client: Client): void {
    const account = gate.accountOf(client);
    if (account !== undefined) options.denied?.(account.name);
    gate.offend(client);
  }

  function authorizePublish(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const account = gate.accountOf(client);
    // A retained command would be carried out again by whoever starts after it.
    packet.retain = false;
    if (client === null || account === undefined || !acl.mayPublish(account, packet.topic)) {
      refused.publishesRefused++;
      packet.topic = NOWHERE;
      packet.payload = Buffer.alloc(0);
      if (client !== null) offend(client);
      done(null);
      return;
    }
    if (intake?.filters.some((filter) => topicMatches(filter, packet.topic)) !== true) {
      done(null);
      return;
    }
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    void takeIn({ topic: packet.topic, payload, retain: false, account }, done);
  }

  /** aedes confirms a publish after this, so that the sender's PUBACK says that the message was taken in. */
  async function takeIn(message: Received, done: (error?: Error | null) => void): Promise<void> {
    try {
      await intake?.receive(message);
    } catch {
      // The receiver answers for its own faults; the sender's publish was in order.
    }
    done(null);
  }

  async function authenticate(
    client: Client,
    { username, password }: { readonly username: string | undefined; readonly password: Uint8Array | undefined },
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): Promise<void> {
    try {
      await gate.login(client, username, password);
    } catch (error) {
      done(error as AuthenticateError, null);
      return;
    }
    done(null, true);
  }

  function maySubscribe(client: Client, filter: string): boolean {
    const account = gate.accountOf(client);
    // Not in aedes' types, but it is what its own handlers count on.
    const { subscriptions } = client as Client & { readonly subscriptions: Readonly<Record<string, unknown>> };
    if (Object.keys(subscriptions).length >= limits.subscriptions) return false;
    return account !== undefined && acl.maySubscribe(account, filter);
  }

  function createAedes(): Promise<Aedes> {
    return Aedes.createBroker({
      persistence: store,
      drainTimeout: limits.drainMs,
      connectTimeout: CONNECT_MS,
      maxTopicLevels: TOPIC_LEVELS,
      authenticate: (client, username, password, done) => void authenticate(client, { username, password }, done),
      authorizePublish,
      authorizeSubscribe: (client, subscription, done) => {
        if (maySubscribe(client, subscription.topic)) return done(null, subscription);
        refused.subscriptionsRefused++;
        offend(client);
        return done(null, null);
      },
      authorizeForward: (client, packet) => {
        const account = gate.accountOf(client);
        return account !== undefined && acl.mayReceive(account, packet.topic) ? packet : null;
      },
    });
  }

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  /** aedes takes what has come by `read()`: there each chunk passes the guard first. */
  function welcome(broker: Aedes, socket: Socket): void {
    const guard = new PacketGuard(limits.packetBytes);
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      const chunk: Buffer | null = read(size);
      if (chunk === null || guard.accept(chunk)) return chunk;
      refused.packetsOversize++;
      socket.destroy();
      return null;
    };
    socket.setNoDelay(true);
    const client = broker.handle(socket);
    socket.once('close', () => {
      // One that left before it was registered is not told of by `clientDisconnect`.
      if (!client.connected) gate.left(client);
    });
  }

  function listen(listener: Server, host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException): void => {
        const code = error.code === 'EADDRINUSE' ? 'BROKER_ADDRESS_IN_USE' : 'BROKER_ADDRESS_UNAVAILABLE';
        reject(new BridgeError(code, `mqtt ${host}:${port}: ${error.code ?? error.message}`, error));
      };
      listener.once('error', failed);
      listener.listen(port, host, () => {
        listener.off('error', failed);
        // Out of descriptors, say: this connection is lost, the next may do.
        listener.on('error', () => refused.connectionsRefused++);
        const address = listener.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  async function start(
    address: { readonly host?: string; readonly port?: number } = {},
  ): Promise<{ readonly port: number }> {
    const { host = '127.0.0.1', port = 1883 } = address;
    if (tls === undefined && !LOOPBACK.test(host)) {
      throw new BridgeError(
        'BROKER_NEEDS_TLS',
        `mqtt ${host}:${port}: is not loopback, expected a certificate and key`,
      );
    }
    const broker = await createAedes();
    broker.on('clientDisconnect', (client: Client) => gate.left(client));
    // A fault of one client is that client's, and aedes has closed its connection.
    broker.on('clientError', (client: Client, error: Error) => {
      if (error.message === 'drain timeout') gate.slow(client);
    });
    broker.on('connectionError', () => undefined);
    aedes = broker;
    const accept = (socket: Socket): void => welcome(broker, socket);
    const buffers = { highWaterMark: SOCKET_BYTES };
    const secured = { ...buffers, handshakeTimeout: limits.handshakeMs, ...tls };
    server = tls === undefined ? createServer(buffers, accept) : createTlsServer(secured, accept);
    // Node says that a handshake failed or took too long, and leaves the socket open.
    server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
    // Below TLS: a stop waits for no handshake either.
    server.on('connection', keep);
    server.maxConnections = limits.clients;
    server.on('drop', () => refused.connectionsRefused++);
    try {
      const opened = { port: await listen(server, host, port) };
      for (const listener of listeners) listener();
      return opened;
    } catch (error) {
      await stop();
      throw error;
    }
  }

  async function stop(): Promise<void> {
    const [broker, listener] = [aedes, server];
    aedes = undefined;
    server = undefined;
    const closed = listener?.listening ? new Promise<void>((resolve) => listener.close(() => resolve())) : undefined;
    if (broker !== undefined) await new Promise<void>((resolve) => broker.close(resolve));
    // Those that never said CONNECT, or not even hello, are not known to aedes.
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  function publish({ topic, payload, retain }: Publication, settled: Settled): void {
    const lost = (detail: string): void => settled(new DeliveryError('BROKER_STOPPED', detail, { retry: true }));
    if (aedes === undefined) return lost('the embedded broker is stopped');
    const packet: PublishPacket = {
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos: 1,
      retain,
      dup: false,
    };
    return aedes.publish(packet, (error) => (error ? lost(error.message) : settled()));
  }

  return {
    start,
    stop,
    publish,
    get connected() {
      return aedes !== undefined;
    },
    get deaf() {
      return aedes?.connectedClients === 0 && !store.waits;
    },
    // There is no connection between the two that could be made anew.
    reset: () => undefined,
    onConnected(listener) {
      listeners.add(listener);
      if (aedes !== undefined) listener();
      return () => listeners.delete(listener);
    },
    subscribe: (filters, receive) => {
      intake = { filters, receive };
    },
    disconnect: (account) => gate.disconnect(account),
    disconnectCertificate: (certificate) => gate.disconnectCertificate(certificate),
    get counts() {
      return { ...refused, ...gate.counts, queueDropped: store.dropped, queuedBytes: store.queuedBytes };
    },
  };
}
