import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineCutter, type LineSink, MAX_KEPT } from '../../../../gateway/intake/serial/line-cutter.ts';
import { encodeRdssFrame } from '../../../../protocol/index.ts';
import { frameOf, ID, joined, locationBody, NOON, NOTHING } from '../../../support/terminal-frames.ts';
import { CAR } from '../support.ts';
import { sentence } from './support.ts';

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const FRAME = frameOf(CAR, ID.location, 1, locationBody({ time: NOON }));
const BEAT = frameOf(CAR, 0x0002, 2, NOTHING);
const RMC = latin1(sentence('GNRMC,070723.00,A,2309.30979,N,11330.00659,E,0.08,,070324,,,A,V'));
/** 北~ in GBK ends in 0x7e, and so does many a character. */
const CHINESE = latin1(sentence(`BDTXR,1,0179773,0,,${Buffer.from([0xb1, 0xb1, 0x90, 0x7e]).toString('latin1')}`));
const BINARY = encodeRdssFrame('TXSQ', {
  destination: '0179773',
  acknowledge: 0,
  content: { octets: Uint8Array.of(0xa4, 0x7e, 0x24, 0x7e, 0x0d) },
});

class Found implements LineSink {
  readonly units: string[] = [];
  readonly broken: string[] = [];
  lost = 0;
  unit(speech: string, b: Uint8Array, start: number, end: number): void {
    this.units.push(`${speech} ${Buffer.from(b.subarray(start, end)).toString('hex')}`);
  }
  damaged(speech: string): void {
    this.broken.push(speech);
  }
  noise(octets: number): void {
    this.lost += octets;
  }
}

function cut(stream: Uint8Array, sizes: readonly number[] = []): Found {
  const cutter = new LineCutter();
  const found = new Found();
  let at = 0;
  for (const size of sizes) {
    cutter.feed(stream.subarray(at, at + size), found);
    at = Math.min(stream.length, at + size);
  }
  cutter.feed(stream.subarray(at), found);
  cutter.settle(found);
  expect(cutter.kept).toBe(0);
  return found;
}

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const UNITS = [
  { octets: FRAME, is: `jt808 ${hex(FRAME)}` },
  { octets: BEAT, is: `jt808 ${hex(BEAT)}` },
  { octets: RMC, is: `sentence ${hex(RMC.subarray(0, -2))}` },
  { octets: CHINESE, is: `sentence ${hex(CHINESE.subarray(0, -2))}` },
  { octets: BINARY, is: `rdss ${hex(BINARY)}` },
];

describe('a line of several protocols', () => {
  test('gives every unit in its order, however it is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...UNITS), { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 40 }),
        (units, sizes) => {
          const found = cut(joined(...units.map(({ octets }) => octets)), sizes);
          expect(found.units).toEqual(units.map(({ is }) => is));
          expect([found.lost, found.broken]).toEqual([0, []]);
        },
      ),
    );
  });

  test('never gives up more than what a run of noise hides, and finds what follows it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.constantFrom(...UNITS),
        fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 20 }),
        (noise, unit, sizes) => {
          // A silence parts them, as it does on a line.
          const cutter = new LineCutter();
          const found = new Found();
          let at = 0;
          for (const size of sizes) {
            cutter.feed(noise.subarray(at, at + size), found);
            expect(cutter.kept).toBeLessThanOrEqual(MAX_KEPT);
            at += size;
          }
          cutter.feed(noise.subarray(at), found);
          cutter.settle(found);
          cutter.feed(unit.octets, found);
          cutter.settle(found);
          expect(found.units.at(-1)).toBe(unit.is);
        },
      ),
    );
  });
});

test('frames that share a flag are two', () => {
  const found = cut(joined(FRAME, BEAT.subarray(1), FRAME.subarray(1), RMC));
  expect(found.units.map((unit) => unit.split(' ')[0])).toEqual(['jt808', 'jt808', 'jt808', 'sentence']);
  expect(found.lost).toBe(0);
});

test('a sentence inside a frame that lost its end is found', () => {
  const found = cut(joined(FRAME.subarray(0, 20), RMC, FRAME));
  expect(found.units.map((unit) => unit.split(' ')[0])).toEqual(['sentence', 'jt808']);
});

test('a sentence that a frame cuts short costs itself', () => {
  const found = cut(joined(RMC.subarray(0, 30), FRAME, RMC));
  expect(found.units.map((unit) => unit.split(' ')[0])).toEqual(['jt808', 'sentence']);
});

test('a frame and a sentence with a wrong check are told as damaged, and are not units', () => {
  const frame = new Uint8Array(FRAME);
  frame[20]! ^= 1;
  const line = new Uint8Array(RMC);
  line[20]! ^= 1;
  const found = cut(joined(frame, line, BEAT));
  expect(found.broken).toEqual(['jt808', 'sentence']);
  expect(found.units).toEqual([UNITS[1]!.is]);
});
