/** From the configuration to the outlets, the embedded broker among them. */
import {
  type Broker,
  createBroker,
  createInfluxOutlet,
  createMqttLink,
  createMqttOutlet,
  type MqttChannel,
  type Outlet,
} from '../bridge/index.ts';
import type { Clock, Random } from '../protocol/index.ts';
import type { Access } from './access/access.ts';
import type { Config } from './config/schema.ts';
import { tlsServerOptions } from './config/tls.ts';
import type { Logger } from './observe/log.ts';
import type { Seat } from './workers/seat.ts';

export interface MqttSide {
  readonly channel: MqttChannel;
  /** Undefined where an external broker is used. */
  readonly broker: Broker | undefined;
  readonly outlet: Outlet;
  /** Where clients or we connect to, without credentials. */
  start(): Promise<{ readonly url: string; readonly address: string }>;
  stop(): Promise<void>;
}

/** The broker of the configuration, embedded or external, and the outlet over it. */
export function createMqttSide(
  config: Config,
  host: {
    access: Access;
    clock: Clock;
    random: Random;
    log: Logger;
    seat?: Seat | undefined;
    denied: (account: string) => void;
  },
): MqttSide {
  const { mqtt, node } = config;
  const { clock, random, log } = host;
  const spoken = mqtt.dialect === 'emqx' ? ({ dialect: 'emqx' } as const) : {};
  const outletOver = (publisher: MqttChannel): Outlet =>
    createMqttOutlet({ publisher, clock, node, prefix: mqtt.prefix, window: mqtt.maxInFlight, ...spoken });
  const elsewhere = host.seat?.broker;
  const at = host.seat?.plan.broker;
  if (elsewhere !== undefined && at !== undefined) {
    // The primary has the broker, starts it and stops it.
    return {
      channel: elsewhere,
      broker: undefined,
      outlet: outletOver(elsewhere),
      start: async () => at,
      stop: async () => undefined,
    };
  }
  if (mqtt.url !== undefined) {
    const url = mqtt.url;
    const onFault = (code: string, detail: string): void => log.warn({ code, detail }, 'mqtt');
    const link = createMqttLink(
      { url, username: mqtt.username, password: mqtt.password, node, prefix: mqtt.prefix, onFault },
      clock,
      random.fork('mqtt'),
    );
    return {
      channel: link,
      broker: undefined,
      outlet: outletOver(link),
      async start() {
        link.start();
        return { url, address: new URL(url).host };
      },
      stop: () => link.stop(),
    };
  }
  const broker = createBroker({
    authenticate: (credentials) => host.access.authenticateClient(credentials),
    denied: host.denied,
    clock,
    prefix: mqtt.prefix,
    ...spoken,
    limits: { clients: mqtt.maxClients, packetBytes: mqtt.maxPacket },
    ...(mqtt.tls === undefined ? {} : { tls: tlsServerOptions(mqtt.tls) }),
  });
  host.access.onGone(({ name }) => void broker.disconnect(name));
  host.access.onDecertified((certificate) => broker.disconnectCertificate(certificate));
  return {
    channel: broker,
    broker,
    outlet: outletOver(broker),
    async start() {
      const { host: name } = mqtt.listen;
      const { port } = await broker.start(mqtt.listen);
      const address = name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
      return { url: `${mqtt.tls === undefined ? 'mqtt' : 'mqtts'}://${address}`, address };
    },
    stop: () => broker.stop(),
  };
}

/** The time series outlet; undefined where none is configured. */
export function createInflux(config: Config, clock: Clock): Outlet | undefined {
  const { influx } = config;
  if (influx?.url === undefined) return undefined;
  const { url, api, org, bucket, token, username, password, timeout } = influx;
  return createInfluxOutlet(
    {
      url,
      api:
        api === 'v1'
          ? { version: 'v1', database: influx.database ?? bucket, username, password }
          : { version: 'v2', org, bucket, token },
      timeoutMs: timeout,
    },
    clock,
  );
}
