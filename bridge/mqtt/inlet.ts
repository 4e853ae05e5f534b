/**
 * Takes commands and facts from MQTT: in form, not expired, not seen before. What is not is answered where the contract says, with a
 * reason, and changes nothing. Nothing that a platform sends can do more than that.
 */
import type { Clock } from '../../protocol/index.ts';
import type { Facts, FeedKind, Removal } from '../contract/feed.ts';
import { factFaults, factOf } from '../contract/feed-check.ts';
import {
  commandFilter,
  DEFAULT_PREFIX,
  feedFilter,
  feedRejectedTopic,
  groupFilters,
  parseCommandTopic,
  parseFeedTopic,
  parseGroupTopic,
} from '../contract/topics.ts';
import { InletRefusal } from '../errors.ts';
import type { Account } from './acl.ts';
import type { MqttChannel, Received } from './channel.ts';
import { type CommandTaker, createCommandIntake } from './command-intake.ts';
import { createDoor } from './door.ts';

/**
 * The gateway's side. Each resolves when what it was given is on disk, and rejects with InletRefusal where it will not take it:
 * the sender is then answered with the reason. Steps of a command that was taken are the gateway's to publish.
 */
export interface CommandInlet extends CommandTaker {
  onFact?<K extends FeedKind>(
    kind: K,
    fact: Facts[K] | Removal,
    source: { readonly account: Account | null },
  ): Promise<void>;
}

/** What the inlet listens on, whom it hands over to, and its bounds. */
export interface MqttInletOptions {
  readonly channel: MqttChannel;
  readonly inlet: CommandInlet;
  readonly clock: Clock;
  readonly prefix?: string;
  /** Octets of a command or fact; larger ones are refused unread. */
  readonly maxPayloadBytes?: number;
  /** Commands and facts being taken in at once; further ones are refused as busy. */
  readonly maxPending?: number;
  /** Ids of commands remembered to know one that comes twice; the oldest are forgotten. */
  readonly rememberedIds?: number;
  /** For commands that do not say when they expire. */
  readonly lifetimeMs?: number;
  /** Told of a fault of ours in taking something in; the sender is answered too. */
  onFault?(error: unknown): void;
}

const DEFAULTS = { maxPayloadBytes: 64 * 1024, maxPending: 256, rememberedIds: 10_000, lifetimeMs: 24 * 3_600_000 };
/** Subscribes to commands and, where the inlet takes them, facts. Returns when it listens; it does so for the life of the channel. */
export function createMqttInlet(options: MqttInletOptions): void {
  const { channel, inlet, clock, prefix = DEFAULT_PREFIX } = options;
  const { maxPayloadBytes, maxPending, rememberedIds, lifetimeMs } = { ...DEFAULTS, ...options };
  const onFault = (error: unknown): void => options.onFault?.(error);
  const door = createDoor({ channel, maxPayloadBytes, maxPending, onFault });
  const commands = createCommandIntake({ door, taker: inlet, clock, prefix, remembered: rememberedIds, lifetimeMs });

  /** A sender whose divisions are bounded may not tell facts of others. */
  function demandScope(fact: Facts[FeedKind] | Removal, account: Account | null): void {
    const division = 'division' in fact ? fact.division : undefined;
    if (account === null || account.prefix === '' || division === undefined || division.startsWith(account.prefix))
      return;
    throw new InletRefusal('FACT_REFUSED', `division: is ${division}, expected one within ${account.prefix}`);
  }

  async function takeFact(message: Received, kind: FeedKind): Promise<void> {
    let id = '';
    try {
      door.size(message.payload, 'FACT_INVALID');
      const value = door.parse(message.payload, 'FACT_INVALID');
      id = door.idOf(value);
      door.demand((each) => factFaults(kind, each), value, 'FACT_INVALID');
      const fact = factOf<typeof kind>(value);
      demandScope(fact, message.account);
      await door.busy(async () => inlet.onFact?.(kind, fact, { account: message.account }));
    } catch (error) {
      door.answer(feedRejectedTopic(kind, prefix), { id, kind, ...door.refusalOf(error, 'FACT_REFUSED') });
    }
  }

  async function receive(message: Received): Promise<void> {
    const target = parseCommandTopic(message.topic, prefix);
    if (target !== undefined) return commands.one(message, target);
    const division = inlet.onGroup === undefined ? undefined : parseGroupTopic(message.topic, prefix);
    if (division !== undefined) return commands.many(message, division);
    const kind = parseFeedTopic(message.topic, prefix);
    if (kind !== undefined && inlet.onFact !== undefined) return takeFact(message, kind);
    return undefined;
  }

  const filters = [commandFilter(prefix)];
  if (inlet.onGroup !== undefined) filters.push(...groupFilters(prefix));
  if (inlet.onFact !== undefined) filters.push(feedFilter(prefix));
  channel.subscribe(filters, receive);
}
