/**
 * One connection to an MQTT broker, made anew for as long as it is wanted. mqtt.js does the protocol but for publishes, which have a
 * lane of their own. Its own reconnection is off: a connection that breaks takes everything unconfirmed with it, for the
 * pump to deliver again.
 */
import { type IPublishPacket, MqttClient } from 'mqtt';
import type { Cancel, Clock, Random } from '../../protocol/index.ts';
import type { BridgeCode } from '../errors.ts';
import { DeliveryError } from '../outlet.ts';
import type { MqttChannel, Publication, Received, ResponseAddress, Settled } from './channel.ts';
import { type BrokerTls, dial } from './dial.ts';
import { PublishLane } from './publish-lane.ts';

/** Where to and as whom. */
export interface ConnectionOptions {
  /** `mqtt://host:1883`, `mqtts://host:8883`. User name and password may stand in it; those given beside it win. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly clientId: string;
  /** Whether the broker forgets subscriptions and what waits for them when the connection ends. */
  readonly clean: boolean;
  /** Published by the broker, retained, when the connection breaks. Asked for at every connection. */
  readonly will?: () => { readonly topic: string; readonly payload: string };
  readonly tls?: BrokerTls;
  /** 5 where the broker speaks it, else 3.1.1; only then are there response topics. 3.1.1 unless given. */
  readonly newest?: boolean;
  /** Told of what an operator may have to act on. Never has credentials in it. */
  onFault?(code: BridgeCode, detail: string): void;
}

export interface Connection extends MqttChannel {
  respond(to: ResponseAddress, payload: string): void;
  /** Begins to connect; a broker that is down is no failure. */
  start(): void;
  /** Disconnects in order; what is unconfirmed is rejected. */
  stop(): Promise<void>;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
const CONNECT_MS = 10_000;
const KEEPALIVE_S = 30;
const FAREWELL_MS = 1_000;
/** A gateway that is away for longer finds commands that have expired anyway. */
const SESSION_S = 7 * 86_400;
/** Fewer than brokers take at a time without being told. */
const MAX_RESPONSES = 16;

function isRefusal(error: Error): boolean {
  return error.message.startsWith('Connection refused:');
}

/** CONNACK of 3.1.1 with 1, or of 5 with 0x84. */
function isVersionRefusal(error: Error & { readonly code?: unknown }): boolean {
  return isRefusal(error) && (error.code === 1 || error.code === 0x84);
}

/** Nothing was heard of a broker at all: no address, nobody there, a certificate that is not trusted. */
function isUnreachable({ code }: Error & { readonly code?: unknown }): boolean {
  return typeof code === 'string' && code !== 'ECONNRESET' && code !== 'EPIPE';
}

function responseOf(properties: IPublishPacket['properties']): { readonly response?: ResponseAddress } {
  const { responseTopic: topic, correlationData } = properties ?? {};
  if (topic === undefined) return {};
  const correlation = correlationData === undefined ? {} : { correlation: correlationData.toString('base64') };
  return { response: { topic, ...correlation } };
}

/** A connection that is not begun yet. */
export function createConnection(options: ConnectionOptions, clock: Clock, random: Random): Connection {
  const listeners = new Set<() => void>();
  const url = new URL(options.url);
  const username = options.username ?? saidIn(url.username);
  const password = options.password ?? saidIn(url.password);
  let client: MqttClient | undefined;
  /** Publishes over the connection in use. */
  let lane: PublishLane | undefined;
  let up = false;
  let wanted = false;
  let failures = 0;
  let cancelRetry: Cancel | undefined;
  /** Answers under way to response topics. */
  let responses = 0;
  let version: 4 | 5 = options.newest === true ? 5 : 4;
  let intake: { filters: readonly string[]; receive: (message: Received) => Promise<void> } | undefined;

  const fault = (code: BridgeCode, detail: string): void => options.onFault?.(code, detail);

  function connect(): void {
    const { clientId, clean, tls } = options;
    const will = options.will?.();
    const open = (): PublishLane => (lane = new PublishLane(dial(url, tls), version));
    const current = new MqttClient(open, {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(will === undefined
        ? {}
        : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
      clientId,
      clean,
      protocolVersion: version,
      // A session that outlives the connection has to say so in MQTT 5, and for how long.
      ...(version === 5 && !clean ? { properties: { sessionExpiryInterval: SESSION_S } } : {}),
      reconnectPeriod: 0,
      connectTimeout: CONNECT_MS,
      keepalive: KEEPALIVE_S,
      resubscribe: false,
    });
    client = current;
    let known = false;
    // Each handler looks whether it is still about the connection in use: one that was given up may go on talking for a while.
    current.handleMessage = (packet, done) => {
      if (client !== current) return;
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      const response = responseOf(packet.properties);
      void takeIn({ topic: packet.topic, payload, retain: packet.retain, account: null, ...response }, done);
    };
    current.on('connect', () => {
      if (client !== current) return;
      up = true;
      failures = 0;
      subscribeNow(current);
      for (const listener of listeners) listener();
    });
    current.on('error', (error) => {
      if (client !== current) return;
      // Only a broker that says so, or breaks off, may be one that does not know the version.
      known = !isVersionRefusal(error) && (isRefusal(error) || isUnreachable(error));
      if (version === 5 && !up && !known) return;
      fault(isRefusal(error) ? 'MQTT_REFUSED' : 'MQTT_NOT_CONNECTED', describe(error));
    });
    current.on('close', () => {
      if (client !== current) return;
      // Some say that they do not know a version, some hang up on it: then the other one is tried next.
      if (!up && !known && options.newest === true) version = version === 5 ? 4 : 5;
      lost(current, 'the connection broke');
    });
  }

  async function takeIn(message: Received, done: () => void): Promise<void> {
    try {
      await intake?.receive(message);
    } catch {
      // The receiver answers for its own faults.
    }
    done();
  }

  function subscribeNow(current: MqttClient): void {
    if (intake === undefined) return;
    const wish = Object.fromEntries(intake.filters.map((filter) => [filter, { qos: 1 as const }]));
    current.subscribe(wish, (error) => {
      if (error !== null && client === current && up) fault('MQTT_SUBSCRIBE_REFUSED', error.message);
    });
  }

  function giveUp(reason: string): void {
    const given = lane;
    lane = undefined;
    given?.giveUp(new DeliveryError('MQTT_CONNECTION_LOST', reason, { retry: true }));
  }

  /** The connection is over: whatever was on the way is the pump's again, and another one is tried after a while. */
  function lost(current: MqttClient, reason: string): void {
    client = undefined;
    up = false;
    current.end(true);
    giveUp(reason);
    if (!wanted) return;
    const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures++, 10));
    // Gateways that lost one broker do not come back to it in the same instant.
    cancelRetry = clock.wake(clock.monotonic() + longest * (0.5 + random.next() / 2), connect);
  }

  /** DISCONNECT goes out first, so that the broker does not publish the will [MQTT-3.14.4-3]; a broker that is deaf is not waited for. */
  async function farewell(current: MqttClient): Promise<void> {
    // A subscription that is not confirmed would be waited for before it says goodbye.
    for (const messageId of Object.keys(current.outgoing)) current.removeOutgoingMessage(Number(messageId));
    const deaf = new Promise<void>((resolve) => {
      cancelRetry = clock.wake(clock.monotonic() + FAREWELL_MS, resolve);
    });
    if (current.connected) await Promise.race([current.endAsync(), deaf]);
    cancelRetry?.();
    current.end(true);
    current.stream.destroy();
  }

  function publish(publication: Publication, settled: Settled): void {
    if (lane !== undefined && up) lane.publish(publication, settled);
    else settled(new DeliveryError('MQTT_NOT_CONNECTED', 'not connected', { retry: true }));
  }

  function respond({ topic, correlation }: ResponseAddress, payload: string): void {
    if (!up || version !== 5 || responses >= MAX_RESPONSES) return;
    const given = correlation === undefined ? {} : { correlation: Buffer.from(correlation, 'base64') };
    responses++;
    // Once, as whoever asked may be gone: the steps of a command are told for good on its reply topic.
    publish({ topic, payload, retain: false, ...given }, () => responses--);
  }

  return {
    get connected() {
      return up;
    },
    publish,
    respond,
    onConnected(listener) {
      listeners.add(listener);
      if (up) listener();
      return () => listeners.delete(listener);
    },
    subscribe(filters, receive) {
      intake = { filters, receive };
      if (client !== undefined && up) subscribeNow(client);
    },
    reset(reason) {
      if (client !== undefined) lost(client, reason);
    },
    start() {
      if (wanted) return;
      wanted = true;
      connect();
    },
    async stop() {
      wanted = false;
      cancelRetry?.();
      const current = client;
      if (current === undefined) return;
      client = undefined;
      up = false;
      giveUp('the connection is being closed');
      await farewell(current);
    },
  };
}

/** User name or password in a URL. */
function saidIn(part: string): string | undefined {
  return part === '' ? undefined : decodeURIComponent(part);
}

function describe(error: Error & { readonly code?: unknown }): string {
  if (error.message !== '') return error.message;
  return typeof error.code === 'string' ? error.code : error.name;
}
