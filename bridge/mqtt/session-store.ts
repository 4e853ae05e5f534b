/**
 * What the embedded broker remembers for aedes: retained messages, and the subscriptions and unconfirmed messages
 * of sessions that outlive their connection. In memory and bounded: a restart forgets it, as the journal behind the
 * outlet has everything. The shape is that of aedes' own memory persistence, which bounds nothing.
 */
import { Readable } from 'node:stream';
import { topicMatches } from '../contract/topics.ts';
import { TopicTree } from './topic-tree.ts';

interface StoredPacket {
  cmd: string;
  topic?: string;
  payload?: Uint8Array;
  qos?: number;
  retain?: boolean;
  dup?: boolean;
  brokerId?: string;
  brokerCounter?: number;
  messageId?: number | undefined;
  clientId?: string;
}
interface Subscription {
  readonly topic: string;
  readonly qos: number;
}
interface ClientRef {
  readonly id: string;
}
interface Match extends Subscription {
  readonly clientId: string;
}

/** A session's messages that are on the way or wait for it, oldest first, by the broker's number and by packet identifier. */
interface Queue {
  readonly packets: Map<number, StoredPacket>;
  readonly numbers: Map<number, number>;
}

/** Bounds of the store. What is over them is let go, the oldest of the session first, and counted. */
export interface StoreLimits {
  /** Messages that wait for one session. */
  readonly queuedMessages: number;
  /** Octets that wait for all sessions together. */
  readonly queuedBytes: number;
}

/** Octets that a queued message takes beside its topic and payload. */
const PACKET_OVERHEAD = 250;
const sizeOf = (packet: StoredPacket): number =>
  PACKET_OVERHEAD + (packet.topic?.length ?? 0) + (packet.payload?.length ?? 0);

function latin1Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

function retained(topic: string, octets: string): StoredPacket {
  return { cmd: 'publish', topic, payload: Buffer.from(octets, 'latin1'), qos: 1, retain: true };
}

function absent(): Error {
  return new Error('no such packet');
}

export class SessionStore {
  /** Payloads by topic, an octet a character: of small buffers most memory is not octets. Only what we publish, at QoS 1. */
  readonly #retained = new Map<string, string>();
  readonly #subscriptions = new Map<string, Map<string, Subscription>>();
  readonly #tree = new TopicTree<Subscription>();
  readonly #outgoing = new Map<string, Queue>();
  readonly #incoming = new Map<string, Map<number, StoredPacket>>();
  readonly #wills = new Map<string, StoredPacket>();
  readonly #limits: StoreLimits;
  readonly #mayStore: (client: string, filter: string) => boolean;
  #brokerId = '';
  #queuedBytes = 0;
  /** Messages that were let go because of a bound. */
  dropped = 0;

  /** @param mayStore asked for every filter, as aedes hands over those that it refused together with the others. */
  constructor(limits: StoreLimits, mayStore: (client: string, filter: string) => boolean) {
    this.#limits = limits;
    this.#mayStore = mayStore;
  }

  async setup(broker: { readonly id: string }): Promise<void> {
    this.#brokerId = broker.id;
  }

  async destroy(): Promise<void> {
    for (const id of [...this.#subscriptions.keys(), ...this.#outgoing.keys()]) this.forget(id);
    this.#retained.clear();
  }

  /** Ends a session for good. */
  forget(id: string): void {
    for (const filter of this.#subscriptions.get(id)?.keys() ?? []) this.#tree.delete(filter, id);
    this.#subscriptions.delete(id);
    for (const packet of this.#outgoing.get(id)?.packets.values() ?? []) this.#queuedBytes -= sizeOf(packet);
    this.#outgoing.delete(id);
    this.#incoming.delete(id);
  }

  /** Whether any session has subscriptions that outlive its connection. */
  get waits(): boolean {
    return this.#subscriptions.size > 0;
  }

  /** Octets that wait for sessions. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  async storeRetained(packet: StoredPacket & { topic: string; payload: Uint8Array }): Promise<void> {
    if (packet.payload.length === 0) this.#retained.delete(packet.topic);
    else this.#retained.set(packet.topic, latin1Of(packet.payload));
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#retainedFor(filters));
  }

  *#retainedFor(filters: readonly string[]): Generator<StoredPacket> {
    for (const filter of filters) {
      if (/[+#]/.test(filter)) {
        for (const [topic, octets] of this.#retained) if (topicMatches(filter, topic)) yield retained(topic, octets);
      } else {
        const octets = this.#retained.get(filter);
        if (octets !== undefined) yield retained(filter, octets);
      }
    }
  }

  async addSubscriptions(client: ClientRef, subscriptions: readonly Subscription[]): Promise<void> {
    const stored = this.#subscriptions.get(client.id) ?? new Map<string, Subscription>();
    this.#subscriptions.set(client.id, stored);
    for (const { topic, qos } of subscriptions) {
      if (!this.#mayStore(client.id, topic)) continue;
      const subscription = { topic, qos };
      stored.set(topic, subscription);
      // Nothing is kept for subscriptions at QoS 0. [MQTT-3.1.2-5]
      if (qos > 0) this.#tree.set(topic, client.id, subscription);
      else this.#tree.delete(topic, client.id);
    }
  }

  async removeSubscriptions(client: ClientRef, filters: readonly string[]): Promise<void> {
    const stored = this.#subscriptions.get(client.id);
    for (const filter of filters) {
      this.#tree.delete(filter, client.id);
      stored?.delete(filter);
    }
    if (stored?.size === 0) this.#subscriptions.delete(client.id);
  }

  async subscriptionsByClient(client: ClientRef): Promise<Subscription[]> {
    return Array.from(this.#subscriptions.get(client.id)?.values() ?? [], ({ topic, qos }) => ({ topic, qos }));
  }

  /** One match a session, at the best quality of service that it asked for. */
  async subscriptionsByTopic(topic: string): Promise<Match[]> {
    const matches = new Map<string, Match>();
    this.#tree.match(topic, (clientId, subscription) => {
      const known = matches.get(clientId);
      if (known === undefined || known.qos < subscription.qos) matches.set(clientId, { ...subscription, clientId });
    });
    return [...matches.values()];
  }

  /** A connection with a clean session begins: what the last one left is void. [MQTT-3.1.2-6] */
  async cleanSubscriptions(client: ClientRef): Promise<void> {
    this.forget(client.id);
  }

  async outgoingEnqueue(subscription: { readonly clientId: string }, packet: StoredPacket): Promise<void> {
    this.#enqueue(subscription.clientId, packet);
  }

  async outgoingEnqueueCombi(
    subscriptions: readonly { readonly clientId: string }[],
    packet: StoredPacket,
  ): Promise<void> {
    for (const { clientId } of subscriptions) this.#enqueue(clientId, packet);
  }

  #enqueue(id: string, packet: StoredPacket): void {
    let queue = this.#outgoing.get(id);
    if (queue === undefined) {
      queue = { packets: new Map(), numbers: new Map() };
      this.#outgoing.set(id, queue);
    }
    const size = sizeOf(packet);
    const { queuedMessages, queuedBytes } = this.#limits;
    while (queue.packets.size > 0 && (queue.packets.size >= queuedMessages || this.#queuedBytes + size > queuedBytes)) {
      this.#dropOldest(queue);
    }
    if (this.#queuedBytes + size > queuedBytes) {
      this.dropped++;
      return;
    }
    this.#queuedBytes += size;
    const { cmd, topic, payload, qos, retain, dup, brokerId, brokerCounter } = packet;
    queue.packets.set(brokerCounter ?? 0, {
      cmd,
      messageId: undefined,
      ...(topic !== undefined && { topic }),
      ...(payload !== undefined && { payload }),
      ...(qos !== undefined && { qos }),
      ...(retain !== undefined && { retain }),
      ...(dup !== undefined && { dup }),
      ...(brokerId !== undefined && { brokerId }),
      ...(brokerCounter !== undefined && { brokerCounter }),
    });
  }

  #dropOldest(queue: Queue): void {
    const [oldest] = queue.packets;
    if (oldest === undefined) return;
    this.#remove(queue, ...oldest);
    this.dropped++;
  }

  #remove(queue: Queue, number: number, packet: StoredPacket): void {
    queue.packets.delete(number);
    if (packet.messageId !== undefined && queue.numbers.get(packet.messageId) === number)
      queue.numbers.delete(packet.messageId);
    this.#queuedBytes -= sizeOf(packet);
  }

  /**
   * A packet is being sent with a packet identifier, or a PUBREL takes the place of its message. One that is not in the queue, because
   * of a bound, is sent all the same: aedes would end the connection for it.
   */
  async outgoingUpdate(client: ClientRef, packet: StoredPacket): Promise<void> {
    const queue = this.#outgoing.get(client.id);
    const { messageId } = packet;
    if (queue === undefined || messageId === undefined) return;
    const own = queue.packets.get(packet.brokerCounter ?? -1);
    if (own !== undefined) {
      own.messageId = messageId;
      queue.numbers.set(messageId, packet.brokerCounter as number);
      return;
    }
    if (packet.cmd !== 'pubrel') return;
    const number = queue.numbers.get(messageId);
    const sent = number === undefined ? undefined : queue.packets.get(number);
    if (number === undefined || sent === undefined) return;
    this.#queuedBytes += sizeOf(packet) - sizeOf(sent);
    queue.packets.set(number, packet);
  }

  /** The client has it (PUBACK, PUBCOMP). */
  async outgoingClearMessageId(client: ClientRef, packet: StoredPacket): Promise<StoredPacket | undefined> {
    const queue = this.#outgoing.get(client.id);
    const number = queue?.numbers.get(packet.messageId ?? -1);
    if (queue === undefined || number === undefined) return undefined;
    const sent = queue.packets.get(number);
    if (sent !== undefined) this.#remove(queue, number, sent);
    if (queue.packets.size === 0) this.#outgoing.delete(client.id);
    return sent;
  }

  outgoingStream(client: ClientRef): Readable {
    return Readable.from([...(this.#outgoing.get(client.id)?.packets.values() ?? [])]);
  }

  async incomingStorePacket(client: ClientRef, packet: StoredPacket): Promise<void> {
    const stored = this.#incoming.get(client.id) ?? new Map<number, StoredPacket>();
    this.#incoming.set(client.id, stored);
    stored.set(packet.messageId ?? 0, packet);
  }

  async incomingGetPacket(client: ClientRef, packet: StoredPacket): Promise<StoredPacket> {
    const stored = this.#incoming.get(client.id)?.get(packet.messageId ?? 0);
    if (stored === undefined) throw absent();
    return stored;
  }

  async incomingDelPacket(client: ClientRef, packet: StoredPacket): Promise<void> {
    if (!this.#incoming.get(client.id)?.delete(packet.messageId ?? 0)) throw absent();
  }

  async cleanIncoming(client: ClientRef): Promise<void> {
    this.#incoming.delete(client.id);
  }

  async putWill(client: ClientRef, packet: StoredPacket): Promise<void> {
    packet.brokerId = this.#brokerId;
    packet.clientId = client.id;
    this.#wills.set(client.id, packet);
  }

  async delWill(client: ClientRef): Promise<StoredPacket | undefined> {
    const will = this.#wills.get(client.id);
    this.#wills.delete(client.id);
    return will;
  }

  /** Wills of brokers that died. There is one broker, and it is here. */
  streamWill(): Readable {
    return Readable.from([]);
  }
}
