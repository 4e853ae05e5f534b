/**
 * What platforms built for EMQX's JT/T 808 gateway send down, taken in as commands. EMQX answers nobody, so what is
 * refused is said to the operator; what is taken is journalled, waits for its terminal and is repeated like any command.
 */
import { EMQX_DOWN, emqxCommand, emqxOctets, type MqttChannel, parseEmqxDown, type Received } from '../bridge/index.ts';
import {
  type Clock,
  codecFor,
  IGNORE_QUIRKS,
  messageById,
  ProtocolError,
  type Random,
  terminalOf,
  toJson,
} from '../protocol/index.ts';
import { may } from './access/account.ts';
import { CommandRefusal } from './command/errors.ts';
import type { Core } from './core-parts.ts';

/** Octets of a command, and commands being taken in at once; others are refused. */
const MAX_PAYLOAD = 64 * 1024;
const MAX_PENDING = 256;

export interface EmqxInletParts {
  readonly channel: MqttChannel;
  readonly core: Core;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a command may wait for its terminal. */
  readonly lifetimeMs: number;
  onRefused(reason: string, topic: string): void;
  onFault(error: unknown): void;
}

/** Subscribes for the life of the channel. */
export function createEmqxInlet(parts: EmqxInletParts): void {
  const { channel, core, clock, random, lifetimeMs } = parts;
  let pending = 0;

  async function take({ topic, payload, retain, account }: Received): Promise<void> {
    const phone = parseEmqxDown(topic);
    if (phone === undefined) throw new CommandRefusal('COMMAND_TERMINAL');
    if (retain || payload.length > MAX_PAYLOAD || pending >= MAX_PENDING)
      throw new ProtocolError('RANGE', 'payload', 'is retained, too large, or one too many at once');
    const terminal = terminalOf(phone);
    const revision = core.registry.registration(terminal)?.revision;
    if (revision === undefined) throw new CommandRefusal('COMMAND_TERMINAL');
    const said: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    const { id, body } = emqxCommand(said);
    const message = messageById(id);
    if (message === undefined) throw new CommandRefusal('COMMAND_TYPE');
    const octets = emqxOctets(id, revision, body);
    const value = codecFor(id, revision)!.decode(octets, 0, octets.length, IGNORE_QUIRKS);
    pending++;
    try {
      await core.desk.one({
        id: `emqx-${Buffer.from(random.bytes(12)).toString('hex')}`,
        terminal,
        type: message.name,
        body: toJson(message, revision, value as never),
        expiresAt: clock.now() + lifetimeMs,
        by: account?.name ?? 'mqtt',
        mayHarm: account === null || may(account, 'danger'),
      });
    } finally {
      pending--;
    }
  }

  channel.subscribe([EMQX_DOWN], async (received) => {
    try {
      await take(received);
    } catch (error) {
      const known = error instanceof CommandRefusal || error instanceof ProtocolError || error instanceof SyntaxError;
      if (known || error instanceof TypeError) parts.onRefused(error.message, received.topic);
      else parts.onFault(error);
    }
  });
}
