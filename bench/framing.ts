/**
 * From the stream to the value: ns a frame for 79-octet location reports with eight items, against hand-written
 * straight-line code in the same run; and what an acknowledgement costs. Run with `node bench/framing.ts`.
 */
import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import {
  ACK_ROOM,
  AckWriter,
  addressFor,
  codecFor,
  Deframer,
  encodeFrame,
  IGNORE_QUIRKS,
  newHeader,
  type PacketSink,
  PhoneMemo,
  readHeader,
  seededRandom,
  writeFrame,
} from '../protocol/index.ts';
import { decodeByHand, splitByHand, splitByIndexOf } from './framing/by-hand.ts';
import { readFlags } from './flags/read-flags.ts';

readFlags(import.meta.filename, {});

const CHUNK = 64 * 1024;
const ROUNDS = 15;
const random = seededRandom('framing');

/** A 0x0200 of 2013 with eight items; 79 octets on the wire where nothing needs an escape. */
function report(serial: number): Uint8Array {
  const body = new Uint8Array(64);
  const view = new DataView(body.buffer);
  view.setUint32(4, 3);
  view.setUint32(8, 31_000_000 + random.int(0, 999_999));
  view.setUint32(12, 121_000_000 + random.int(0, 999_999));
  view.setUint16(16, random.int(0, 100));
  view.setUint16(18, random.int(0, 1200));
  view.setUint16(20, random.int(0, 359));
  body.set([0x26, 0x11, 0x21, 0x10, 0x30, 0x06], 22);
  const items = [
    [1, 4],
    [2, 2],
    [3, 2],
    [0x25, 4],
    [0x2a, 2],
    [0x2b, 4],
    [0x30, 1],
    [0x31, 1],
  ] as const;
  let at = 28;
  for (const [id, size] of items) {
    body[at++] = id;
    body[at++] = size;
    for (let i = 0; i < size; i++) body[at++] = i < size - 2 ? 0 : random.int(0, 255);
  }
  return encodeFrame({ id: 0x0200, revision: 2013, phone: '13912345678', serial, body });
}

function stream(wanted: (frame: Uint8Array) => boolean): { chunk: Buffer; frames: Uint8Array[] } {
  const frames: Uint8Array[] = [];
  let octets = 0;
  for (let serial = 0; octets < CHUNK - 90; serial++) {
    const frame = report(serial & 0xffff);
    if (!wanted(frame)) continue;
    frames.push(frame);
    octets += frame.length;
  }
  return { chunk: Buffer.concat(frames), frames };
}

const plain = stream((frame) => frame.length === 79);
const natural = stream(() => true);
const escaped = stream((frame) => frame.length > 79);

const codec = codecFor(0x0200, 2013);
const header = newHeader();
const phone = new PhoneMemo();
let seen = 0;
let sum = 0;

/** All that the gateway does with a packet before the session: header, phone, body. */
const decoding: PacketSink = {
  packet(b, start, end) {
    if (readHeader(b, start, end, header) !== undefined) return;
    phone.take(b, header);
    const value = codec.decode(b, header.bodyAt, header.bodyEnd, IGNORE_QUIRKS);
    seen++;
    sum += value.latitude;
  },
  fault: () => assert.fail(),
};
const counting: PacketSink = {
  packet(_, start, end) {
    seen++;
    sum += end - start;
  },
  fault: () => assert.fail(),
};
function handSink(b: Uint8Array, start: number, end: number): void {
  seen++;
  sum += decodeByHand(b, start, end).latitude;
}
function countingSink(_: Uint8Array, start: number, end: number): void {
  seen++;
  sum += end - start;
}

const deframer = new Deframer();
const feed = (chunks: readonly Uint8Array[], sink: PacketSink) => (): void => {
  for (const chunk of chunks) deframer.feed(chunk, sink);
};
/** The stream in pieces that end in the middle of frames, each read into a buffer of its own or all into one. */
const pieces = (b: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(b.length / size) }, (_, i) => Uint8Array.from(b.subarray(i * size, (i + 1) * size)));

const ack = { serial: 0, toSerial: 0, toId: 0x0200, result: 0 };
const writer = new AckWriter(addressFor(2013, '13912345678'));
const out = new Uint8Array(64 * ACK_ROOM);
const address = addressFor(2013, '13912345678');
const body = new Uint8Array(5);
const outgoing = { id: 0x8001, serial: 0, encryption: 0, total: 0, number: 0, body, start: 0, end: 5 };

const COUNT = plain.frames.length;
function acks(): void {
  for (let i = 0; i < COUNT; i++) {
    ack.serial = i;
    ack.toSerial = i * 7;
    sum += writer.write(ack, out, (i & 63) * ACK_ROOM);
  }
  seen += COUNT;
}
function genericAcks(): void {
  for (let i = 0; i < COUNT; i++) {
    outgoing.serial = i;
    body[0] = (i * 7) >> 8;
    body[1] = i * 7;
    sum += writeFrame(address, outgoing, out, (i & 63) * ACK_ROOM);
  }
  seen += COUNT;
}
function allocatedAcks(): void {
  for (let i = 0; i < COUNT; i++)
    sum += encodeFrame({ id: 0x8001, revision: 2013, phone: '13912345678', serial: i & 0xffff, body }).length;
  seen += COUNT;
}

type Case = [name: string, run: () => void, frames: number, baseline?: string];
const HAND = 'by hand: stream → value';
const CASES: Case[] = [
  [HAND, () => splitByHand(plain.chunk, handSink), COUNT],
  ['stream → value', feed([plain.chunk], decoding), COUNT, HAND],
  [
    'stream → value, frames as they come (some with escapes)',
    feed([natural.chunk], decoding),
    natural.frames.length,
    HAND,
  ],
  ['stream → value, an escape in every frame', feed([escaped.chunk], decoding), escaped.frames.length, HAND],
  ['by hand: an escape in every frame', () => splitByHand(escaped.chunk, handSink), escaped.frames.length, HAND],
  [
    'one frame a chunk → value',
    feed(
      plain.frames.map((frame) => Uint8Array.from(frame)),
      decoding,
    ),
    COUNT,
    HAND,
  ],
  [
    'one frame a chunk, one buffer → value',
    feed(
      plain.frames.map((_, i) => plain.chunk.subarray(79 * i, 79 * i + 79)),
      decoding,
    ),
    COUNT,
    HAND,
  ],
  ['chunks of 100 octets, most frames split → value', feed(pieces(plain.chunk, 100), decoding), COUNT, HAND],
  ['split only, by hand, an octet at a time', () => splitByHand(plain.chunk, countingSink), COUNT],
  ['split only', feed([plain.chunk], counting), COUNT, 'split only, by hand, an octet at a time'],
  [
    'split only, by hand, Buffer.indexOf',
    () => splitByIndexOf(plain.chunk, countingSink),
    COUNT,
    'split only, by hand, an octet at a time',
  ],
  ['0x8001 from the template', acks, COUNT],
  ['0x8001 by writeFrame', genericAcks, COUNT, '0x8001 from the template'],
  ['0x8001 by encodeFrame, allocated', allocatedAcks, COUNT, '0x8001 from the template'],
];

// The two decoders must agree before they are compared.
const values: unknown[] = [];
splitByHand(natural.chunk, (b, start, end) => values.push(decodeByHand(b, start, end)));
let at = 0;
deframer.feed(natural.chunk, {
  packet(b, start, end) {
    assert.equal(readHeader(b, start, end, header), undefined);
    const value = codec.decode(b, header.bodyAt, header.bodyEnd, IGNORE_QUIRKS);
    const { latitude, longitude, speed, time, items } = value;
    const hand = values[at++] as typeof value;
    assert.deepEqual(
      [latitude, longitude, speed, time, items.mileage],
      [hand.latitude, hand.longitude, hand.speed, hand.time, hand.items.mileage],
    );
  },
  fault: () => assert.fail(),
});
assert.equal(at, natural.frames.length);

const medians = new Map<string, number>();
const times = new Map<string, number[]>(CASES.map(([name]) => [name, []]));
// Rounds are interleaved, so that a slow moment of the machine touches all cases alike.
for (let round = -3; round < ROUNDS; round++) {
  for (const [name, run, frames] of CASES) {
    const loops = 200;
    seen = 0;
    const start = process.hrtime.bigint();
    for (let i = 0; i < loops; i++) run();
    const ns = Number(process.hrtime.bigint() - start) / (loops * frames);
    assert.equal(seen, loops * frames, name);
    if (round >= 0) times.get(name)!.push(ns);
  }
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model}; ${ROUNDS} interleaved rounds; chunks of ${plain.chunk.length} octets, ${COUNT} frames`,
);
console.log(`${'ns a frame'.padEnd(58)}${'min'.padStart(8)}${'median'.padStart(8)}${'ratio'.padStart(8)}`);
for (const [name, , , baseline] of CASES) {
  const sorted = times.get(name)!.toSorted((a, b) => a - b);
  const median = sorted[ROUNDS >> 1]!;
  medians.set(name, median);
  const ratio = baseline === undefined ? '' : (median / medians.get(baseline)!).toFixed(2);
  console.log(
    `${name.padEnd(58)}${sorted[0]!.toFixed(1).padStart(8)}${median.toFixed(1).padStart(8)}${ratio.padStart(8)}`,
  );
}
assert.ok(sum > 0);
