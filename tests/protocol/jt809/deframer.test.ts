import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyPacket, collector, concat, cut, frameOf, hexOf, nasty, octets, packetOf, rawFrameOf } from './frames.ts';

const places = fc.array(fc.nat(), { maxLength: 12 });
/** Octets that can stand between frames: none of them begins one. */
const between = nasty(12).map((b) => b.filter((octet) => octet !== 0x5b));

describe('a stream of frames', () => {
  it('gives the same packets however it is cut', () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { minLength: 1, maxLength: 6 }), places, (packets, places) => {
        const all = collector();
        for (const chunk of cut(concat(packets.map(frameOf)), places)) all.feed(chunk);
        all.end();
        expect(all.packets).toEqual(packets.map((packet) => hexOf(packet)));
        expect(all.lenient.some(Boolean)).toBe(false);
        expect(all.faults).toEqual([]);
      }),
    );
  });

  it('is found again after noise, and every octet of noise is reported', () => {
    const part = fc.record({ noise: between, packet: anyPacket });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), places, (parts, places) => {
        const all = collector();
        const stream = concat(parts.flatMap(({ noise, packet }) => [noise, frameOf(packet)]));
        for (const chunk of cut(stream, places)) all.feed(chunk);
        all.end();
        expect(all.packets).toEqual(parts.map(({ packet }) => hexOf(packet)));
        expect(all.faults.map(({ hex }) => hex).join('')).toBe(parts.map(({ noise }) => hexOf(noise)).join(''));
        for (const { reason } of all.faults) expect(reason).toBe('delimiter');
      }),
    );
  });

  it('loses a damaged frame and none behind it, without waiting for more', () => {
    fc.assert(
      fc.property(anyPacket, anyPacket, fc.nat(), fc.integer({ min: 1, max: 255 }), (damaged, good, at, by) => {
        const frame = frameOf(damaged);
        const i = 1 + (at % (frame.length - 2));
        frame[i]! ^= by;
        const all = collector();
        all.feed(concat([frame, frameOf(good)]));
        expect(all.packets.at(-1)).toBe(hexOf(good));
      }),
      { numRuns: 500 },
    );
  });

  it('loses a frame that was cut short and none behind it', () => {
    fc.assert(
      fc.property(anyPacket, anyPacket, fc.nat(), (short, good, at) => {
        const frame = frameOf(short);
        const all = collector();
        all.feed(concat([frame.subarray(0, 1 + (at % (frame.length - 1))), frameOf(good)]));
        expect(all.packets).toEqual([hexOf(good)]);
        expect(all.faults).toHaveLength(1);
      }),
    );
  });
});

describe('a sender that knows no escapes', () => {
  it('is understood where each octet stands for itself', () => {
    for (const raw of ['5a', '5b', '5e', '5a01', '5e02', '5d', '5d5b', '5b5d', 'ff5aff5bff5dff5e']) {
      const packet = packetOf(0x1200, octets(`00${raw}00`));
      const all = collector();
      all.feed(rawFrameOf(packet));
      expect(all.packets, raw).toEqual([hexOf(packet)]);
      expect(all.lenient, raw).toEqual([true]);
      expect(all.faults, raw).toEqual([]);
    }
  });

  it('is understood among others, however the stream is cut', () => {
    const part = fc.record({ packet: anyPacket, raw: fc.boolean() });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), places, (parts, places) => {
        const all = collector();
        const stream = concat(parts.map(({ packet, raw }) => (raw ? rawFrameOf(packet) : frameOf(packet))));
        for (const chunk of cut(stream, places)) all.feed(chunk);
        all.end();
        expect(all.packets).toEqual(parts.map(({ packet }) => hexOf(packet)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is no frame', () => {
  it('has a reason', () => {
    const packet = packetOf(0x1005, new Uint8Array(0));
    const right = frameOf(packet);
    const wrongCrc = Uint8Array.from(right);
    wrongCrc[6]! ^= 0x80;
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['delimiter', octets('0d0a')],
      ['delimiter', right.subarray(0, 20)],
      ['header', octets('5b5d')],
      ['header', octets('5b00000000000000000000005d')],
      ['checksum', wrongCrc],
    ];
    for (const [reason, stream] of cases) {
      const all = collector();
      all.feed(stream);
      all.end();
      expect(all.faults).toEqual([{ reason, hex: hexOf(stream) }]);
      expect(all.packets).toEqual([]);
    }
  });

  it('is a frame whose length field is another than its octets, though the CRC be right', () => {
    const all = collector();
    all.feed(
      octets(
        '5b000000480000008510010133efb8010000000000270f300133efb8323031383039323030303030303030303030303030303030303030303030303132372e302e302e3103297d385d',
      ),
    );
    all.end();
    expect(all.faults.map(({ reason }) => reason)).toEqual(['length']);
  });

  it('is given up at the bound, and the next frame is found', () => {
    const packet = packetOf(0x1005, new Uint8Array(0));
    const endless = new Uint8Array(1000).fill(7);
    endless[0] = 0x5b;
    const all = collector({ maxFrame: 300 });
    all.feed(concat([endless, frameOf(packet)]));
    expect(all.packets).toEqual([hexOf(packet)]);
    expect(all.faults.map(({ hex }) => hex).join('')).toBe(hexOf(endless));
    for (const { hex } of all.faults) expect(hex.length).toBeLessThanOrEqual(600);
  });

  it('is never lost count of: every octet is in a packet or in a fault', () => {
    fc.assert(
      fc.property(nasty(400), places, (stream, places) => {
        const all = collector({ maxFrame: 64 });
        for (const chunk of cut(stream, places)) all.feed(chunk);
        all.end();
        expect(all.packets).toEqual([]);
        expect(all.faults.map(({ hex }) => hex).join('')).toBe(hexOf(stream));
      }),
      { numRuns: 500 },
    );
  });
});
