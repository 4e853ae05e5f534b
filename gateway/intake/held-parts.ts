/**
 * Parts of messages that say where a vehicle was, of a terminal whose vehicle stayed out at some time: kept from the journal until it
 * is known when that was. Where the first octets of a message tell, its first part decides; else all parts are waited for.
 *
 * Bound: `MAX_MESSAGES` and `MAX_OCTETS` a link. Beyond them the oldest is let go of: as no part of it was acknowledged, the terminal
 * sends it again.
 */
import type { Header } from '../../protocol/index.ts';
import { tellingOctets } from './stated-times.ts';

const MAX_MESSAGES = 8;
const MAX_OCTETS = 256 << 10;

/** A packet, its header first. */
export interface HeldPart {
  readonly number: number;
  readonly octets: Uint8Array;
  /** Its body is octets [at, end). */
  readonly at: number;
  readonly end: number;
}

/** What to do with a part: wait for more, judge `body` and then deal with all of `parts` alike, or do as with those before it. */
export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'again' }
  | { readonly kind: 'judge'; readonly body: Uint8Array; readonly parts: readonly HeldPart[] }
  | { readonly kind: 'judged'; readonly out: boolean };

interface Message {
  readonly parts: Map<number, HeldPart>;
  octets: number;
  /** Once its time is known: whether it stays out. */
  out?: boolean;
}

export class HeldParts {
  /** The oldest first. */
  readonly #messages = new Map<string, Message>();
  #octets = 0;

  /** Takes a part. `again`: it is here already and its terminal waits for an answer to it, as one does that sends part by part. */
  take(b: Uint8Array, start: number, end: number, header: Header): Verdict {
    const { id, total, number, bodyAt, bodyEnd } = header;
    const key = keyOf(header);
    const known = this.#messages.get(key);
    // Some terminals begin their serials anew: a first part that tells is judged by itself, whatever came before under its serial.
    const anew = known?.out !== undefined && number === 1 && Number.isFinite(tellingOctets(id));
    if (known?.out !== undefined && !anew) return { kind: 'judged', out: known.out };
    const message = known === undefined || anew ? { parts: new Map<number, HeldPart>(), octets: 0 } : known;
    this.#messages.set(key, message);
    if (message.parts.has(number)) return { kind: 'again' };
    const octets = new Uint8Array(b.subarray(start, end));
    message.parts.set(number, { number, octets, at: bodyAt - start, end: bodyEnd - start });
    message.octets += octets.length;
    this.#octets += octets.length;
    this.#shrink();
    const parts = [...message.parts.values()].sort((one, other) => one.number - other.number);
    const first = parts[0]!;
    const enough = first.number === 1 && first.end - first.at >= tellingOctets(id);
    if (!enough && parts.length < total) return { kind: 'wait' };
    return { kind: 'judge', body: bodyOf(enough ? [first] : parts), parts };
  }

  /** The message of a part was judged: its other parts go the same way. */
  settle(header: Header, out: boolean): void {
    const message = this.#messages.get(keyOf(header));
    if (message === undefined) return;
    this.#octets -= message.octets;
    message.octets = 0;
    message.parts.clear();
    message.out = out;
  }

  #shrink(): void {
    for (const [key, { octets }] of this.#messages) {
      if (this.#messages.size <= MAX_MESSAGES && this.#octets <= MAX_OCTETS) return;
      this.#messages.delete(key);
      this.#octets -= octets;
    }
  }
}

/** All parts have consecutive serials: what this gives is that of the first. */
function keyOf({ id, total, number, serial }: Header): string {
  return `${id}.${total}.${(serial - number + 1) & 0xffff}`;
}

function bodyOf(parts: readonly HeldPart[]): Uint8Array {
  const body = new Uint8Array(parts.reduce((sum, { at, end }) => sum + end - at, 0));
  let to = 0;
  for (const { octets, at, end } of parts) {
    body.set(octets.subarray(at, end), to);
    to += end - at;
  }
  return body;
}
