import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BeidouSplitter, encodeRdssFrame, encodeSentence } from '../../../protocol/index.ts';
import { MAX_SENTENCE } from '../../../protocol/beidou/sentence.ts';

const GGA = encodeSentence('GGA', { time: '07:07:23Z', quality: 'none' }, 'GB');
const CHINESE = encodeSentence('CCTXA', {
  destination: '0179773',
  class: 'ordinary',
  form: 'chinese',
  content: { text: '北斗' },
});
/** Its content holds a line end, a `$` and what looks like a sentence. */
const FRAME = encodeRdssFrame(
  'TXSQ',
  {
    destination: '0179773',
    acknowledge: 0,
    content: { octets: Uint8Array.of(0xa4, ...Buffer.from('\r\n$GNGGA,1*00\r\n$TXSQ\0')) },
  },
  '0166166',
);

type Found = readonly [kind: 'sentence' | 'frame', hex: string];

function split(chunks: readonly Uint8Array[]): {
  readonly found: Found[];
  readonly faults: string[];
  readonly most: number;
} {
  const found: Found[] = [];
  const faults: string[] = [];
  let most = 0;
  const splitter = new BeidouSplitter();
  const hex = (b: Uint8Array, start: number, end: number): string =>
    Buffer.from(b.subarray(start, end)).toString('hex');
  const sink = {
    sentence: (b: Uint8Array, start: number, end: number) => void found.push(['sentence', hex(b, start, end)]),
    frame: (b: Uint8Array, start: number, end: number) => void found.push(['frame', hex(b, start, end)]),
    fault: (reason: string) => void faults.push(reason),
  };
  for (const chunk of chunks) {
    splitter.feed(chunk, sink);
    most = Math.max(most, splitter.kept);
  }
  splitter.end(sink);
  expect(splitter.kept).toBe(0);
  return { found, faults, most };
}

const line = (octets: Uint8Array): Found => ['sentence', Buffer.from(octets).toString('hex').slice(0, -4)];
const frame: Found = ['frame', Buffer.from(FRAME).toString('hex')];

function cut(octets: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < octets.length; i++) {
    const size = sizes[i % sizes.length]!;
    chunks.push(octets.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

const piece = fc.oneof(
  fc.constantFrom(GGA, CHINESE, FRAME, GGA.subarray(0, 20), FRAME.subarray(0, 30), FRAME.subarray(12)),
  fc.uint8Array({ maxLength: 40 }),
  fc
    .array(fc.constantFrom(0x24, 0x2a, 0x0d, 0x0a, 0x41, 0x54, 0x00, 0x10, 0xb1), { maxLength: 30 })
    .map((all) => Uint8Array.from(all)),
);

describe('the splitter of a serial line', () => {
  test('finds sentences and binary frames in any order', () => {
    const { found, faults } = split([Buffer.concat([GGA, FRAME, CHINESE, FRAME, FRAME, GGA])]);
    expect(found).toEqual([line(GGA), frame, line(CHINESE), frame, frame, line(GGA)]);
    expect(faults).toEqual([]);
  });

  test('finds the same however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }),
        (pieces, sizes) => {
          const stream = Buffer.concat(pieces);
          expect(split(cut(stream, sizes)).found).toEqual(split([stream]).found);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('goes on after noise, and keeps no more than a sentence', () => {
    const noises = [
      Buffer.from('garbage without end'),
      Buffer.from('$GNGGA,cut in the mid'),
      FRAME.subarray(0, 25),
      Buffer.alloc(5000, 0x41),
      Buffer.concat([Buffer.from('$'), Buffer.alloc(5000, 0x41)]),
      Buffer.concat([FRAME.subarray(0, 20), Uint8Array.of(0xff), FRAME.subarray(21)]),
      Buffer.from('$TXSQ\x01\x2c'),
    ];
    for (const noise of noises) {
      const { found, faults, most } = split([noise, GGA, FRAME]);
      expect(found.slice(-2)).toEqual([line(GGA), frame]);
      expect(faults.length).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(MAX_SENTENCE);
    }
  });

  test('says that a frame failed by its check', () => {
    const broken = Uint8Array.from(FRAME);
    broken[broken.length - 1]! ^= 1;
    expect(split([broken]).faults[0]).toBe('checksum');
  });

  test('hands over a last sentence without a line end when the line is over', () => {
    expect(split([GGA.subarray(0, -2)]).found).toEqual([line(GGA)]);
    expect(split([GGA.subarray(0, -4)])).toMatchObject({ found: [], faults: ['delimiter'] });
  });
});
