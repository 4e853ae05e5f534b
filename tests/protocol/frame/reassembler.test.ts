import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../../protocol/frame/enframer.ts';
import { newHeader, readHeader, readJoinedHeader } from '../../../protocol/frame/header.ts';
import { quirkNames } from '../../../protocol/frame/quirks.ts';
import { type Offer, Reassembler, type ReassemblerOptions } from '../../../protocol/frame/reassembler.ts';
import { collect, hexOf, octets } from './collect.ts';

interface Part {
  readonly total: number;
  readonly number: number;
  readonly serial: number;
  readonly body?: string;
  readonly id?: number;
  readonly terminal?: string;
}

/** A reassembler with a clock to set and parts to offer in few words. */
function bench(options: ReassemblerOptions = {}) {
  const reassembler = new Reassembler(options);
  const header = newHeader();
  return {
    reassembler,
    now: 0,
    offer(part: Part): Offer {
      const { terminal = '13912345678', id = 0x0801, total, number, serial } = part;
      const body = octets(part.body ?? number.toString(16).padStart(4, '0'));
      const frame = encodeFrame({ id, revision: 2013, phone: terminal, serial, body, part: { total, number } });
      const b = octets(collect(frame).packets[0]!);
      expect(readHeader(b, 0, b.length, header)).toBeUndefined();
      return reassembler.offer({ terminal, b, header }, this.now);
    },
    body(part: Part): string | Offer {
      const offer = this.offer(part);
      if (typeof offer === 'string' || 'absent' in offer) return offer;
      const joined = newHeader();
      expect(readJoinedHeader(offer.octets, 0, offer.octets.length, joined)).toBeUndefined();
      return hexOf(offer.octets, joined.bodyAt, joined.bodyEnd);
    },
  };
}

/** Parts with the standard's consecutive serials. */
const parts = (total: number, first: number, fill = ''): Part[] =>
  Array.from({ length: total }, (_, i) => {
    const part = { total, number: i + 1, serial: (first + i) & 0xffff };
    return fill === '' ? part : { ...part, body: fill };
  });

describe('the parts of a message', () => {
  test('are joined in whatever order and however often they come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.nat({ max: 0xffff }),
        fc.infiniteStream(fc.nat()),
        (total, first, draws) => {
          const at = bench();
          const left = parts(total, first);
          const sent: Part[] = [];
          let last: string | Offer = 'waiting';
          while (left.length > 0) {
            expect(last).toBe('waiting');
            const [part] = left.splice(draws.next().value % left.length, 1);
            last = at.body(part!);
            sent.push(part!);
            expect(at.body(sent[draws.next().value % sent.length]!)).toBe('duplicate');
          }
          expect(last).toBe(
            parts(total, first)
              .map((part) => part.number.toString(16).padStart(4, '0'))
              .join(''),
          );
        },
      ),
    );
  });

  test('keep the header of part 1, without its package item', () => {
    const at = bench();
    at.offer({ total: 2, number: 2, serial: 8, body: 'bb' });
    const offer = at.offer({ total: 2, number: 1, serial: 7, body: 'aa' });
    if (typeof offer === 'string' || 'absent' in offer) return expect.unreachable();
    expect(hexOf(offer.octets)).toBe('080100010139123456780007aabb');
    expect([offer.parts, offer.quirks]).toEqual([2, 0]);
  });

  test('of two pictures of the same size do not mix, however they are interleaved', () => {
    const at = bench();
    const [a, b] = [parts(3, 100, 'aa'), parts(3, 103, 'bb')];
    expect([a[0], b[0], a[2], b[2], b[1]].map((part) => at.body(part!))).toEqual([
      'waiting',
      'waiting',
      'waiting',
      'waiting',
      'bbbbbb',
    ]);
    expect(at.body(a[1]!)).toBe('aaaaaa');
  });

  test('of other terminals and other messages are kept apart', () => {
    const at = bench();
    at.offer({ total: 2, number: 1, serial: 1 });
    expect(at.body({ total: 2, number: 2, serial: 2, terminal: '13800000000' })).toBe('waiting');
    expect(at.body({ total: 2, number: 2, serial: 2, id: 0x0704 })).toBe('waiting');
    expect(at.body({ total: 2, number: 2, serial: 2 })).toBe('00010002');
  });

  test.each([
    ['one serial for all (yezhihao)', [7, 7, 7, 7]],
    ['gaps where other messages went between', [0x31, 0x32, 0x35, 0x37]],
    ['gaps over the wrap', [0xfffe, 0xffff, 1, 2]],
  ])('may have %s', (_, serials) => {
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
    ]) {
      const at = bench();
      const offers = order.map((i) => at.offer({ total: 4, number: i + 1, serial: serials[i]!, body: `0${i}` }));
      const last = offers.at(-1)!;
      if (typeof last === 'string' || 'absent' in last) return expect.unreachable(`${order.join()}: ${offers.join()}`);
      expect(hexOf(last.octets).slice(24)).toBe('00010203');
      expect(quirkNames(last.quirks)).toEqual(['part-serials']);
    }
  });

  test('of a later picture are not taken for the missing ones of an earlier', () => {
    const at = bench();
    for (const part of parts(5, 10, 'aa').slice(0, 3)) at.offer(part);
    for (const part of parts(5, 15, 'bb').slice(3)) expect(at.body(part)).toBe('waiting');
    expect(at.reassembler.messages).toBe(2);
  });

  test('that come again after the message was complete are duplicates and ask for nothing', () => {
    const at = bench({ giveUpAfterMs: 60_000 });
    for (const part of parts(3, 5)) at.offer(part);
    for (const part of parts(3, 5)) expect(at.body(part)).toBe('duplicate');
    at.now = 60_000;
    expect(at.reassembler.expire(60_000)).toEqual([]);
    expect([at.reassembler.messages, at.reassembler.bytes, at.reassembler.nextDeadline()]).toEqual([0, 0, Infinity]);
  });

  test('may be as many as 65,535 times a header alone without being believed', () => {
    expect(bench().offer({ total: 65_535, number: 65_535, serial: 0 })).toBe('refused');
  });
});

describe('time', () => {
  test('asks for what is missing, again and again, and in the end gives up', () => {
    const at = bench({ askAfterMs: 10_000, asks: 2, giveUpAfterMs: 60_000 });
    at.offer({ total: 4, number: 2, serial: 21 });
    at.now = 3000;
    at.offer({ total: 4, number: 4, serial: 23 });
    const overdue = { terminal: '13912345678', id: 0x0801, total: 4, firstSerial: 20, missing: [1, 3], received: 2 };
    const rows: [number, object[], number][] = [
      [12_999, [], 13_000],
      [13_000, [{ kind: 'ask', asked: 0, ...overdue }], 23_000],
      [23_000, [{ kind: 'ask', asked: 1, ...overdue }], 33_000],
      [33_000, [], 63_000],
      [62_999, [], 63_000],
      [63_000, [{ kind: 'gaveUp', asked: 2, ...overdue }], Infinity],
    ];
    for (const [now, expected, next] of rows) {
      expect(at.reassembler.expire(now), `at ${now}`).toEqual(expected);
      expect(at.reassembler.nextDeadline(), `after ${now}`).toBe(next);
    }
    expect(at.reassembler.bytes).toBe(0);
  });

  test('starts afresh with every new part', () => {
    const at = bench({ askAfterMs: 10, asks: 1, giveUpAfterMs: 30 });
    for (const part of parts(9, 0).slice(0, 8)) {
      at.offer(part);
      at.now += 9;
      expect(at.reassembler.expire(at.now)).toEqual([]);
    }
    expect(at.reassembler.expire(at.now + 1)).toHaveLength(1);
  });

  test('names at most 255 missing parts, as 0x8003 of 2013 can', () => {
    const at = bench({ askAfterMs: 10 });
    at.offer({ total: 1000, number: 1, serial: 0 });
    const [ask] = at.reassembler.expire(10);
    if (ask?.kind !== 'ask') return expect.unreachable();
    expect(ask.missing).toHaveLength(255);
    expect(ask.missing[0]).toBe(2);
  });
});

describe('the bounds', () => {
  test('hold for octets, messages, and the messages of one terminal', () => {
    const octetsBound = bench({ maxBytes: 250 });
    expect(octetsBound.offer({ total: 3, number: 1, serial: 1 })).toBe('waiting');
    expect(octetsBound.offer({ total: 3, number: 2, serial: 2 })).toBe('waiting');
    expect(octetsBound.offer({ total: 3, number: 3, serial: 3 })).toBe('refused');
    const messages = bench({ maxMessages: 2 });
    for (const terminal of ['1', '2'])
      expect(messages.offer({ total: 2, number: 1, serial: 1, terminal })).toBe('waiting');
    expect(messages.offer({ total: 2, number: 1, serial: 1, terminal: '3' })).toBe('refused');
    messages.reassembler.forget('1');
    expect(messages.offer({ total: 2, number: 1, serial: 1, terminal: '3' })).toBe('waiting');
    const terminal = bench({ maxPerTerminal: 2 });
    for (const serial of [100, 200])
      expect(terminal.offer({ total: 2, number: 1, serial, body: `0${serial}` })).toBe('waiting');
    expect(terminal.offer({ total: 2, number: 2, serial: 201 })).toBeTypeOf('object');
    // The finished one goes first, then the oldest.
    expect(terminal.offer({ total: 2, number: 1, serial: 300 })).toBe('waiting');
    expect(terminal.reassembler.expire(0)).toEqual([]);
    expect(terminal.offer({ total: 2, number: 1, serial: 400 })).toBe('waiting');
    expect(terminal.reassembler.nextDeadline()).toBe(-Infinity);
    expect(terminal.reassembler.expire(0)).toMatchObject([{ kind: 'crowdedOut', firstSerial: 100, missing: [2] }]);
    expect(terminal.reassembler.messages).toBe(2);
  });

  test('hold for octets that are kept elsewhere too', () => {
    const at = bench({ maxStoredBytes: 5 });
    expect(at.offer({ total: 3, number: 1, serial: 1, body: 'aabbcc' })).toBe('waiting');
    expect(at.offer({ total: 3, number: 2, serial: 2, body: 'ddeeff' })).toBe('refused');
    expect(at.offer({ total: 3, number: 2, serial: 2, body: 'ddee' })).toBe('waiting');
    expect([at.reassembler.storedBytes, at.reassembler.messages]).toEqual([5, 1]);
    at.reassembler.forget('13912345678');
    expect([at.reassembler.storedBytes, at.reassembler.bytes, at.reassembler.messages]).toEqual([0, 0, 0]);
  });
});

describe('defects of other implementations do not occur', () => {
  test('jt808-server-go: a last part that comes first is no failure, and all parts reach the body', () => {
    const at = bench();
    expect(
      parts(3, 1)
        .toReversed()
        .map((part) => at.body(part)),
    ).toEqual(['waiting', 'waiting', '000100020003']);
  });

  test('jt808-server-go: what never completes does not stay for ever', () => {
    const at = bench();
    at.offer({ total: 2, number: 1, serial: 1 });
    at.reassembler.expire(1e9);
    at.reassembler.expire(2e9);
    expect(at.reassembler.messages).toBe(0);
  });

  test('SmallChi: a duplicate does not complete a message, and one that is complete leaves the others alone', () => {
    const at = bench();
    const other = parts(2, 500, 'ee');
    at.offer(other[0]!);
    const [one, two, three] = parts(3, 1, 'aa');
    expect([one, two, two, one].map((part) => at.body(part!))).toEqual([
      'waiting',
      'waiting',
      'duplicate',
      'duplicate',
    ]);
    expect(at.body(three!)).toBe('aaaaaa');
    expect(at.body(other[1]!)).toBe('eeee');
  });
});
