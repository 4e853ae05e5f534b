/**
 * Stands between the gateway and a broker, and keeps what the broker took: a broker that is killed forgets messages that it
 * had acknowledged, and a gateway is to answer for no more than their having been taken. It can also cut the way.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { parser } from 'mqtt-packet';
import type { Deliveries } from './deliveries.ts';

export class Tap {
  readonly #server: Server;
  readonly #brokerPort: number;
  readonly #taken: Deliveries;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(brokerPort: number, taken: Deliveries) {
    this.#brokerPort = brokerPort;
    this.#taken = taken;
    this.#server = createServer((near) => this.#join(near));
  }

  /** Listens on a free port of loopback. */
  static async open(brokerPort: number, taken: Deliveries): Promise<Tap> {
    const tap = new Tap(brokerPort, taken);
    tap.#server.listen(0, '127.0.0.1');
    await once(tap.#server, 'listening');
    return tap;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing passes any more, and nobody is told: as when a cable is pulled. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.pause();
  }

  mend(): void {
    this.#cut = false;
    for (const socket of this.#sockets) socket.resume();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(near: Socket): void {
    const far = connect(this.#brokerPort, '127.0.0.1');
    const [up, down] = [parser(), parser()];
    const unconfirmed = new Map<number, { readonly topic: string; readonly payload: Buffer }>();
    up.on('packet', (packet) => {
      if (packet.cmd !== 'publish' || packet.qos === 0) return;
      const message = { topic: packet.topic, payload: packet.payload as Buffer };
      this.#taken.offered(message.topic, message.payload);
      unconfirmed.set(packet.messageId!, message);
    });
    down.on('packet', (packet) => {
      if (packet.cmd !== 'puback') return;
      const message = unconfirmed.get(packet.messageId!);
      if (message === undefined) return;
      unconfirmed.delete(packet.messageId!);
      this.#taken.took(message.topic, message.payload);
    });
    this.#pipe(near, far, (chunk) => void up.parse(chunk));
    this.#pipe(far, near, (chunk) => void down.parse(chunk));
  }

  #pipe(from: Socket, to: Socket, look: (chunk: Buffer) => void): void {
    this.#sockets.add(from);
    if (this.#cut) from.pause();
    from.on('data', (chunk) => {
      look(chunk);
      to.write(chunk);
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
