/** The stream of attachments: any cut gives the same, noise costs itself, memory is bounded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AttachmentSplitter,
  encodeFilePacket,
  encodeFrame,
  FILE_NAME_ROOM,
  type FileNameForm,
  nameInPacket,
  ProtocolError,
} from '../../../protocol/index.ts';

type Found =
  | readonly [kind: 'packet', hex: string]
  | readonly [kind: 'file', name: string, offset: number, hex: string];

const hexOf = (b: Uint8Array): string => Buffer.from(b).toString('hex');

/** What a splitter finds, pieces of data that follow on each other put together, and how much it gave up. */
function split(chunks: readonly Uint8Array[], form: FileNameForm = 'fixed'): { found: Found[]; noise: number } {
  const splitter = new AttachmentSplitter();
  splitter.nameForm = form;
  const found: Found[] = [];
  let noise = 0;
  for (const chunk of chunks) {
    splitter.feed(chunk, {
      packet: (b, start, end) => void found.push(['packet', hexOf(b.subarray(start, end))]),
      fault: (_reason, _b, start, end) => void (noise += end - start),
      data({ name, offset: from }, offset, b, start, end) {
        const last = found.at(-1);
        const hex = hexOf(b.subarray(start, end));
        const goesOn =
          offset > from && last?.[0] === 'file' && last[1] === name && last[2] + last[3].length / 2 === offset;
        if (goesOn) found[found.length - 1] = ['file', name, last[2], last[3] + hex];
        else found.push(['file', name, offset, hex]);
      },
    });
  }
  return { found, noise };
}

/** From go-jt808's tests: "alarm.xlsx", five octets at 1. */
const SAMPLE = `30316364${Buffer.from('alarm.xlsx').toString('hex').padEnd(100, '0')}00000001000000050102030405`;

describe('a file packet', () => {
  it('is written as other projects write it, and read back', () => {
    expect(hexOf(encodeFilePacket('alarm.xlsx', 1, Uint8Array.of(1, 2, 3, 4, 5)))).toBe(SAMPLE);
    expect(split([Buffer.from(SAMPLE, 'hex')])).toEqual({ found: [['file', 'alarm.xlsx', 1, '0102030405']], noise: 0 });
  });

  it('has the beginning of a name that is too long, and all of it where its length stands before it', () => {
    const name = `${'测'.repeat(30)}.jpg`;
    const octets = Uint8Array.of(9);
    const [file] = split([encodeFilePacket(name, 0, octets)]).found;
    expect(file).toEqual(['file', nameInPacket(name), 0, '09']);
    expect(nameInPacket(name)).toBe('测'.repeat(FILE_NAME_ROOM / 2));
    const prefixed = split([encodeFilePacket(name, 0, octets, 'prefixed')], 'prefixed').found;
    expect(prefixed).toEqual([['file', name, 0, '09']]);
  });

  it.each([
    ['a name of too many octets', '9'.repeat(256), 0],
    ['a name without a code', 'photo-\u{1f600}.jpg', 0],
    ['a place behind the largest file', 'a.jpg', 0xffff_ffff],
  ])('is not written for %s', (_, name, offset) => {
    expect(() => encodeFilePacket(name, offset, Uint8Array.of(1), 'prefixed')).toThrow(ProtocolError);
  });

  it('that says to have more data than the bound is no packet', () => {
    const head = encodeFilePacket('a.jpg', 0, new Uint8Array(0));
    head.set([0x7f, 0xff, 0xff, 0xff], head.length - 4);
    const frame = encodeFrame({ id: 0x1212, revision: 2013, phone: '1', serial: 1, body: Uint8Array.of(1) });
    const { found, noise } = split([head, frame]);
    expect(found).toHaveLength(1);
    expect(noise).toBe(head.length);
  });
});

const anyFrame = fc
  .record({ id: fc.nat(0xffff), serial: fc.nat(0xffff), body: fc.uint8Array({ maxLength: 200 }) })
  .map((fields) => encodeFrame({ ...fields, revision: 2013, phone: '13800138000' }));
const anyFile = (form: FileNameForm): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.stringMatching(/^[a-z0-9_]{1,30}\.jpg$/), fc.nat(100_000), fc.uint8Array({ maxLength: 500 }))
    .map(([name, offset, data]) => encodeFilePacket(name, offset, data, form));

function cut(octets: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (octets.length + 1)).toSorted((a, b) => a - b), octets.length];
  return at.slice(1).map((end, i) => octets.slice(at[i], end));
}

describe('a stream of frames and file packets', () => {
  it.each(['fixed', 'prefixed'] as const)('comes out the same however it is cut, names %s', (form) => {
    const stream = fc.array(fc.oneof(anyFrame, anyFile(form)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (parts, places) => {
        const whole = Buffer.concat(parts);
        const expected = parts.flatMap((part) => split([part], form).found);
        expect(split([whole], form)).toEqual({ found: expected, noise: 0 });
        expect(split(cut(whole, places), form)).toEqual({ found: expected, noise: 0 });
        expect(
          split(
            Array.from(whole, (octet) => Uint8Array.of(octet)),
            form,
          ),
        ).toEqual({ found: expected, noise: 0 });
      }),
      { numRuns: 80 },
    );
  });

  it('goes on behind noise, and behind a frame that lost its first flag', () => {
    const file = encodeFilePacket('a.jpg', 0, Uint8Array.of(0x7e, 0x30, 0x31, 0x63, 0x64, 0x7d));
    const frame = encodeFrame({ id: 0x1212, revision: 2013, phone: '1', serial: 1, body: Uint8Array.of(1) });
    const { found } = split([Buffer.concat([Buffer.from('hello 01c'), file, frame.subarray(5), file, frame])]);
    expect(found.map(([kind]) => kind)).toEqual(['file', 'file', 'packet']);
  });

  it('of any octets gives up what it does not understand, and does not throw', () => {
    const likely = fc.constantFrom(Uint8Array.of(0x7e), Uint8Array.of(0x30, 0x31, 0x63, 0x64), new Uint8Array(62));
    fc.assert(
      fc.property(fc.array(fc.oneof(likely, fc.uint8Array({ maxLength: 80 })), { maxLength: 40 }), (chunks) => {
        const { noise } = split(chunks);
        expect(noise).toBeLessThanOrEqual(chunks.reduce((sum, { length }) => sum + length, 0));
      }),
    );
  });

  it('holds no more of a frame without an end than a frame may have', () => {
    const endless = [Uint8Array.of(0x7e), ...Array.from({ length: 100 }, () => new Uint8Array(100).fill(1))];
    const frame = encodeFrame({ id: 0x1212, revision: 2013, phone: '1', serial: 1, body: Uint8Array.of(1) });
    const { found, noise } = split([...endless, frame]);
    expect(found).toHaveLength(1);
    expect(noise).toBe(10_001);
  });
});
