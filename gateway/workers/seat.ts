/** What a worker has instead of listeners and a broker of its own: links, datagrams and commands that the primary leads to it. */
import type { Socket } from 'node:net';
import {
  type MqttChannel,
  parseCommandTopic,
  parseEmqxDown,
  parseGroupTopic,
  type Received,
} from '../../bridge/index.ts';
import { type Clock, terminalOf } from '../../protocol/index.ts';
import type { Intake } from '../intake/intake.ts';
import type { Link } from '../../protocol/index.ts';
import { tcpLink } from '../intake/tcp.ts';
import { UdpPeers } from '../intake/udp.ts';
import { Calls } from './calls.ts';
import { CommandRefusal } from '../command/errors.ts';
import type { Desk } from '../command/desk.ts';
import type { GroupRequest } from '../command/group.ts';
import { type Peers, type Refusals, refusedAll } from '../command/peers.ts';
import type { Elsewhere, Nearest } from '../command/target.ts';
import { openDoor } from './door.ts';
import type { Datagram, FromWorker, LinkPort, SeatPlan, ToWorker } from './messages.ts';
import { ownerOf } from './owner.ts';
import { RemoteBroker } from './remote-broker.ts';

interface GroupPart {
  readonly request: GroupRequest;
  readonly terminals: readonly Elsewhere[];
}

/** Answers to datagrams are gathered for so long: a message between processes costs more than a datagram. */
const GATHER_MS = 1;

/** Terminal that a topic of commands names; undefined for other topics. */
export function terminalOfTopic(topic: string, prefix: string): string | undefined {
  const named = parseCommandTopic(topic, prefix)?.terminal ?? parseEmqxDown(topic);
  return named === undefined ? undefined : terminalOf(named);
}

export class Seat {
  readonly plan: SeatPlan;
  /** The embedded broker, which the primary has; undefined where an external one is used. */
  readonly broker: RemoteBroker | undefined;
  readonly #post: (message: FromWorker) => void;
  readonly #clock: Clock;
  readonly #calls: Calls;
  readonly #answers: Datagram[] = [];
  #intake: Intake | undefined;
  #peers: UdpPeers | undefined;
  #evidence: ((link: Link) => void) | undefined;
  #receive: ((message: Received) => Promise<void>) | undefined;
  #desk: Pick<Desk, 'nearest' | 'part'> | undefined;
  /** The other workers. */
  readonly peers: Peers;

  constructor(plan: SeatPlan, post: (message: FromWorker) => void, clock: Clock) {
    this.plan = plan;
    this.#post = post;
    this.#clock = clock;
    this.#calls = new Calls(post, {
      received: (message: Received) => this.#receive?.(message),
      deaf: (deaf: boolean) => this.broker?.hear(!deaf),
      nearest: ({ nearest, scope }: { nearest: Nearest; scope: string }) => this.#desk?.nearest(nearest, scope) ?? [],
      part: (part: GroupPart) => this.#part(part),
    });
    this.peers = {
      nearest: (nearest, scope) => this.#calls.call('nearest', { worker: plan.worker, nearest, scope }),
      part: (request, terminals) => this.#calls.call('part', { request, terminals }),
    };
    if (plan.broker !== undefined)
      this.broker = new RemoteBroker((method, argument) => this.#calls.call(method, argument));
  }

  /** Whether a terminal is this worker's. */
  owns(terminal: string): boolean {
    return ownerOf(terminal, this.plan.workers) === this.plan.worker;
  }

  /** Links and datagrams that come from now on go there; opens the door for those that are relayed. Rejects with ListenError. */
  async take(intake: Intake): Promise<{ close(): void }> {
    this.#intake = intake;
    this.#peers = new UdpPeers({ send: (octets, port, address) => this.#answer({ octets, port, address }) }, (link) =>
      intake.accept(link, 'udp'),
    );
    return openDoor(this.plan.door, (socket, { transport, peer, identity }) =>
      intake.accept(tcpLink(socket, { peer, identity }), transport),
    );
  }

  /** Commands to many that another worker took are handed in there. */
  takeParts(desk: Pick<Desk, 'nearest' | 'part'>): void {
    this.#desk = desk;
  }

  /** Links of the port for evidence go there. */
  takeEvidence(accept: (link: Link) => void): void {
    this.#evidence = accept;
  }

  /**
   * A channel as this worker's inlet should hear it: all of them hear only what concerns their terminals, worker 0 also what
   * concerns none. It is worker 0 that subscribes, whatever their number, so that a broker which keeps commands keeps them for one.
   */
  inlet(channel: MqttChannel): MqttChannel {
    const take = (receive: (message: Received) => Promise<void>): void => {
      this.#receive = receive;
    };
    const subscribe: MqttChannel['subscribe'] = (filters, receive) => {
      take(receive);
      if (this.plan.worker !== 0) return;
      if (this.broker === undefined) channel.subscribe(filters, (message) => this.#route(message, receive));
      else void this.#calls.call('subscribe', filters);
    };
    return new Proxy(channel, {
      get(target, name) {
        if (name === 'subscribe') return subscribe;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      },
    });
  }

  /** Takes a message of the primary, and the socket that came with it. */
  receive(message: ToWorker, socket: Socket | undefined): void {
    if (message.kind === 'link') this.#link(message, socket);
    else if (message.kind === 'datagrams')
      for (const each of message.datagrams) this.#peers?.receive(each.octets, each);
    else this.#calls.receive(message);
  }

  #link({ octets, port }: { octets: Uint8Array; port: LinkPort }, socket: Socket | undefined): void {
    // It was gone before it arrived.
    if (socket === undefined) return;
    // What was read of it comes first, and is read when the link's turn comes.
    socket.unshift(octets);
    if (port === 'attachments' && this.#evidence !== undefined) this.#evidence(tcpLink(socket));
    else if (port === 'terminals' && this.#intake !== undefined) this.#intake.accept(tcpLink(socket), 'tcp');
    else socket.destroy();
  }

  async #part({ request, terminals }: GroupPart): Promise<Refusals> {
    try {
      // A worker that is not up yet is not asked: the primary waits for it.
      await this.#desk?.part(request, terminals);
      return {};
    } catch (error) {
      if (!(error instanceof CommandRefusal)) throw error;
      return refusedAll(terminals, `${error.code}: ${error.message}`);
    }
  }

  async #route(message: Received, receive: (message: Received) => Promise<void>): Promise<void> {
    const { prefix } = this.plan.config.mqtt;
    const terminal = terminalOfTopic(message.topic, prefix);
    const ours = terminal === undefined ? parseGroupTopic(message.topic, prefix) === undefined : this.owns(terminal);
    if (ours) return receive(message);
    return this.#calls.call('route', message);
  }

  #answer(datagram: Datagram): void {
    if (this.#answers.push(datagram) > 1) return;
    this.#clock.wake(this.#clock.monotonic() + GATHER_MS, () =>
      this.#post({ kind: 'datagrams', datagrams: this.#answers.splice(0) }),
    );
  }
}
