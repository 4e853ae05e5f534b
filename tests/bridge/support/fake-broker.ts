/** A broker that does as a test says: accepts, records, and confirms, withholds or hangs up. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet';

export interface FakeBroker {
  readonly port: number;
  /** Publishes in the order they came, over all connections. */
  readonly published: IPublishPacket[];
  readonly connects: number;
  /** Decides what becomes of a publish: confirm it, keep silent, or hang up. */
  answer: (packet: IPublishPacket, n: number) => 'confirm' | 'withhold' | 'hangUp';
  /** Return code of CONNACK. */
  returnCode: number;
  /** What becomes of a client that speaks MQTT 5. */
  newest: 'welcome' | 'refuse' | 'hangUp';
  /** Versions that clients asked for. */
  readonly versions: { readonly version: number | undefined; readonly sessionExpiryInterval?: number }[];
  /** Publishes to every client that speaks MQTT 5. */
  publish(topic: string, payload: string, properties: NonNullable<IPublishPacket['properties']>): void;
  /** Confirms a publish that was withheld. */
  confirm(packet: IPublishPacket): void;
  /** Resolves when so many publishes have come. */
  count(n: number): Promise<void>;
  hangUp(): void;
  stop(): Promise<void>;
}

export async function fakeBroker(port = 0): Promise<FakeBroker> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const published: IPublishPacket[] = [];
  const newest = new Set<Socket>();
  let connects = 0;

  function handle(socket: Socket, packet: Packet): void {
    if (packet.cmd === 'connect') {
      connects++;
      welcome(socket, packet);
    }
    if (packet.cmd === 'subscribe') {
      const granted = packet.subscriptions.map(({ topic }) => (topic.includes('forbidden') ? 128 : 1));
      socket.write(generate({ cmd: 'suback', messageId: packet.messageId ?? 0, granted }));
    }
    if (packet.cmd !== 'publish') return;
    const what = fake.answer(packet, published.push(packet));
    if (what === 'confirm') confirmTo(socket, packet);
    if (what === 'hangUp') socket.destroy();
    for (const check of waiting) check();
  }
  function welcome(socket: Socket, { protocolVersion, properties }: IConnectPacket): void {
    const { sessionExpiryInterval } = properties ?? {};
    fake.versions.push({
      version: protocolVersion,
      ...(sessionExpiryInterval === undefined ? {} : { sessionExpiryInterval }),
    });
    if (protocolVersion !== 5) {
      socket.write(generate({ cmd: 'connack', returnCode: fake.returnCode, sessionPresent: false }));
    } else if (fake.newest === 'refuse') {
      socket.write(generate({ cmd: 'connack', returnCode: 1, sessionPresent: false }));
    } else if (fake.newest === 'hangUp') socket.destroy();
    else {
      newest.add(socket);
      const connack = { cmd: 'connack', reasonCode: fake.returnCode, sessionPresent: false } as const;
      socket.write(generate(connack, { protocolVersion: 5 }));
    }
  }
  function confirmTo(socket: Socket, { messageId }: IPublishPacket): void {
    if (messageId !== undefined) socket.write(generate({ cmd: 'puback', messageId }));
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const packets = parser();
    packets.on('packet', (packet) => handle(socket, packet));
    socket.on('data', (chunk) => packets.parse(chunk));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const fake: FakeBroker = {
    port: (server.address() as { port: number }).port,
    published,
    get connects() {
      return connects;
    },
    answer: () => 'confirm',
    returnCode: 0,
    newest: 'welcome',
    versions: [],
    publish(topic, payload, properties) {
      const packet = { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, properties } as const;
      for (const socket of newest) socket.write(generate(packet, { protocolVersion: 5 }));
    },
    confirm(packet) {
      for (const socket of sockets) confirmTo(socket, packet);
    },
    count: (n) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (published.length < n) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      fake.hangUp();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
  return fake;
}
