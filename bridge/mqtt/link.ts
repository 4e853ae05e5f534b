/**
 * The two connections of a gateway to an external broker. What goes up has a session of its own that ends with the connection;
 * what comes down has one that the broker keeps, so that commands sent while the gateway is away wait for it. Apart, a command
 * that waits for the journal does not hold up confirmations. That one speaks MQTT 5 where the broker does, so that answers go
 * where the sender of a command wants them.
 */
import type { Clock, Random } from '../../protocol/index.ts';
import { gatewayStatusTopic } from '../contract/topics.ts';
import type { MqttChannel } from './channel.ts';
import { type ConnectionOptions, createConnection } from './connection.ts';
import { statusPayload } from './outlet.ts';

/** Where the broker is, and which gateway this is. */
export interface LinkOptions extends Pick<ConnectionOptions, 'url' | 'username' | 'password' | 'tls' | 'onFault'> {
  /** Name of the gateway; part of its client ids. */
  readonly node: string;
  /** Topic prefix of the contract. */
  readonly prefix: string;
}

/** An external broker as a channel. */
export interface MqttLink extends MqttChannel {
  /** Begins to connect; a broker that is down is no failure. */
  start(): void;
  /** Disconnects in order. */
  stop(): Promise<void>;
}

/** A link that is not begun yet. */
export function createMqttLink(options: LinkOptions, clock: Clock, random: Random): MqttLink {
  const { node, prefix, ...where } = options;
  const up = createConnection(
    {
      ...where,
      clientId: `xingji-${node}`,
      clean: true,
      will: () => ({ topic: gatewayStatusTopic(node, prefix), payload: statusPayload(node, false, clock) }),
    },
    clock,
    random.fork('up'),
  );
  const down = createConnection(
    { ...where, clientId: `xingji-${node}-commands`, clean: false, newest: true },
    clock,
    random.fork('down'),
  );
  let listens = false;
  let started = false;
  return {
    get connected() {
      return up.connected;
    },
    publish: (publication, settled) => up.publish(publication, settled),
    respond: (to, payload) => down.respond(to, payload),
    reset: (reason) => up.reset(reason),
    onConnected: (listener) => up.onConnected(listener),
    subscribe(filters, receive) {
      listens = true;
      down.subscribe(filters, receive);
      if (started) down.start();
    },
    start() {
      started = true;
      up.start();
      if (listens) down.start();
    },
    async stop() {
      started = false;
      await Promise.all([up.stop(), down.stop()]);
    },
  };
}
