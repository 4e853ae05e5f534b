/**
 * Long messages: those of the platform joined from their parts, ours taken apart.
 *
 * One message of the platform is joined at a time, up to 4 MiB; a part of another one begins anew. Parts that are missing
 * are asked for by 0x0005, which 2019 has, three times. JT/T 808-2019 4.4.3, 8.4, 8.5.
 */
import { codecFor, type EpochMs, MAX_BODY } from '../../protocol/index.ts';
import type { Effect, Part } from './effects.ts';
import { MESSAGE } from './effects.ts';
import { encoded } from './encoded.ts';
import { send } from './exchange.ts';
import type { Terminal } from './terminal.ts';

const MAX_OCTETS = 4 * 1024 * 1024;
const MAX_PARTS = Math.ceil(MAX_OCTETS / MAX_BODY);
const ASK_AFTER_MS = 10_000;
const ASKS = 3;

/** A message of which parts have come. */
export interface Joining {
  readonly id: number;
  readonly total: number;
  readonly firstSerial: number;
  readonly parts: Map<number, Uint8Array>;
  asked: number;
  askAt: EpochMs;
}

/** A message that is whole, under the serial of its last part. */
export interface Joined {
  readonly id: number;
  readonly serial: number;
  readonly body: Uint8Array;
}

/** Takes a part; the message when it was the last one that was missing, `refused` where it would be too long. */
export function join(terminal: Terminal, part: Part, now: EpochMs): Joined | 'waiting' | 'refused' {
  const { id, serial, total, number, body } = part;
  if (total > MAX_PARTS || number < 1 || number > total) return 'refused';
  const firstSerial = (serial - number + 1) & 0xffff;
  let { joining } = terminal;
  if (joining === undefined || joining.id !== id || joining.total !== total || joining.firstSerial !== firstSerial)
    joining = { id, total, firstSerial, parts: new Map(), asked: 0, askAt: 0 };
  terminal.joining = joining;
  joining.parts.set(number, body);
  joining.askAt = now + ASK_AFTER_MS;
  if (joining.parts.size < total) return 'waiting';
  terminal.joining = undefined;
  const size = [...joining.parts.values()].reduce((sum, { length }) => sum + length, 0);
  const whole = new Uint8Array(size);
  let at = 0;
  for (let i = 1; i <= total; i++) {
    const octets = joining.parts.get(i) as Uint8Array;
    whole.set(octets, at);
    at += octets.length;
  }
  return { id, serial: (firstSerial + total - 1) & 0xffff, body: whole };
}

/** When parts that are missing are asked for, or given up. */
export function joiningDeadline({ joining }: Terminal): EpochMs {
  return joining?.askAt ?? Number.POSITIVE_INFINITY;
}

/** Asks for what is missing, or gives the message up. Before 2019 there is nothing to ask with. */
export function askForParts(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  const { joining, identity } = terminal;
  if (joining === undefined || joining.askAt > now) return;
  if (joining.asked === ASKS || identity.revision !== 2019) {
    terminal.joining = undefined;
    return;
  }
  joining.asked++;
  joining.askAt = now + ASK_AFTER_MS;
  const packageIds: number[] = [];
  for (let i = 1; i <= joining.total; i++) if (!joining.parts.has(i)) packageIds.push(i);
  const body = encoded(codecFor(MESSAGE.resendRequest, 2019), { originalSerial: joining.firstSerial, packageIds });
  send(terminal, { id: MESSAGE.resendRequest, body }, now, effects);
}

/** 0x8003, and 0x8800 for pictures: parts of our last long message, octet for octet. */
export function sendPartsAgain(
  terminal: Terminal,
  which: { readonly numbers: readonly number[]; readonly firstSerial?: number },
  now: EpochMs,
  effects: Effect[],
): void {
  const [first] = terminal.lastParts;
  if (first === undefined || (which.firstSerial !== undefined && first.serial !== which.firstSerial)) return;
  for (const part of terminal.lastParts)
    if (which.numbers.includes(part.number)) effects.push({ ...part, again: true });
  terminal.sentAt = now;
}
