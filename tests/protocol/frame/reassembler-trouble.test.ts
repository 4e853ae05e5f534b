/** Sub-packages when things go wrong: memory runs short, answers come under other serials, terminals begin anew. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../../protocol/frame/enframer.ts';
import { type Header, newHeader, readHeader } from '../../../protocol/frame/header.ts';
import { type Offer, Reassembler, type ReassemblerOptions, type Whole } from '../../../protocol/frame/reassembler.ts';
import { collect, hexOf, octets } from './collect.ts';

const TERMINAL = '13912345678';
const HEADER_2013 = 12;

interface Part {
  readonly total: number;
  readonly number: number;
  readonly serial: number;
  readonly body: Uint8Array;
}

/** A picture cut into parts: every octet says which picture and which part it is of. */
function picture(name: number, total: number, first: number, size = 3): Part[] {
  return Array.from({ length: total }, (_, i) => ({
    total,
    number: i + 1,
    serial: (first + i) & 0xffff,
    body: Uint8Array.from({ length: size }, (_, at) => (name * 31 + i * 7 + at) & 0xff),
  }));
}

const bodyOf = (parts: readonly Part[]): string => parts.map(({ body }) => hexOf(body)).join('');

/** A reassembler whose parts are all kept on a shelf, as the journal keeps them. */
class Bench {
  readonly reassembler: Reassembler;
  now = 0;
  readonly #shelf: Uint8Array[] = [];

  constructor(options: ReassemblerOptions = {}) {
    this.reassembler = new Reassembler(options);
  }

  offer(part: Part, keep = false): Offer {
    const { total, number, serial, body } = part;
    const frame = encodeFrame({ id: 0x0801, revision: 2013, phone: TERMINAL, serial, body, part: { total, number } });
    const b = octets(collect(frame).packets[0]!);
    const header: Header = newHeader();
    readHeader(b, 0, b.length, header);
    const offer = this.reassembler.offer({ terminal: TERMINAL, b, header }, this.now);
    if (keep && offer === 'waiting') this.reassembler.stored(TERMINAL, header, this.#shelf.push(body));
    return offer;
  }

  /** The joined body; undefined where parts were lost from the shelf. */
  joined(whole: Whole, lost: readonly number[] = []): string | undefined {
    if (!('absent' in whole)) return hexOf(whole.octets).slice(2 * HEADER_2013);
    const fetched = new Map<number, Uint8Array>();
    for (const { number, place } of whole.absent)
      if (!lost.includes(number)) fetched.set(number, this.#shelf[place - 1]!);
    const joined = whole.join(fetched, this.now);
    return joined === undefined ? undefined : hexOf(joined.octets).slice(2 * HEADER_2013);
  }
}

function wholeIn(offer: Offer | undefined): Whole {
  if (offer === undefined || typeof offer === 'string') throw new Error(`not whole: ${String(offer)}`);
  return offer;
}

describe('octets that are kept elsewhere', () => {
  const parts = picture(1, 4, 100, 200);

  test('are let go when memory runs short, and fetched when all parts have come', () => {
    const at = new Bench({ maxBytes: 900 });
    const offers = parts.map((part) => at.offer(part, true));
    expect(offers.slice(0, 3)).toEqual(['waiting', 'waiting', 'waiting']);
    const whole = wholeIn(offers[3]);
    if (!('absent' in whole)) return expect.unreachable();
    expect(whole.absent.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(at.joined(whole)).toBe(bodyOf(parts));
    expect(at.reassembler.storedBytes).toBe(0);
    expect(parts.map((part) => at.offer(part))).toEqual(Array(4).fill('duplicate'));
  });

  test('that were never said to be kept stay in memory, and what has no room then is refused', () => {
    const at = new Bench({ maxBytes: 900 });
    expect(parts.map((part) => at.offer(part))).toEqual(['waiting', 'waiting', 'waiting', 'refused']);
  });

  test('are missing again when they are lost where they were kept', () => {
    const at = new Bench({ maxBytes: 900, askAfterMs: 10 });
    const whole = wholeIn(parts.map((part) => at.offer(part, true)).at(-1));
    expect(at.joined(whole, [2])).toBeUndefined();
    expect(at.reassembler.expire(10)).toMatchObject([{ kind: 'ask', missing: [2], received: 3 }]);
    const again = at.offer(parts[1]!);
    expect(at.joined(wholeIn(again))).toBe(bodyOf(parts));
    expect([at.reassembler.storedBytes, at.reassembler.bytes]).toEqual([0, 400]);
  });

  test('leave the beginning of the body, by which 0x8800 names a picture', () => {
    const at = new Bench({ maxBytes: 700, askAfterMs: 10 });
    for (const part of parts.slice(0, 3)) at.offer(part, true);
    expect(at.reassembler.bytes).toBeLessThan(700);
    const [ask] = at.reassembler.expire(10);
    if (ask?.kind !== 'ask') return expect.unreachable();
    expect(hexOf(ask.opening!)).toBe(hexOf(parts[0]!.body.subarray(0, 8)));
  });
});

describe('parts that were asked for', () => {
  test('are known by their serials at once', () => {
    const at = new Bench({ askAfterMs: 10 });
    const parts = picture(1, 3, 100);
    for (const i of [0, 2]) at.offer(parts[i]!);
    expect(at.reassembler.expire(10)).toMatchObject([{ kind: 'ask', missing: [2] }]);
    expect(at.joined(wholeIn(at.offer(parts[1]!)))).toBe(bodyOf(parts));
  });

  test('are known under new serials too, when the terminal knows of no message that would begin with those', () => {
    const at = new Bench({ askAfterMs: 10, asks: 1 });
    const parts = picture(1, 4, 100);
    for (const i of [1, 3]) at.offer(parts[i]!);
    at.reassembler.expire(10);
    at.now = 15;
    expect(at.offer({ ...parts[0]!, serial: 700 })).toBe('waiting');
    expect(at.offer({ ...parts[2]!, serial: 701 })).toBe('waiting');
    // Numbers 1 and 3 with serials side by side are of two messages by the rules.
    expect(at.reassembler.expire(25)).toMatchObject([
      { kind: 'ask', missing: [1, 2, 4] },
      { kind: 'ask', firstSerial: 700, missing: [2, 3, 4] },
    ]);
    expect(at.reassembler.expire(34)).toEqual([]);
    const [settled] = at.reassembler.expire(35);
    if (settled?.kind !== 'whole') return expect.unreachable();
    expect(at.joined(settled.whole)).toBe(bodyOf(parts));
    expect(at.reassembler.messages).toBe(1);
  });

  test('under new serials are left alone where they are not all that is missing, or came before it was asked for', () => {
    const at = new Bench({ askAfterMs: 10, asks: 1 });
    const [parts, early] = [picture(1, 4, 100), picture(2, 4, 300)];
    at.offer(parts[1]!);
    for (const i of [0, 2, 3]) at.offer(early[i]!);
    at.reassembler.expire(10);
    at.now = 15;
    at.offer({ ...parts[0]!, serial: 700 });
    for (const now of [25, 35, 45, 55]) for (const event of at.reassembler.expire(now)) expect(event.kind).toBe('ask');
    expect(at.reassembler.messages).toBe(3);
  });

  test('are not confused with the parts of a new picture of the same size that begins meanwhile', () => {
    const at = new Bench({ askAfterMs: 10 });
    const [first, second] = [picture(1, 3, 100), picture(2, 3, 500)];
    for (const i of [1, 2]) at.offer(first[i]!);
    expect(at.reassembler.expire(10)).toMatchObject([{ missing: [1] }]);
    at.now = 12;
    for (const part of second.slice(0, 2)) expect(at.offer(part)).toBe('waiting');
    expect(at.joined(wholeIn(at.offer(second[2]!)))).toBe(bodyOf(second));
    expect(at.joined(wholeIn(at.offer(first[0]!)))).toBe(bodyOf(first));
  });

  test('are not asked for while the terminal is away, and are asked for anew when it returns', () => {
    const at = new Bench({ askAfterMs: 10, asks: 1, giveUpAfterMs: 1000 });
    at.offer(picture(1, 2, 100)[0]!);
    const away = (): boolean => false;
    for (const now of [10, 20, 30]) expect(at.reassembler.expire(now, away)).toEqual([]);
    expect(at.reassembler.expire(40)).toMatchObject([{ kind: 'ask', asked: 0 }]);
    expect(at.reassembler.expire(200)).toEqual([]);
    at.reassembler.returned(TERMINAL, 300);
    expect(at.reassembler.expire(309)).toEqual([]);
    expect(at.reassembler.expire(310)).toMatchObject([{ kind: 'ask', asked: 0 }]);
    expect(at.reassembler.expire(1000)).toMatchObject([{ kind: 'gaveUp' }]);
  });
});

describe('a terminal that begins anew', () => {
  test('with other serials leaves nothing to ask for once it is through', () => {
    const at = new Bench({ askAfterMs: 10 });
    const parts = picture(1, 3, 100);
    at.offer(parts[0]!);
    const again = parts.map((part, i) => ({ ...part, serial: 800 + i }));
    expect(at.joined(wholeIn(again.map((part) => at.offer(part)).at(-1)))).toBe(bodyOf(parts));
    expect(at.reassembler.messages).toBe(1);
    expect(at.reassembler.expire(10)).toEqual([]);
  });

  test('with the same serials and another picture loses the first, and the two do not mix', () => {
    const at = new Bench();
    const [first, second] = [picture(1, 3, 0), picture(2, 3, 0)];
    for (const part of first.slice(0, 2)) at.offer(part);
    const offers = second.map((part) => at.offer(part));
    expect(at.joined(wholeIn(offers.at(-1)))).toBe(bodyOf(second));
    expect(at.reassembler.expire(0)).toMatchObject([{ kind: 'replaced', missing: [3], received: 2 }]);
  });

  test('after a picture was finished may use its serials for another', () => {
    const at = new Bench();
    const [first, second] = [picture(1, 2, 0), picture(2, 2, 0)];
    for (const parts of [first, second])
      expect(at.joined(wholeIn(parts.map((part) => at.offer(part)).at(-1)))).toBe(bodyOf(parts));
    expect(at.reassembler.expire(0)).toEqual([]);
  });
});

test('pictures of equal size come out whole, however their parts are shuffled, doubled, lost and asked for again', () => {
  fc.assert(
    fc.property(
      fc.record({
        total: fc.integer({ min: 2, max: 6 }),
        count: fc.integer({ min: 1, max: 4 }),
        order: fc.infiniteStream(fc.nat()),
        memory: fc.constantFrom(1 << 20, 2700),
        loss: fc.integer({ min: 0, max: 40 }),
      }),
      ({ total, count, order, memory, loss }) => {
        const at = new Bench({ askAfterMs: 10, asks: 50, giveUpAfterMs: 100_000, maxBytes: memory, maxPerTerminal: 9 });
        const pictures = Array.from({ length: count }, (_, n) => picture(n, total, 65_530 + n * total, 60));
        const draw = (): number => order.next().value;
        const found: string[] = [];
        const take = (part: Part): void => {
          const offer = at.offer(part, true);
          expect(offer).not.toBe('refused');
          if (typeof offer !== 'string') found.push(at.joined(offer)!);
        };
        const left = pictures.flat();
        while (left.length > 0) {
          const [part] = left.splice(draw() % left.length, 1);
          if (draw() % 100 < loss) continue;
          take(part!);
          if (draw() % 5 === 0) take(part!);
        }
        for (let round = 0; round < 60 && at.reassembler.nextDeadline() < 90_000; round++) {
          at.now = at.reassembler.nextDeadline();
          for (const event of at.reassembler.expire(at.now)) {
            if (event.kind !== 'ask') continue;
            const asked = pictures.find(([first]) => first!.serial === event.firstSerial);
            for (const number of event.missing) if (draw() % 100 >= loss) take(asked![number - 1]!);
          }
        }
        // A picture of which not one part came is unknown; every other one is whole, once.
        expect(new Set(found).size).toBe(found.length);
        for (const body of found) expect(pictures.map(bodyOf)).toContain(body);
        expect(at.reassembler.storedBytes).toBe(0);
        if (loss === 0) expect(found.length).toBe(count);
      },
    ),
  );
});
