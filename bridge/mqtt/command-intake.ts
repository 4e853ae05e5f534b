/** Takes commands in, to one terminal and to many, and answers those that are not taken with the reason. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../protocol/index.ts';
import {
  COMMAND,
  type Command,
  type CommandPayload,
  GROUP_COMMAND,
  type GroupCommand,
  type GroupCommandPayload,
} from '../contract/command.ts';
import type { CommandState, Reply } from '../contract/payloads.ts';
import { groupTopic, terminalTopic } from '../contract/topics.ts';
import { checker } from '../contract/validate.ts';
import { InletRefusal } from '../errors.ts';
import type { Account } from './acl.ts';
import type { Received, ResponseAddress } from './channel.ts';
import type { Door } from './door.ts';
import { RecentIds } from './recent-ids.ts';

/** Where a command came from. */
export interface CommandSource {
  /** Division and terminal of the topic. The receiver checks that the terminal is of this division: the sender's rights go by the topic. */
  readonly division: string;
  readonly terminal: string;
  /** Who sent it, where the broker is ours; null where only the broker knows. */
  readonly account: Account | null;
  /** Where its replies are to go as well. */
  readonly response?: ResponseAddress;
}

/** The same for many. */
export interface GroupSource extends Omit<CommandSource, 'terminal'> {
  /** Leading digits of the divisions that the sender may reach: those of the topic. */
  readonly division: string;
}

/** What became of a command to many when it was taken. */
export interface GroupTaken {
  readonly terminals: readonly { readonly terminal: string; readonly distance?: number }[];
  readonly approval?: 'needed';
  /** Why some got none, by terminal. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** Whoever takes commands: resolves when they are on disk, rejects with InletRefusal where it will not take them. */
export interface CommandTaker {
  onCommand(command: Command, source: CommandSource): Promise<void>;
  onGroup?(command: GroupCommand, source: GroupSource): Promise<GroupTaken>;
}

export interface CommandIntakeOptions {
  readonly door: Door;
  readonly taker: CommandTaker;
  readonly clock: Clock;
  readonly prefix: string;
  /** Commands remembered to know one that comes twice; the oldest are forgotten. */
  readonly remembered: number;
  /** For commands that do not say when they expire. */
  readonly lifetimeMs: number;
}

export interface CommandIntake {
  one(message: Received, to: { readonly division: string; readonly terminal: string }): Promise<void>;
  many(message: Received, division: string): Promise<void>;
}

const checkCommand = checker(COMMAND);
const checkGroup = checker(GROUP_COMMAND);
/** Longest response topic that is taken. */
const MAX_TOPIC = 256;

export function createCommandIntake(options: CommandIntakeOptions): CommandIntake {
  const { door, taker, clock, prefix, remembered, lifetimeMs } = options;
  const seen = new RecentIds(remembered);

  function complete(payload: CommandPayload): Command {
    const expiresAt = payload.expiresAt ?? new Date(clock.now() + lifetimeMs).toISOString();
    if (Date.parse(expiresAt) <= clock.now())
      throw new InletRefusal('COMMAND_EXPIRED', `expiresAt: ${expiresAt} is past`);
    const { id, type, body = {}, priority } = payload;
    return { id, type, body, expiresAt, ...(priority === undefined ? {} : { priority }) };
  }

  /** A sender may have replies where it listens, but not have us speak where it may not. */
  function demandResponse(response: ResponseAddress | undefined): { readonly response?: ResponseAddress } {
    if (response === undefined) return {};
    const { topic } = response;
    const ours = topic.startsWith(`${prefix}/`) || topic.startsWith('jt808/');
    if (topic === '' || topic.length > MAX_TOPIC || /[+#\0]/.test(topic) || topic.startsWith('$') || ours)
      throw new InletRefusal('COMMAND_INVALID', 'response topic: is one that nothing is published to for others');
    return { response };
  }

  /** Takes a message that is a command, once. `take` resolves with what is answered at once, if anything. */
  async function taken(
    message: Received,
    replyTo: { readonly topic: string; readonly about: object },
    take: (value: unknown) => Promise<object | undefined>,
  ): Promise<void> {
    const { topic, payload, retain, response } = message;
    let id = '';
    let key: string | undefined;
    const answer = (said: object): void => {
      const receivedAt = new Date(clock.now()).toISOString();
      const reply = { id, ...replyTo.about, time: null, receivedAt, seq: 0, ...said };
      door.answer(replyTo.topic, reply, response);
    };
    try {
      door.size(payload, 'COMMAND_INVALID');
      const value = door.parse(payload, 'COMMAND_INVALID');
      id = door.idOf(value);
      if (retain) throw new InletRefusal('COMMAND_RETAINED', 'a retained command is not taken');
      // One that comes twice is the same command: its steps are told once. Another one of its id goes on, to be refused.
      const hash = createHash('sha256').update(payload).digest('base64url');
      if (!seen.add(`${topic} ${hash}`)) return;
      key = `${topic} ${hash}`;
      const said = await door.busy(() => take(value));
      if (said !== undefined) answer(said);
    } catch (error) {
      // It was not taken, so it may be sent again, put right.
      if (key !== undefined) seen.delete(key);
      const refusal = door.refusalOf(error, 'COMMAND_REFUSED');
      const state: CommandState = refusal.code === 'COMMAND_EXPIRED' ? 'expired' : 'failed';
      answer({ state, ...refusal });
    }
  }

  return {
    one(message, { division, terminal }) {
      const about = { terminal, vehicle: null } satisfies Partial<Reply>;
      const topic = terminalTopic(prefix, division, terminal, 'reply');
      return taken(message, { topic, about }, async (value) => {
        door.demand(checkCommand, value, 'COMMAND_INVALID');
        const source = { division, terminal, account: message.account, ...demandResponse(message.response) };
        await taker.onCommand(complete(value as CommandPayload), source);
        return undefined;
      });
    },
    many(message, division) {
      return taken(message, { topic: groupTopic(prefix, division, 'reply'), about: {} }, async (value) => {
        door.demand(checkGroup, value, 'COMMAND_INVALID');
        const { target } = value as GroupCommandPayload;
        const command = { ...complete(value as GroupCommandPayload), target };
        const source = { division, account: message.account, ...demandResponse(message.response) };
        return { state: 'accepted', ...(await taker.onGroup!(command, source)) };
      });
    },
  };
}
