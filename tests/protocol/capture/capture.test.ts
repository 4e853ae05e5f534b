import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import {
  type CapturedChunk,
  type CapturedFrame,
  CapturedFrames,
  CaptureError,
  encodeMessageJson,
  formatHex,
  parseHex,
  PcapngWriter,
} from '../../../protocol/index.ts';
import { CaptureReader, type CapturedPacket } from '../../../protocol/capture/capture-reader.ts';
import { payloadOf } from '../../../protocol/capture/payload.ts';
import { pcap, tcp, udp } from '../../real/support/pcap.ts';

const HEARTBEAT = parseHex('7e0002000001391234567800093b7e')!;
const [ANSWER] = encodeMessageJson({
  name: 'platformAck',
  phone: '013912345678',
  body: { replySerial: 9, replyId: 2, result: 'success' },
}) as [Uint8Array];
const TERMINAL = { address: '192.0.2.10', port: 40_001 };
const PLATFORM = { address: '192.0.2.1', port: 8808 };
const SOURCE = { application: 'xingji', interface: 'serial:/dev/ttyUSB0' };

function said(octets: Uint8Array, more: Partial<CapturedChunk> = {}): CapturedChunk {
  return { at: 1_767_571_200_123.456, transport: 'tcp', from: TERMINAL, to: PLATFORM, way: 'in', octets, ...more };
}

function fileOf(chunks: readonly CapturedChunk[]): Uint8Array {
  const writer = new PcapngWriter();
  return Buffer.concat([writer.head(SOURCE), ...chunks.map((chunk) => writer.chunk(chunk))]);
}

function packetsOf(file: Uint8Array, step = file.length): CapturedPacket[] {
  const found: CapturedPacket[] = [];
  const reader = new CaptureReader((packet) => found.push({ ...packet, octets: new Uint8Array(packet.octets) }));
  for (let at = 0; at < file.length; at += step) reader.feed(file.subarray(at, at + step));
  reader.end();
  return found;
}

function framesOf(file: Uint8Array): { frames: CapturedFrame[]; counts: CapturedFrames['counts'] } {
  const frames: CapturedFrame[] = [];
  const reader = new CapturedFrames((frame) => frames.push(frame));
  reader.feed(file);
  reader.end();
  return { frames, counts: reader.counts };
}

describe('a capture that was written', () => {
  test('is read again with time, direction, comment and octets, however it is cut', () => {
    const chunks = [
      said(HEARTBEAT, { comment: '心跳' }),
      said(ANSWER, { from: PLATFORM, to: TERMINAL, way: 'out', at: 1_767_571_200_200 }),
    ];
    const file = fileOf(chunks);
    for (const step of [1, 7, file.length]) {
      const packets = packetsOf(file, step);
      expect(packets.map(({ way, comment }) => [way, comment])).toEqual([
        ['in', '心跳'],
        ['out', undefined],
      ]);
      expect(packets[0]!.at).toBeCloseTo(1_767_571_200_123.456, 2);
      expect(packets.map(({ linkType, octets }) => payloadOf(linkType, octets))).toMatchObject([
        { transport: 'tcp', from: TERMINAL, to: PLATFORM, octets: HEARTBEAT },
        { transport: 'tcp', from: PLATFORM, to: TERMINAL, octets: ANSWER },
      ]);
    }
  });

  test('gives back every chunk of any length, over IPv4 and IPv6, TCP and UDP', () => {
    const address = fc.constantFrom('10.1.2.3', '2001:db8::1', '::1', '::ffff:10.1.2.3');
    const chunk = fc.record({
      transport: fc.constantFrom('tcp' as const, 'udp' as const),
      size: fc.integer({ min: 0, max: 140_000 }),
      address,
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 6 }), (given) => {
        const chunks = given.map(({ transport, size, address: from }) =>
          said(
            Uint8Array.from({ length: size }, (_, i) => i & 0xff),
            {
              transport,
              from: { address: from, port: 40_001 },
              to: { address: from.includes('::1') || from.includes('db8') ? '::2' : '10.0.0.1', port: 8808 },
            },
          ),
        );
        const whole = packetsOf(fileOf(chunks)).map(({ linkType, octets }) => payloadOf(linkType, octets)!.octets);
        expect(Buffer.concat(whole).equals(Buffer.concat(chunks.map(({ octets }) => octets)))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('refuses ends that no packet can have', () => {
    const writer = new PcapngWriter();
    expect(() => writer.chunk(said(HEARTBEAT, { from: { address: 'ttyUSB0', port: 1 } }))).toThrow(CaptureError);
    expect(() => writer.chunk(said(HEARTBEAT, { from: { address: '::1', port: 1 } }))).toThrow('different kinds');
  });
});

describe('the frames of a capture', () => {
  test('are those of both ways, by their ids, whole and with flags', () => {
    const { frames } = framesOf(
      fileOf([said(HEARTBEAT), said(ANSWER, { from: PLATFORM, to: TERMINAL, way: undefined as never })]),
    );
    expect(frames.map(({ from, id, terminal, octets }) => [from, id, terminal, formatHex(octets)])).toEqual([
      ['terminal', 0x0002, '13912345678', formatHex(HEARTBEAT)],
      ['platform', 0x8001, '13912345678', formatHex(ANSWER)],
    ]);
    expect(frames[0]!.flow).toBe(frames[1]!.flow);
  });

  test('are put together from segments that came in any order, twice or in pieces', () => {
    const stream = Buffer.concat([HEARTBEAT, HEARTBEAT, HEARTBEAT]);
    const segments = tcp([stream.subarray(0, 4), stream.subarray(4, 20), stream.subarray(20, 31), stream.subarray(31)]);
    const [a, b, c, d] = segments as [Buffer, Buffer, Buffer, Buffer];
    const { frames, counts } = framesOf(pcap([a, c, c, b, d, b]));
    expect(frames.map(({ octets }) => formatHex(octets))).toEqual(Array(3).fill(formatHex(HEARTBEAT)));
    expect(counts).toMatchObject({ packets: 6, frames: 3, repeated: 2, gaps: 0 });
  });

  test('go on behind octets that were not captured', () => {
    const [a, , c] = tcp([HEARTBEAT.subarray(0, 9), HEARTBEAT.subarray(9), HEARTBEAT]) as [Buffer, Buffer, Buffer];
    const { frames, counts } = framesOf(pcap([a, c]));
    expect([frames.length, counts.gaps]).toEqual([1, 1]);
  });

  test('are found in datagrams, and what is no frame is counted', () => {
    const { frames, counts } = framesOf(pcap([udp(HEARTBEAT), udp(Buffer.from('7e00027e', 'hex')), Buffer.alloc(40)]));
    expect(frames.length).toBe(1);
    expect([counts.other, [...counts.refused.values()].reduce((a, b) => a + b, 0)]).toEqual([1, 1]);
  });

  test('are found below Ethernet with a VLAN, and in the cooked forms of Linux', () => {
    const ip = udp(HEARTBEAT);
    const types: [number, Buffer][] = [
      [1, Buffer.concat([Buffer.alloc(12), Buffer.from('8100000a0800', 'hex'), ip])],
      [113, Buffer.concat([Buffer.alloc(14), Buffer.from('0800', 'hex'), ip])],
      [276, Buffer.concat([Buffer.from('0800', 'hex'), Buffer.alloc(18), ip])],
      [0, Buffer.concat([Buffer.from('02000000', 'hex'), ip])],
    ];
    for (const [linkType, packet] of types) expect(payloadOf(linkType, packet)?.octets).toEqual(Buffer.from(HEARTBEAT));
  });
});

describe('a file that is no capture', () => {
  test('is said to be none', () => {
    expect(() => framesOf(Buffer.from('GET / HTTP/1.1'))).toThrow('no capture: expected pcapng or pcap');
    expect(() => framesOf(Buffer.alloc(0))).toThrow('no capture');
  });

  test('or ends too early gives what was before, and where it ends', () => {
    const file = fileOf([said(HEARTBEAT), said(HEARTBEAT)]);
    const frames: CapturedFrame[] = [];
    const reader = new CapturedFrames((frame) => frames.push(frame));
    reader.feed(file.subarray(0, -3));
    expect(() => reader.end()).toThrow(expect.objectContaining({ code: 'TRUNCATED' }));
    expect(frames.length).toBe(1);
  });

  test('or is damaged anywhere is read or refused, and nothing else', () => {
    const file = fileOf([said(HEARTBEAT, { comment: 'x' }), said(ANSWER)]);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const damaged = new Uint8Array(file);
        damaged[at] = damaged[at]! ^ by;
        try {
          framesOf(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(CaptureError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
