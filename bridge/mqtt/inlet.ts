/**
 * Takes commands and facts from MQTT: in form, not expired, not seen before. What is not is answered where the contract says, with a
 * reason, and changes nothing. Nothing that a platform sends can do more than that.
 */
import type { Clock } from '../../protocol/index.ts';
import { COMMAND, type Command, type CommandPayload } from '../contract/command.ts';
import type { Facts, FeedKind, Removal } from '../contract/feed.ts';
import { factFaults, factOf } from '../contract/feed-check.ts';
import type { CommandState, Reply } from '../contract/payloads.ts';
import {
  commandFilter,
  DEFAULT_PREFIX,
  feedFilter,
  feedRejectedTopic,
  parseCommandTopic,
  parseFeedTopic,
  terminalTopic,
} from '../contract/topics.ts';
import { type Check, checker } from '../contract/validate.ts';
import { type BridgeCode, InletRefusal } from '../errors.ts';
import type { Account } from './acl.ts';
import type { MqttChannel, Received } from './channel.ts';
import { RecentIds } from './recent-ids.ts';

/** Where a command came from. */
export interface CommandSource {
  /** Division and terminal of the topic. The receiver checks that the terminal is of this division: the sender's rights go by the topic. */
  readonly division: string;
  readonly terminal: string;
  /** Who sent it, where the broker is ours; null where only the broker knows. */
  readonly account: Account | null;
}

/**
 * The gateway's side. Each resolves when what it was given is on disk, and rejects with InletRefusal where it will not take it:
 * the sender is then answered with the reason. Steps of a command that was taken are the gateway's to publish.
 */
export interface CommandInlet {
  onCommand(command: Command, source: CommandSource): Promise<void>;
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
const decoder = new TextDecoder('utf-8', { fatal: true });

function parse(payload: Uint8Array, code: BridgeCode): unknown {
  try {
    return JSON.parse(decoder.decode(payload)) as unknown;
  } catch {
    throw new InletRefusal(code, 'payload: is not JSON in UTF-8');
  }
}

function idOf(value: unknown): string {
  const id: unknown = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' ? id.slice(0, 128) : '';
}

function demand(check: Check, value: unknown, code: BridgeCode): void {
  const faults = check(value);
  if (faults.length > 0) throw new InletRefusal(code, faults.join('; '));
}

/** Subscribes to commands and, where the inlet takes them, facts. Returns when it listens; it does so for the life of the channel. */
export function createMqttInlet(options: MqttInletOptions): void {
  const { channel, inlet, clock, prefix = DEFAULT_PREFIX } = options;
  const { maxPayloadBytes, maxPending, rememberedIds, lifetimeMs } = { ...DEFAULTS, ...options };
  const checkCommand = checker(COMMAND);
  const seen = new RecentIds(rememberedIds);
  let pending = 0;

  /** The sender's reason, or for a fault of ours that there was one: what exactly is not for the outside. */
  function refusalOf(error: unknown, code: BridgeCode): { readonly code: string; readonly reason: string } {
    if (error instanceof InletRefusal) return { code: error.code, reason: error.message };
    options.onFault?.(error);
    return { code, reason: 'the gateway could not take it' };
  }

  function size(payload: Uint8Array, code: BridgeCode): void {
    if (payload.length > maxPayloadBytes) {
      throw new InletRefusal(code, `payload: is ${payload.length} octets, expected at most ${maxPayloadBytes}`);
    }
    if (pending >= maxPending) throw new InletRefusal('INLET_BUSY', 'too much is being taken in at once');
  }

  /** Answers that nobody waits for here: a broker that is gone takes its senders with it. */
  function answer(topic: string, payload: object): void {
    channel.publish(topic, JSON.stringify(payload), { retain: false }).catch(() => undefined);
  }

  function refuseCommand(
    source: CommandSource,
    id: string,
    refusal: { readonly code: string; readonly reason: string },
  ): void {
    const state: CommandState = refusal.code === 'COMMAND_EXPIRED' ? 'expired' : 'failed';
    const receivedAt = new Date(clock.now()).toISOString();
    const reply: Reply = {
      id,
      terminal: source.terminal,
      vehicle: null,
      time: null,
      receivedAt,
      seq: 0,
      state,
      ...refusal,
    };
    answer(terminalTopic(prefix, source.division, source.terminal, 'reply'), reply);
  }

  function complete(payload: CommandPayload): Command {
    const expiresAt = payload.expiresAt ?? new Date(clock.now() + lifetimeMs).toISOString();
    if (Date.parse(expiresAt) <= clock.now())
      throw new InletRefusal('COMMAND_EXPIRED', `expiresAt: ${expiresAt} is past`);
    return { id: payload.id, type: payload.type, body: payload.body ?? {}, expiresAt };
  }

  async function takeCommand(message: Received, source: CommandSource): Promise<void> {
    let id = '';
    let key: string | undefined;
    try {
      size(message.payload, 'COMMAND_INVALID');
      const value = parse(message.payload, 'COMMAND_INVALID');
      id = idOf(value);
      if (message.retain) throw new InletRefusal('COMMAND_RETAINED', 'a retained command is not taken');
      demand(checkCommand, value, 'COMMAND_INVALID');
      const command = complete(value as CommandPayload);
      // One that comes twice is the same command: its steps are told once.
      if (!seen.add(`${source.terminal} ${id}`)) return;
      key = `${source.terminal} ${id}`;
      pending++;
      await inlet.onCommand(command, source).finally(() => pending--);
    } catch (error) {
      // It was not taken, so it may be sent again, put right.
      if (key !== undefined) seen.delete(key);
      refuseCommand(source, id, refusalOf(error, 'COMMAND_REFUSED'));
    }
  }

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
      size(message.payload, 'FACT_INVALID');
      const value = parse(message.payload, 'FACT_INVALID');
      id = idOf(value);
      demand((each) => factFaults(kind, each), value, 'FACT_INVALID');
      const fact = factOf<typeof kind>(value);
      demandScope(fact, message.account);
      pending++;
      await inlet.onFact?.(kind, fact, { account: message.account }).finally(() => pending--);
    } catch (error) {
      answer(feedRejectedTopic(kind, prefix), { id, kind, ...refusalOf(error, 'FACT_REFUSED') });
    }
  }

  async function receive(message: Received): Promise<void> {
    const target = parseCommandTopic(message.topic, prefix);
    if (target !== undefined) return takeCommand(message, { ...target, account: message.account });
    const kind = parseFeedTopic(message.topic, prefix);
    if (kind !== undefined && inlet.onFact !== undefined) return takeFact(message, kind);
    return undefined;
  }

  channel.subscribe(
    inlet.onFact === undefined ? [commandFilter(prefix)] : [commandFilter(prefix), feedFilter(prefix)],
    receive,
  );
}
