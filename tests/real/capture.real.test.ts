/** Captures that we write, as Wireshark's own reader sees them, and captures that its tools write, as we do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CapturedFrame,
  CapturedFrames,
  encodeFrames,
  formatHex,
  PcapngWriter,
  wiresharkDissector,
} from '../../protocol/index.ts';
import { findServer, missing } from './support/servers.ts';

const TERMINAL = { address: '192.0.2.10', port: 40_001 };
const PLATFORM = { address: '192.0.2.1', port: 8808 };
const TO = { revision: 2019, phone: '13912345678' } as const;
const FRAMES = encodeFrames({
  ...TO,
  id: 0x0900,
  serial: 7,
  body: Uint8Array.from({ length: 2500 }, (_, i) => i & 0xff),
});
const AT = 1_767_571_200_125;

let folder: string;

function tshark(file: string, ...args: string[]): string {
  const all = ['-r', file, '-X', `lua_script:${join(folder, 'jt808.lua')}`, ...args];
  return execFileSync(findServer('tshark')!, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

describe.skipIf(missing('tshark'))('a capture', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xingji-capture-'));
    writeFileSync(join(folder, 'jt808.lua'), wiresharkDissector());
    const writer = new PcapngWriter();
    const ways = {
      up: { from: TERMINAL, to: PLATFORM, way: 'in' },
      down: { from: PLATFORM, to: TERMINAL, way: 'out' },
    } as const;
    const [answer] = encodeFrames({ ...TO, id: 0x8001, serial: 0, body: Uint8Array.of(0, 7, 9, 0, 0) }) as [Uint8Array];
    const chunks = [
      ...FRAMES.map((octets) => ({ ...ways.up, octets })),
      { ...ways.down, octets: answer, comment: 'general answer 通用应答' },
    ];
    writeFileSync(
      join(folder, 'a.pcapng'),
      Buffer.concat([
        writer.head({ application: 'xingji', interface: 'serial:/dev/ttyUSB0', description: 'a cable' }),
        ...chunks.map((chunk, i) => writer.chunk({ ...chunk, at: AT + i, transport: 'tcp' })),
      ]),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('opens with the dissector as it is: fields, direction, comment, check sums', () => {
    const fields = [
      'frame.time_epoch',
      'frame.packet_flags_direction',
      'jt808.serial',
      'frame.comment',
      'ip.checksum.status',
      'tcp.checksum.status',
      '_ws.malformed',
      'tcp.analysis.flags',
    ];
    const sums = ['-o', 'ip.check_checksum:true', '-o', 'tcp.check_checksum:true'];
    const shown = tshark(
      join(folder, 'a.pcapng'),
      ...sums,
      '-T',
      'fields',
      ...fields.flatMap((field) => ['-e', field]),
    );
    const lines = shown
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(lines.map((line) => [line[1], line[2]])).toEqual([
      ['0x00000001', '7'],
      ['0x00000001', '8'],
      ['0x00000001', '9'],
      ['0x00000002', '0'],
    ]);
    expect(Number(lines[0]![0])).toBeCloseTo(AT / 1000, 6);
    expect(lines[3]![3]).toBe('general answer 通用应答');
    expect(lines.map((line) => [line[4], line[5], line[6] ?? '', line[7] ?? ''])).toEqual(
      Array.from({ length: 4 }, () => ['1', '1', '', '']),
    );
  });

  test('that another program has written anew, in either form, gives the same frames', () => {
    for (const form of ['pcapng', 'pcap', 'nsecpcap']) {
      const other = join(folder, `b.${form}`);
      execFileSync(findServer('tshark')!, ['-r', join(folder, 'a.pcapng'), '-F', form, '-w', other], {
        stdio: 'ignore',
      });
      const frames: CapturedFrame[] = [];
      const reader = new CapturedFrames((frame) => frames.push(frame));
      reader.feed(readFileSync(other));
      reader.end();
      expect(frames.slice(0, 3).map(({ octets }) => formatHex(octets))).toEqual(
        FRAMES.map((frame) => formatHex(frame)),
      );
      expect(frames.map(({ at }) => at)).toEqual([AT, AT + 1, AT + 2, AT + 3]);
    }
  });
});
