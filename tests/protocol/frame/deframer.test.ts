import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deframer } from '../../../protocol/frame/deframer.ts';
import { MAX_FRAME } from '../../../protocol/frame/escape.ts';
import { quirkNames } from '../../../protocol/frame/quirks.ts';
import { octetsOf, vectors } from '../../support/vectors.ts';
import { anyPacket, collect, collector, concat, cut, frameOf, hexOf, nastyOctet, octets, packetOf } from './collect.ts';

const PHONE = [0x01, 0x39, 0x12, 0x34, 0x56, 0x78];
const heartbeat = packetOf(0x0002, PHONE, 1, []);
const HEARTBEAT = '7e000200000139123456780001337e';
const LOCATION =
  '7e020000280139123456787d027d01000000010000000301dae80007404c310019025d005a2401311259590104000186a03001183101093a7e';
const locationPacket = octets(
  '020000280139123456787e7d000000010000000301dae80007404c310019025d005a2401311259590104000186a03001183101 09',
);

describe('a stream of frames', () => {
  test('gives each packet without flags, escapes and check octet', () => {
    const { packets, faults, deframer } = collect(HEARTBEAT + LOCATION);
    expect(packets).toEqual([hexOf(heartbeat), hexOf(locationPacket)]);
    expect(faults).toEqual([]);
    expect(deframer.kept).toBe(0);
  });

  test('gives the same packets wherever it is cut in two', () => {
    const stream = octets(HEARTBEAT + LOCATION + HEARTBEAT);
    for (let at = 0; at <= stream.length; at++) {
      const { packets, faults } = collect(stream.subarray(0, at), stream.subarray(at));
      expect(packets, `cut at ${at}`).toEqual([hexOf(heartbeat), hexOf(locationPacket), hexOf(heartbeat)]);
      expect(faults).toEqual([]);
    }
  });

  test('gives the packets of every vector, whole and octet by octet', () => {
    const frames = vectors({ protocol: 'jt808', kind: 'frame' }).map(octetsOf);
    for (const frame of frames) {
      const whole = collect(frame);
      expect(whole.packets).toHaveLength(1);
      expect(hexOf(frameOf(octets(whole.packets[0]!)))).toBe(hexOf(frame));
      const single = collect(...Array.from(frame, (octet) => Uint8Array.of(octet)));
      expect(single.packets).toEqual(whole.packets);
    }
    const stream = concat(frames);
    expect(collect(stream).packets).toHaveLength(frames.length);
  });

  test('is cut as the streams of go-jt808 say, and goes on where that gives up', () => {
    for (const vector of vectors({ protocol: 'jt808', kind: 'stream' })) {
      const { packets } = collect(octetsOf(vector));
      const frames = (vector.expect['frames'] ?? []) as readonly string[];
      const found = packets.map((packet) => hexOf(frameOf(octets(packet))));
      expect(found.slice(0, frames.length), vector.id).toEqual(frames);
    }
  });

  test('passes a frame that lies whole in the chunk as a view of it', () => {
    const chunk = octets(HEARTBEAT);
    let seen: Uint8Array | undefined;
    new Deframer().feed(chunk, { packet: (b) => (seen = b), fault: () => expect.unreachable() });
    expect(seen).toBe(chunk);
  });

  test('finds flags and escapes at every alignment of the chunk in its buffer', () => {
    const stream = concat([
      octets(HEARTBEAT),
      octets(LOCATION),
      ...Array.from({ length: 20 }, () => octets(HEARTBEAT)),
    ]);
    for (let offset = 0; offset < 8; offset++) {
      const buffer = new Uint8Array(1024);
      buffer.set(stream, offset);
      const { packets } = collect(buffer.subarray(offset, offset + stream.length));
      expect(packets).toHaveLength(22);
      expect(packets[1]).toBe(hexOf(locationPacket));
    }
  });
});

describe('noise', () => {
  test('changes nothing about the frames around it, however all of it is cut into chunks', () => {
    const piece = fc.oneof(
      { weight: 2, arbitrary: anyPacket.map((packet) => ({ packet: hexOf(packet), octets: frameOf(packet) })) },
      {
        weight: 1,
        arbitrary: fc
          .array(nastyOctet, { maxLength: 40 })
          .map((noise) => ({ packet: '', octets: Uint8Array.from(noise) })),
      },
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 20 }), (pieces, places) => {
        const stream = concat(pieces.map((each) => each.octets));
        const whole = collect(stream);
        whole.end();
        const pending = [...whole.packets];
        for (const { packet } of pieces) {
          if (packet === '') continue;
          // Noise may hold spans whose check fits by chance: those stand between the frames that were sent.
          expect(pending).toContain(packet);
          pending.splice(0, pending.indexOf(packet) + 1);
        }
        const chunked = collect(...cut(stream, places));
        chunked.end();
        expect(chunked.packets).toEqual(whole.packets);
        expect(chunked.quirks).toEqual(whole.quirks);
        expect(chunked.faults).toEqual(whole.faults);
      }),
      { numRuns: 2000 },
    );
  });

  test('never throws and never keeps more than the longest frame, whatever the octets', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 }), (chunks) => {
        const all = collector();
        for (const chunk of chunks) {
          all.feed(chunk);
          expect(all.deframer.kept).toBeLessThanOrEqual(MAX_FRAME);
        }
        all.end();
        expect(all.deframer.kept).toBe(0);
      }),
    );
  });

  test('is handed over as it came, so that packets, flags and faults add up to the stream', () => {
    fc.assert(
      fc.property(fc.array(nastyOctet, { maxLength: 400 }), fc.array(fc.nat(), { maxLength: 5 }), (noise, places) => {
        const stream = Uint8Array.from(noise);
        const all = collect(...cut(stream, places));
        all.end();
        fc.pre(all.packets.length === 0);
        const given = all.faults.map((fault) => fault.hex).join('');
        const left = given.replace(/(?:..)/g, (octet) => (octet === '7e' ? '' : octet));
        expect(left).toBe(hexOf(stream).replace(/(?:..)/g, (octet) => (octet === '7e' ? '' : octet)));
      }),
    );
  });

  test('of another protocol is one fault a run and keeps nothing', () => {
    const get = 'GET / HTTP/1.1\r\nHost: example\r\n\r\n';
    const { faults, deframer, packets } = collect(Buffer.from(get), Buffer.from(get), HEARTBEAT);
    expect(faults).toEqual([{ reason: 'delimiter', hex: Buffer.from(get + get).toString('hex') }]);
    expect(packets).toEqual([hexOf(heartbeat)]);
    expect(deframer.kept).toBe(0);
  });

  test('between frames is called delimiter, a frame that fails by its own reason', () => {
    const badCheck = HEARTBEAT.replace('337e', '347e');
    const badEscape = '7e0002000001391234567d0500 01337e';
    const rows: [string, string[]][] = [
      [`${HEARTBEAT}2424${HEARTBEAT}`, ['delimiter']],
      [`55667e${HEARTBEAT}`, ['delimiter']],
      [badCheck + HEARTBEAT, ['checksum']],
      [HEARTBEAT + badCheck + HEARTBEAT, ['checksum']],
      [HEARTBEAT + badCheck.slice(2) + HEARTBEAT, ['checksum']],
      [badEscape + HEARTBEAT, ['escape']],
      [`7e00020000013912345678000133 7d${HEARTBEAT}`, ['escape']],
    ];
    for (const [stream, reasons] of rows) {
      const { faults, packets } = collect(stream);
      expect(
        faults.map((fault) => fault.reason),
        stream,
      ).toEqual(reasons);
      expect(packets.at(-1), stream).toBe(hexOf(heartbeat));
    }
  });
});

/** The first octets of a frame that declares 1,000 of body. */
function encodeCut(size: number): Uint8Array {
  return packetOf(0x0900, PHONE, 1, new Array<number>(1000).fill(0x42)).subarray(0, size);
}

describe('the bound of 2,092 octets', () => {
  const long = packetOf(0x0900, PHONE, 1, []).length;
  const worst = Uint8Array.from([...packetOf(0x0900, PHONE, 1, []), ...new Array<number>(1045 - 1 - long).fill(0x7e)]);

  test('takes the longest frame there is', () => {
    const frame = frameOf(worst);
    expect(frame.length).toBeGreaterThan(2050);
    expect(collect(frame).packets).toEqual([hexOf(worst)]);
    expect(collect(...cut(frame, [1, 700, 1400, 2000])).packets).toEqual([hexOf(worst)]);
  });

  test.each([
    ['in one chunk', [] as number[]],
    ['in many', Array.from({ length: 60 }, (_, i) => i * 100)],
    ['in two, the flag in the second', [2000]],
  ])('drops more than that without a flag, once, and finds the next frame: %s', (_, places) => {
    const flood = new Uint8Array(5000).fill(0x41);
    const stream = concat([Uint8Array.of(0x7e), flood, octets(HEARTBEAT)]);
    const { packets, faults } = collect(...cut(stream, places));
    expect(packets).toEqual([hexOf(heartbeat)]);
    expect(faults).toEqual([{ reason: 'delimiter', hex: hexOf(flood) }]);
  });

  test('holds for a frame cut short and what follows it', () => {
    const short = encodeCut(900);
    const stream = concat([
      Uint8Array.of(0x7e),
      short,
      Uint8Array.of(0x7e),
      new Uint8Array(1901).fill(0x41),
      octets(HEARTBEAT),
    ]);
    for (const places of [[], [1500], [2300], [905, 2400]]) {
      const { packets, faults } = collect(...cut(stream, places));
      expect(packets).toEqual([hexOf(heartbeat)]);
      expect(faults.map((fault) => [fault.reason, fault.hex.length / 2])).toEqual([
        ['checksum', 900],
        ['delimiter', 1901],
      ]);
    }
  });
});

describe('terminals that do not escape', () => {
  const raw =
    '7e0200005b01234567891000110000000000000000020a3aac067eaa2400000000000022083117155601040000014a30011d310100eb31000c00b28986049401208044782200060089fffffffe000600c5ffffffe7000b00d801cc0090050fec20c7000400b71d00947e';

  test('have their frame put together where a flag inside the body was sent raw, wherever the chunks end', () => {
    const stream = octets(HEARTBEAT + raw + HEARTBEAT);
    for (let at = 0; at <= stream.length; at++) {
      const { packets, quirks, faults } = collect(stream.subarray(0, at), stream.subarray(at));
      expect(packets).toEqual([hexOf(heartbeat), raw.slice(2, -4), hexOf(heartbeat)]);
      expect(quirks.map(quirkNames)).toEqual([[], ['unescaped-delimiter'], []]);
      expect(faults).toEqual([]);
    }
  });

  test('may send any number of raw flags, side by side and as the check octet', () => {
    const flags = [0x7e, 0x11, 0x7e, 0x7e, 0x22, 0x7e];
    const packet = packetOf(0x0900, PHONE, 9, [...flags, 0x55]);
    const checkIsFlag = packetOf(0x0900, PHONE, 9, [packet.reduce((x, octet) => x ^ octet, 0x7e ^ 0x55 ^ 1), ...flags]);
    for (const each of [packet, checkIsFlag]) {
      const check = each.reduce((x, octet) => x ^ octet, 0);
      const stream = Uint8Array.from([0x7e, ...each, check, 0x7e, ...octets(HEARTBEAT)]);
      const { packets, quirks, faults } = collect(stream);
      expect(packets).toEqual([hexOf(each), hexOf(heartbeat)]);
      expect(quirkNames(quirks[0]!)).toEqual(['unescaped-delimiter']);
      expect(faults).toEqual([]);
    }
    expect(checkIsFlag.reduce((x, octet) => x ^ octet, 0)).not.toBe(0);
  });

  test('are not waited for when only the check octet is missing and the flag is it', () => {
    const packet = packetOf(0x0002, PHONE, 1 ^ 0x33 ^ 0x7e, []);
    expect(packet.reduce((x, octet) => x ^ octet, 0)).toBe(0x7e);
    const { packets } = collect(Uint8Array.from([0x7e, ...packet, 0x7e]));
    expect(packets).toEqual([hexOf(packet)]);
  });

  test('may send the check octet 7D raw (go-jt808 bears it too)', () => {
    const { packets, quirks } = collect('7e0002000000000000067900007d7e');
    expect(packets).toEqual(['000200000000000006790000']);
    expect(quirkNames(quirks[0]!)).toEqual(['unescaped-check']);
  });

  test('do not cost the frame that follows one cut short', () => {
    const short = raw.slice(0, 120);
    for (const stream of [`${short}7e${LOCATION}`, short + LOCATION, `${short}7e7e7e${LOCATION}`]) {
      const { packets, faults } = collect(stream);
      expect(packets).toEqual([hexOf(locationPacket)]);
      expect(faults[0]!.reason).toBe('checksum');
    }
  });
});

describe('many links', () => {
  test('fed in turns with broken and split frames give what each gives alone', () => {
    const piece = fc.oneof(
      anyPacket.map((packet) => frameOf(packet)),
      fc.tuple(anyPacket, fc.nat()).map(([packet, at]) => {
        const frame = frameOf(packet);
        return Uint8Array.from([...frame.subarray(0, at % frame.length), 0x7e]);
      }),
    );
    const link = fc.record({
      stream: fc.array(piece, { minLength: 1, maxLength: 6 }).map(concat),
      places: fc.array(fc.nat(), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(link, { minLength: 2, maxLength: 5 }), (links) => {
        const together = links.map(() => collector());
        const chunks = links.map(({ stream, places }) => cut(stream, places));
        for (let turn = 0; turn < 10; turn++)
          for (const [i, all] of together.entries()) if (chunks[i]![turn] !== undefined) all.feed(chunks[i]![turn]!);
        for (const [i, all] of together.entries()) {
          all.end();
          const alone = collect(links[i]!.stream);
          alone.end();
          expect([all.packets, all.faults, all.quirks]).toEqual([alone.packets, alone.faults, alone.quirks]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a datagram link', () => {
  test('keeps nothing from one datagram to the next', () => {
    const all = collector({ datagram: true });
    const frame = octets(HEARTBEAT);
    all.feed(frame.subarray(0, 6));
    expect(all.deframer.kept).toBe(0);
    all.feed(frame.subarray(6));
    all.feed(frame);
    expect(all.packets).toEqual([hexOf(heartbeat)]);
    expect(all.faults.map((fault) => fault.reason)).toEqual(['delimiter', 'delimiter']);
  });
});

describe('defects of other implementations do not occur', () => {
  test('EMQX: a cut before an octet 01 or 02 does not undo an escape that was never there', () => {
    const packet = packetOf(0x0200, PHONE, 0x0102, [1, 2, 1, 2, 0x7d, 1, 0x7e, 2]);
    const frame = frameOf(packet);
    for (let at = 0; at <= frame.length; at++)
      expect(collect(frame.subarray(0, at), frame.subarray(at)).packets).toEqual([hexOf(packet)]);
  });

  test('EMQX: two flags between frames are no empty frame, and one shared flag serves both', () => {
    expect(collect(`7e7e${HEARTBEAT}7e7e7e${HEARTBEAT}`).packets).toHaveLength(2);
    const shared = collect(HEARTBEAT + HEARTBEAT.slice(2));
    expect(shared.packets).toHaveLength(2);
    expect(shared.faults).toEqual([]);
  });

  test('go-jt808: one stray octet in front costs no frame and nothing piles up', () => {
    const all = collector();
    all.feed(Uint8Array.of(0x30));
    const many = concat(Array.from({ length: 1000 }, () => octets(HEARTBEAT)));
    all.feed(many);
    expect(all.packets).toHaveLength(1000);
    expect(all.deframer.kept).toBe(0);
  });

  test('go-jt808: three flags are no frame', () => {
    const { packets, faults } = collect('7e7e7e');
    expect(packets).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('node-ULV: all frames of a chunk are given, and two links do not share a buffer', () => {
    expect(collect(HEARTBEAT.repeat(5)).packets).toHaveLength(5);
    const [a, b] = [collector(), collector()];
    const [first, second] = [octets(HEARTBEAT), octets(LOCATION)];
    a.feed(first.subarray(0, 7));
    b.feed(second.subarray(0, 20));
    a.feed(first.subarray(7));
    b.feed(second.subarray(20));
    expect([a.packets, b.packets]).toEqual([[hexOf(heartbeat)], [hexOf(locationPacket)]]);
  });

  test('JT808Gateway: a first octet that is no flag does not end the connection', () => {
    expect(collect(`00${HEARTBEAT}`).packets).toEqual([hexOf(heartbeat)]);
  });
});
