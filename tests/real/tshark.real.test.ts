/** A second pair of eyes that nobody here wrote: tshark, with the generated dissector, says what our decoder says. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CATALOGUE,
  codecFor,
  decodeFrames,
  encodeFrame,
  encodeFrames,
  type Message,
  messageById,
  readGeneric,
  type Revision,
  sample,
  seededRandom,
  type Span,
  wiresharkDissector,
} from '../../protocol/index.ts';
import { octetsOf, vectors } from '../support/vectors.ts';
import { pcap, tcp, udp, UDP_HEAD } from './support/pcap.ts';
import { findServer, missing } from './support/servers.ts';

interface Shown {
  readonly name: string;
  readonly pos: number;
  readonly size: number;
  readonly show: string;
}

let folder: string;

function attribute(element: string, name: string): string {
  const text = new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1] ?? '';
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
}

/** The fields of JT/T 808 that tshark shows, packet by packet. */
function dissect(packets: readonly Buffer[]): Shown[][] {
  const file = join(folder, 'x.pcap');
  writeFileSync(file, pcap(packets));
  // In two passes, so that a packet can point to a later one; the first one dissects only for a filter's sake.
  const passes = ['-2', '-Y', 'frame'];
  const plugin = ['-X', `lua_script:${join(folder, 'jt808.lua')}`, '-d', 'udp.port==8808,jt808_udp'];
  const args = ['-r', file, ...passes, ...plugin, '-T', 'pdml'];
  const pdml = execFileSync(findServer('tshark')!, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 29,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return pdml
    .split('<packet>')
    .slice(1)
    .map((packet) =>
      [...packet.matchAll(/<field name="((?:jt808|_ws\.lua\.error)[^"]*)"[^>]*>/g)].map(([element, name]) => ({
        name: name!,
        pos: Number(attribute(element, 'pos')),
        size: Number(attribute(element, 'size')),
        show: attribute(element, 'show'),
      })),
    );
}

interface Expected {
  readonly name: string;
  readonly pos: number;
  readonly size: number;
  readonly value: unknown;
  readonly node: Span['node'];
}

const COMPOUND = new Set(['struct', 'list', 'items', 'layouts']);

/** The fields that a body has by our reading, with the octets of their content. */
function expectedOf(message: Message, spans: readonly Span[], base: number): Expected[] {
  return spans.flatMap((span, i) => {
    const { path, start, end, value, node } = span;
    if (path.includes('#') || COMPOUND.has(node.kind) || (node.kind === 'sized' && !(value instanceof Uint8Array)))
      return [];
    let from = start;
    const inside = spans.slice(i + 1, i + 3).filter((one) => one.path.startsWith(`${path}#`));
    const raw = /(^|\.)unknown$/.test(path) && inside.length > 0;
    if (!raw) from += inside.reduce((sum, one) => sum + one.end - one.start, 0);
    const extent = 'extent' in node ? node.extent : undefined;
    if (typeof extent === 'object' && 'size' in extent) from += extent.size;
    const name = `jt808.${message.name}.${path.replaceAll(/\[\d*\]/g, '')}`;
    return [{ name, pos: base + from, size: end - from, value: raw ? undefined : value, node }];
  });
}

function agrees({ node, value }: Expected, show: string): boolean {
  if (value === undefined) return true;
  switch (node.kind) {
    case 'text':
      // What a display makes of control characters and of octets outside of the set is its own affair.
      return /[\p{Cc}\p{Co}\ufffd]/u.test(value as string) || show === value;
    case 'bcd':
      return show === value;
    case 'octets':
    case 'sized':
      return show.replaceAll(':', '') === Buffer.from(value as Uint8Array).toString('hex');
    case 'time':
      return Math.abs(Date.parse(show.replace(/(\.\d{3})\d{6}/, '$1')) - (value as number)) < 1;
    case 'enumeration':
      return Number(show) === (typeof value === 'string' ? node.names[value] : value);
    case 'check':
      return true;
    default:
      return Math.abs(Number(show) - (value as number)) <= 1e-9 * Math.max(1, Math.abs(value as number));
  }
}

/** What our reading says of a frame and tshark does not. */
function differences(frame: Uint8Array, shown: readonly Shown[], revision?: Revision): string[] {
  const [decoded] = decodeFrames(frame, revision === undefined ? {} : { revision });
  if (decoded === undefined || 'fault' in decoded || decoded.message === undefined || decoded.header.total > 1)
    return [];
  const { header, message } = decoded;
  const escaped = frame.subarray(1, -1).includes(0x7d);
  // Without escapes the packet is read where it stands, behind the flag.
  const base = escaped ? header.bodyAt : UDP_HEAD + header.bodyAt;
  const packet = escaped ? unescaped(frame) : frame;
  const { spans } = readGeneric(message, decoded.revision, packet, header.bodyAt, header.bodyEnd);
  const left = shown.filter(({ name }) => name.startsWith(`jt808.${message.name}.`));
  return expectedOf(message, spans, base)
    .filter(({ node, value }) => !(node.kind === 'time' && Number.isNaN(value)))
    .flatMap((one) => {
      const at = left.findIndex(
        ({ name, pos, size, show }) =>
          name.replace(/_+$/, '') === one.name && pos === one.pos && size === one.size && agrees(one, show),
      );
      if (at >= 0) return left.splice(at, 1).slice(1).map(String);
      const near = left.find(({ name }) => name.replace(/_+$/, '') === one.name);
      return [`${one.name} ${one.pos}+${one.size} ${String(one.value)}: ${JSON.stringify(near ?? 'not shown')}`];
    });
}

function unescaped(frame: Uint8Array): Uint8Array {
  const inner = Buffer.from(frame.subarray(1, -1)).toString('hex').match(/../g)!.join(' ');
  return Uint8Array.from(
    Buffer.from(inner.replaceAll('7d 02', '7e').replaceAll('7d 01', '7d').replaceAll(' ', ''), 'hex'),
  );
}

describe.skipIf(missing('tshark'))('tshark with the generated dissector', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xingji-tshark-'));
    writeFileSync(join(folder, 'jt808.lua'), wiresharkDissector());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('shows every field of every message where our reading has it, with its value', () => {
    const room = new Uint8Array(8192);
    const frames = (CATALOGUE as readonly Message[]).flatMap((message) =>
      ([2013, 2019] as const).flatMap((revision) =>
        [1, 2, 3].flatMap((seed) => {
          const value = sample(message, revision, seededRandom(`${message.id} ${revision} ${seed}`));
          const end = codecFor(message.id, revision)!.encode(value, room, 0);
          if (end > 1023) return [];
          return [
            encodeFrame({ id: message.id, revision, phone: '13912345678', serial: seed, body: room.subarray(0, end) }),
          ];
        }),
      ),
    );
    expect(frames.length).toBeGreaterThan(300);
    const shown = dissect(frames.map((frame) => udp(frame)));
    expect(shown).toHaveLength(frames.length);
    expect(frames.flatMap((frame, i) => differences(frame, shown[i]!))).toEqual([]);
    const compared = shown.reduce((sum, one) => sum + one.length, 0);
    expect(compared).toBeGreaterThan(5000);
  });

  test('shows the frames of other people’s vectors as we read them', () => {
    const frames = vectors({ protocol: 'jt808', kind: 'frame' })
      .map(octetsOf)
      .filter((frame) => frame[0] === 0x7e);
    expect(frames.length).toBeGreaterThan(200);
    const shown = dissect(frames.map((frame) => udp(frame)));
    const clean = frames.flatMap((frame, i) => {
      const [decoded] = decodeFrames(frame);
      const plain = decoded !== undefined && !('fault' in decoded) && decoded.quirks === 0 && decoded.revision !== 2011;
      return plain ? [[frame, shown[i]!] as const] : [];
    });
    expect(clean.length).toBeGreaterThan(100);
    expect(clean.flatMap(([frame, one]) => differences(frame, one))).toEqual([]);
    expect(shown.flat().filter(({ name }) => name === '_ws.lua.error')).toEqual([]);
  });

  test('finds the frames of a stream however it was cut into segments', () => {
    const frames = [1, 2, 3, 4].map((serial) =>
      encodeFrame({
        id: 0x0102,
        revision: 2013,
        phone: '13912345678',
        serial,
        body: Uint8Array.from([0x7e, 0x7d, 0x41]),
      }),
    );
    const stream = Buffer.concat(frames);
    const chunks = Array.from({ length: Math.ceil(stream.length / 7) }, (_, i) => stream.subarray(7 * i, 7 * i + 7));
    const serials = dissect(tcp(chunks))
      .flat()
      .filter(({ name }) => name === 'jt808.serial');
    expect(serials.map(({ show }) => Number(show))).toEqual([1, 2, 3, 4]);
  });

  test('joins a message that came in parts, in any order', () => {
    const message = messageById(0x8300)!;
    const body = Uint8Array.from([0, ...new TextEncoder().encode('x'.repeat(2500))]);
    const parts = encodeFrames({ id: 0x8300, revision: 2013, phone: '13912345678', serial: 65_535, body });
    expect(parts).toHaveLength(3);
    const shown = dissect([parts[2]!, parts[0]!, parts[1]!].map((part) => udp(part)));
    expect(
      shown
        .slice(0, 2)
        .flat()
        .some(({ name }) => name === `jt808.${message.name}.text`),
    ).toBe(false);
    expect(shown[2]!.find(({ name }) => name === `jt808.${message.name}.text`)).toMatchObject({ pos: 1, size: 2500 });
    expect(shown[0]!.find(({ name }) => name === 'jt808.reassembled_in')?.show).toBe('3');
    expect(shown[2]!.filter(({ name }) => name === 'jt808.part').map(({ show }) => show)).toEqual(['2', '3', '1']);
  });

  test('marks a wrong check code, and octets that are no frame', () => {
    const [broken, noise] = dissect([
      udp(Buffer.from('7e0002000001391234567800098f7e', 'hex')),
      udp(Buffer.from('0102037e0002000001391234567800093b7e', 'hex')),
    ]);
    expect(broken!.some(({ name }) => name.startsWith('jt808.check.bad'))).toBe(true);
    expect(noise!.find(({ name }) => name === 'jt808.noise')).toMatchObject({ size: 3 });
    expect(noise!.find(({ name }) => name === 'jt808.serial')?.show).toBe('9');
  });
});
