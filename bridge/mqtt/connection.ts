/**
 * One connection to an MQTT broker, made anew for as long as it is wanted. mqtt.js does the protocol; its own reconnection is off,
 * as it would send again what it holds, in front of what the pump delivers again: here a connection that breaks
 * takes everything unconfirmed with it.
 */
import { Readable } from 'node:stream';
import { connect as connectMqtt, type IPublishPacket, type IStore, type MqttClient } from 'mqtt';
import type { Cancel, Clock, Random } from '../../protocol/index.ts';
import type { BridgeCode } from '../errors.ts';
import { DeliveryError } from '../outlet.ts';
import type { MqttChannel, Received, ResponseAddress } from './channel.ts';

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
  /** PEM: the broker's authority, and our certificate and key where it asks for them. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
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

/** The journal is the buffer: mqtt.js need not keep a copy of what is on the way. */
const KEEPS_NOTHING: IStore = {
  put(_packet, done) {
    done();
    return this;
  },
  del(_packet, done) {
    done();
    return this;
  },
  get(_packet, done) {
    done(new Error('nothing is stored'));
    return this;
  },
  createStream: () => Readable.from([]) as ReturnType<IStore['createStream']>,
  close: (done) => done(),
};

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
  /** Rejects a publish that is on the way. As many as the caller's window. */
  const unconfirmed = new Set<(fault: DeliveryError) => void>();
  let client: MqttClient | undefined;
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
    const { url, username, password, clientId, clean, tls } = options;
    const will = options.will?.();
    const current = connectMqtt(url, {
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(will === undefined
        ? {}
        : { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
      ...tls,
      clientId,
      clean,
      protocolVersion: version,
      // A session that outlives the connection has to say so in MQTT 5, and for how long.
      ...(version === 5 && !clean ? { properties: { sessionExpiryInterval: SESSION_S } } : {}),
      reconnectPeriod: 0,
      connectTimeout: CONNECT_MS,
      keepalive: KEEPALIVE_S,
      resubscribe: false,
      outgoingStore: KEEPS_NOTHING,
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

  function rejectAll(error: DeliveryError): void {
    const rejects = [...unconfirmed];
    unconfirmed.clear();
    for (const reject of rejects) reject(error);
  }

  /** The connection is over: whatever was on the way is the pump's again, and another one is tried after a while. */
  function lost(current: MqttClient, reason: string): void {
    client = undefined;
    up = false;
    current.end(true);
    rejectAll(new DeliveryError('MQTT_CONNECTION_LOST', reason, { retry: true }));
    if (!wanted) return;
    const longest = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures++, 10));
    // Gateways that lost one broker do not come back to it in the same instant.
    cancelRetry = clock.wake(clock.monotonic() + longest * (0.5 + random.next() / 2), connect);
  }

  /** DISCONNECT goes out first, so that the broker does not publish the will [MQTT-3.14.4-3]; a broker that is deaf is not waited for. */
  async function farewell(current: MqttClient): Promise<void> {
    // It would wait for what is unconfirmed before it says goodbye.
    for (const messageId of Object.keys(current.outgoing)) current.removeOutgoingMessage(Number(messageId));
    const deaf = new Promise<void>((resolve) => {
      cancelRetry = clock.wake(clock.monotonic() + FAREWELL_MS, resolve);
    });
    if (current.connected) await Promise.race([current.endAsync(), deaf]);
    cancelRetry?.();
    current.end(true);
    current.stream.destroy();
  }

  function publish(topic: string, payload: string, { retain }: { readonly retain: boolean }): Promise<void> {
    return new Promise((resolve, reject) => {
      if (client === undefined || !up) {
        reject(new DeliveryError('MQTT_NOT_CONNECTED', 'not connected', { retry: true }));
        return;
      }
      unconfirmed.add(reject);
      client.publish(topic, payload, { qos: 1, retain }, (error) => {
        unconfirmed.delete(reject);
        if (error instanceof Error)
          reject(new DeliveryError('MQTT_CONNECTION_LOST', error.message, { retry: true, cause: error }));
        else resolve();
      });
    });
  }

  function respond({ topic, correlation }: ResponseAddress, payload: string): void {
    if (client === undefined || !up || version !== 5 || responses >= MAX_RESPONSES) return;
    const correlationData = correlation === undefined ? {} : { correlationData: Buffer.from(correlation, 'base64') };
    responses++;
    // Once, as whoever asked may be gone: the steps of a command are told for good on its reply topic.
    client.publish(topic, payload, { qos: 1, properties: correlationData }, () => responses--);
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
      rejectAll(new DeliveryError('MQTT_CONNECTION_LOST', 'the connection is being closed', { retry: true }));
      await farewell(current);
    },
  };
}

function describe(error: Error & { readonly code?: unknown }): string {
  if (error.message !== '') return error.message;
  return typeof error.code === 'string' ? error.code : error.name;
}
