/** Packets and frames of media streams: captures of other projects, any split, losses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeMediaFrame,
  MAX_MEDIA_PACKET,
  type MediaFrame,
  MediaFrames,
  type MediaHeader,
  MediaSplitter,
  type SimSize,
  writeMediaHeader,
} from '../../../protocol/index.ts';
import { octetsOf, vectors } from '../../support/vectors.ts';

interface Found {
  readonly header: MediaHeader;
  readonly body: Uint8Array;
}

/** Everything that a splitter finds in chunks, and how many octets it gave up. */
function split(chunks: readonly Uint8Array[], splitter = new MediaSplitter()): { packets: Found[]; noise: number } {
  const packets: Found[] = [];
  let noise = 0;
  for (const chunk of chunks) {
    splitter.feed(chunk, {
      packet: (header, b, start, end) => packets.push({ header: { ...header }, body: b.slice(start, end) }),
      noise: (octets) => (noise += octets),
    });
  }
  return { packets, noise };
}

const KINDS = ['iFrame', 'pFrame', 'bFrame', 'audio', 'transparent'];
const PARTS = ['whole', 'first', 'last', 'middle'];
const captured = vectors({ protocol: 'jt1078', kind: 'frame' }).filter(({ lengthOk }) => lengthOk !== false);

describe('captured packets', () => {
  it.each(captured)('$id is read to its last octet and written back', (vector) => {
    const octets = octetsOf(vector);
    const { packets, noise } = split([octets]);
    expect(noise).toBe(0);
    expect(packets).toHaveLength(1);
    const { header, body } = packets[0]!;
    const said = vector.header as unknown as Record<string, number | string>;
    if (header.simSize === 6 && said['sim'] !== undefined) {
      expect(header).toMatchObject({ serial: said['sn'], sim: said['sim'], channel: said['channel'] });
      expect([KINDS.indexOf(header.kind), PARTS.indexOf(header.part)]).toEqual([said['dataType'], said['subpackage']]);
      expect([header.payloadType, Number(header.marker), header.timestamp]).toEqual([
        said['pt'],
        said['m'],
        said['timestamp'] ?? 0,
      ]);
      expect([header.sinceIFrame, header.sinceFrame]).toEqual([said['lastIFrame'] ?? 0, said['lastFrame'] ?? 0]);
    }
    const room = new Uint8Array(octets.length);
    const end = writeMediaHeader(header, room, 0);
    room.set(body, end);
    expect(room).toEqual(octets);
  });

  it('with a SIM number of ten octets are told from those with six', () => {
    const vector = vectors({ protocol: 'jt1078' }).find(({ id }) => id === 'traccar1078-1')!;
    const { packets, noise } = split([octetsOf(vector)]);
    expect(noise).toBe(0);
    expect(packets[0]!.header).toMatchObject({ sim: '00000866496077582164', simSize: 10, channel: 1, length: 103 });
  });

  it('that end inside the header are waited for', () => {
    const splitter = new MediaSplitter();
    const octets = Uint8Array.from(Buffer.from('3031636480610001', 'hex'));
    expect(split([octets], splitter)).toEqual({ packets: [], noise: 0 });
    expect(splitter.kept).toBe(octets.length);
  });
});

const anyFrame: fc.Arbitrary<MediaFrame> = fc
  .record({
    sim: fc.constant('013800138000'),
    channel: fc.integer({ min: 1, max: 37 }),
    kind: fc.constantFrom<MediaFrame['kind']>('iFrame', 'pFrame', 'bFrame', 'audio', 'transparent'),
    payloadType: fc.nat(127),
    timestamp: fc.nat(Number.MAX_SAFE_INTEGER),
    sinceIFrame: fc.nat(65_535),
    sinceFrame: fc.nat(65_535),
    octets: fc.uint8Array({ minLength: 1, maxLength: 3000 }),
  })
  .map((frame) => ({
    ...frame,
    ...(frame.kind === 'transparent' ? { timestamp: 0 } : {}),
    ...(frame.kind === 'transparent' || frame.kind === 'audio' ? { sinceIFrame: 0, sinceFrame: 0 } : {}),
  }));

function pieces(octets: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (octets.length + 1)).toSorted((a, b) => a - b), octets.length];
  return at.slice(1).map((end, i) => octets.slice(at[i], end));
}

function assembled(packets: readonly Found[], frames = new MediaFrames()): MediaFrame[] {
  return packets.flatMap(({ header, body }) => frames.take(header, body, 0, body.length) ?? []);
}

describe('frames', () => {
  it.each([6, 10] as const)(
    'come back whole from packets cut anywhere, SIM numbers of %i octets',
    (simSize: SimSize) => {
      fc.assert(
        fc.property(
          fc.array(anyFrame, { minLength: 1, maxLength: 4 }),
          fc.array(fc.nat(), { maxLength: 8 }),
          (list, cuts) => {
            let serial = 65_530;
            const octets = list.flatMap((frame) => {
              const made = encodeMediaFrame({ ...frame, sim: frame.sim.padStart(2 * simSize, '0') }, serial, simSize);
              serial = (serial + made.length) & 0xffff;
              return made;
            });
            const { packets, noise } = split(pieces(Buffer.concat(octets), cuts), new MediaSplitter({ simSize }));
            expect(noise).toBe(0);
            // Frames of several channels interleave by whole frames here, so each has its own run of serials.
            const frames = new Map<string, MediaFrames>();
            const back = packets.flatMap(({ header, body }) => {
              const key = `${header.sim}/${header.channel}`;
              if (!frames.has(key)) frames.set(key, new MediaFrames());
              return frames.get(key)!.take(header, body, 0, body.length) ?? [];
            });
            expect(back.map(({ octets: own }) => Buffer.from(own).toString('hex'))).toEqual(
              list.map(({ octets: own }) => Buffer.from(own).toString('hex')),
            );
            expect(back.map(({ kind, timestamp }) => ({ kind, timestamp }))).toEqual(
              list.map(({ kind, timestamp }) => ({ kind, timestamp })),
            );
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  const frame: MediaFrame = {
    sim: '013800138000',
    channel: 1,
    kind: 'iFrame',
    payloadType: 98,
    timestamp: 1000,
    sinceIFrame: 0,
    sinceFrame: 40,
    octets: Uint8Array.from({ length: 2500 }, (_, i) => i & 0x7f),
  };
  const packets = split(encodeMediaFrame(frame, 7)).packets;

  it('with a packet missing are dropped and counted, and the next one is whole', () => {
    const frames = new MediaFrames();
    const next = split(encodeMediaFrame({ ...frame, timestamp: 1040 }, 10)).packets;
    expect(assembled([packets[0]!, packets[2]!, ...next], frames)).toEqual([{ ...frame, timestamp: 1040 }]);
    expect(frames.lost).toBe(1);
  });

  it('of sound may come between the packets of a video frame', () => {
    const [first, ...rest] = packets;
    const sound: MediaFrame = { ...frame, kind: 'audio', payloadType: 6, sinceFrame: 0, octets: Uint8Array.of(1, 2) };
    const between = split(encodeMediaFrame(sound, 8)).packets;
    const moved = rest.map(({ header, body }) => ({ header: { ...header, serial: header.serial + 1 }, body }));
    expect(assembled([first!, ...between, ...moved])).toEqual([sound, frame]);
  });

  it('above the bound are dropped', () => {
    const frames = new MediaFrames({ maxFrame: 1500 });
    expect(assembled(packets, frames)).toEqual([]);
    expect(frames.lost).toBe(1);
  });

  it('of more channels than the bound push out the oldest', () => {
    const frames = new MediaFrames({ maxChannels: 2 });
    const begin = (channel: number): void => {
      const { header, body } = packets[0]!;
      frames.take({ ...header, channel }, body, 0, body.length);
    };
    for (const channel of [1, 2, 3]) begin(channel);
    expect(frames.lost).toBe(1);
  });
});

describe('noise', () => {
  it('is skipped, and what follows is read', () => {
    const octets = octetsOf(captured[0]!);
    const noise = Uint8Array.from([0x30, 0x31, 0x63, 0x30, 1, 2, 3]);
    const found = split([noise, octets, noise, octets]);
    expect(found.packets).toHaveLength(2);
    expect(found.noise).toBe(2 * noise.length);
  });

  it('of any octets costs no more memory than one packet, and does not throw', () => {
    const magic = fc.constant(Uint8Array.of(0x30, 0x31, 0x63, 0x64, 0x81, 0xe2));
    fc.assert(
      fc.property(fc.array(fc.oneof(magic, fc.uint8Array({ maxLength: 60 })), { maxLength: 30 }), (chunks) => {
        const splitter = new MediaSplitter();
        const total = chunks.reduce((sum, { length }) => sum + length, 0);
        const { packets, noise } = split(chunks, splitter);
        expect(splitter.kept).toBeLessThan(MAX_MEDIA_PACKET);
        expect(noise + splitter.kept).toBeLessThanOrEqual(total);
        if (packets.length === 0) expect(noise + splitter.kept).toBe(total);
      }),
    );
  });
});
