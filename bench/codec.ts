/**
 * What decoding and encoding a body costs, against what a hand-written codec costs in the same run.
 *
 * Every row of a table is measured in turn, round after round, so that a machine that slows down slows all of them:
 * trust the ratios. Run with `node bench/codec.ts`.
 */
import { cpus } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import BL from 'buffer-layout';
import {
  codecFor,
  compile,
  IGNORE_QUIRKS,
  type LocationReport,
  messageById,
  messageByName,
  readGeneric,
  seededRandom,
  toJson,
} from '../protocol/index.ts';
import { decodeLocation } from './hand-written/location.ts';
import { encodeLocation } from './hand-written/location-encode.ts';
import { HAND_WRITTEN } from './hand-written/messages.ts';
import { readFlags } from './flags/read-flags.ts';

readFlags(import.meta.filename, {});

const BODIES = 512;
/** Many and short: shorter than a time slice, so that a busy machine spoils some rounds and not the median. */
const ROUNDS = 201;
const WARM_UP = 30;
const STRIDE = 128;

interface Row {
  readonly name: string;
  /** Does body `i` once; what it returns is added up, so that it cannot be left out. */
  readonly once: (i: number) => number;
  /** Passes over all bodies in a round: fewer for what is slow. */
  readonly passes: number;
}

interface Bodies {
  readonly arena: Uint8Array;
  readonly ends: readonly number[];
  readonly values: readonly LocationReport[];
}

// As `--expose-gc` would, so that the command needs no flag.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Holds what was done last, so that it cannot be left out. */
let kept: unknown;

const location = codecFor(0x0200, 2013);
/** Makes the octets that are decoded: apart, so that the encoder that is measured has seen no other values than the one by hand. */
const maker = compile(messageById(0x0200)!, 2013) as typeof location;
const random = seededRandom('bench/codec');

function bodies(items: () => LocationReport['items']): Bodies {
  const arena = Buffer.alloc(BODIES * STRIDE);
  const values = Array.from({ length: BODIES }, (): LocationReport => {
    const status = 0b11 | (random.int(0, 3) << 18);
    return {
      alarm: random.int(0, 9) === 0 ? 2 ** random.int(0, 31) : 0,
      status,
      latitude: random.int(18e6, 48e6) / 1e6,
      longitude: random.int(75e6, 135e6) / 1e6,
      altitude: random.int(0, 3000),
      speed: random.int(0, 1200) / 10,
      direction: random.int(0, 359),
      time: random.int(1_700_000_000, 1_800_000_000) * 1000,
      items: items(),
    };
  });
  const ends = values.map((value, i) => maker.encode(value, arena, i * STRIDE));
  return { arena, ends, values };
}

const four = (): LocationReport['items'] => ({
  mileage: random.int(0, 1e7) / 10,
  fuel: random.int(0, 2000) / 10,
  rssi: random.int(0, 31),
  satellites: random.int(0, 24),
});
const eight = (): LocationReport['items'] => ({
  ...four(),
  recorderSpeed: random.int(0, 1200) / 10,
  vehicleSignals: random.int(0, 0x7fff),
  io: random.int(0, 3),
  analog: random.int(0, 2 ** 31),
});
/** As fleets are: terminals of several makers, each with its own choice of items. */
const mixed = (): LocationReport['items'] => {
  const all = Object.entries(eight()).filter(() => random.int(0, 2) > 0);
  const unknown = random.int(0, 3) === 0 ? [{ id: 0xe3, bytes: random.bytes(5) }] : undefined;
  return { ...Object.fromEntries(all), unknown };
};

/** Of twelve makers, each with its own choice; without raw items, which the encoder written by hand does not know. */
const MAKERS = Array.from({ length: 12 }, () => Object.keys(eight()).filter(() => random.int(0, 2) > 0));
const ofMakers = (): LocationReport['items'] => {
  const names = MAKERS[random.int(0, MAKERS.length - 1)]!;
  return Object.fromEntries(Object.entries(eight()).filter(([name]) => names.includes(name)));
};

function measure(title: string, rows: readonly Row[]): void {
  const times = rows.map((): number[] => []);
  let sink = 0;
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [r, { once, passes }] of rows.entries()) {
      const start = process.hrtime.bigint();
      for (let pass = 0; pass < passes; pass++) for (let i = 0; i < BODIES; i++) sink += once(i);
      const ns = Number(process.hrtime.bigint() - start) / (passes * BODIES);
      if (round >= 0) times[r]!.push(ns);
    }
  }
  const sorted = times.map((all) => all.toSorted((a, b) => a - b));
  const base = sorted[0]![ROUNDS >> 1]!;
  console.log(`\n${title}${Number.isNaN(sink) ? ' ' : ''}`);
  for (const [r, { name }] of rows.entries()) {
    const median = sorted[r]![ROUNDS >> 1]!;
    const columns = [sorted[r]![0]!.toFixed(1), median.toFixed(1), (median / base).toFixed(2)];
    console.log(`  ${name.padEnd(46)}${columns.map((column) => column.padStart(10)).join('')}`);
  }
}

/** The 28 fixed octets alone, raw numbers: the least that buffer-layout can be asked for. */
const fixedPart = BL.struct([
  BL.u32be('alarm'),
  BL.u32be('status'),
  BL.u32be('latitude'),
  BL.u32be('longitude'),
  BL.u16be('altitude'),
  BL.u16be('speed'),
  BL.u16be('direction'),
  BL.blob(6, 'time'),
]);

function decodeTable(title: string, { arena, ends }: Bodies, generic: boolean): void {
  const message = messageById(0x0200)!;
  const rows: Row[] = [
    {
      name: 'hand-written',
      passes: 8,
      once: (i) => decodeLocation(arena, i * STRIDE, ends[i]!).longitude,
    },
    {
      name: 'compiled from the descriptor',
      passes: 8,
      once: (i) => location.decode(arena, i * STRIDE, ends[i]!, IGNORE_QUIRKS).longitude,
    },
  ];
  if (generic) {
    rows.push(
      {
        name: 'buffer-layout, fixed part only, raw',
        passes: 2,
        once: (i) => fixedPart.decode(arena, i * STRIDE)['longitude'] as number,
      },
      {
        name: 'second reading with spans (buffer-layout)',
        passes: 1,
        once: (i) => (readGeneric(message, 2013, arena, i * STRIDE, ends[i]).value as LocationReport).longitude,
      },
    );
  }
  measure(title, rows);
}

function encodeTable(title: string, { values }: Bodies): void {
  const out = Buffer.alloc(256);
  const message = messageById(0x0200)!;
  measure(title, [
    {
      name: 'hand-written encode, values trusted',
      passes: 4,
      once: (i) => encodeLocation(values[i]! as never, out, 0),
    },
    { name: 'compiled encode, values checked', passes: 4, once: (i) => location.encode(values[i]!, out, 0) },
    {
      name: 'JSON form (toJson)',
      passes: 2,
      once: (i) => (toJson(message, 2013, values[i]!)['speed'] as number) ?? 0,
    },
  ]);
}

/** Passes over each of the ten messages in a round, and bodies decoded to see what they leave on the heap. */
const TEN_PASSES = 400;
const TEN_ROUNDS = 61;
const ALLOCATED = 2000;

interface TenRow {
  readonly name: string;
  readonly once: () => unknown;
  readonly passes: number;
  readonly times: number[];
}

/** Octets on the heap that a call leaves behind for the collector. */
function allocation(once: () => unknown): number {
  let least = Infinity;
  for (let attempt = 0; attempt < 5; attempt++) {
    collect();
    const before = process.memoryUsage();
    for (let i = 0; i < ALLOCATED; i++) once();
    const after = process.memoryUsage();
    const octets = after.heapUsed - before.heapUsed + (after.arrayBuffers - before.arrayBuffers);
    // A collection in between makes it less than nothing; a stray allocation makes it more.
    if (octets > 0) least = Math.min(least, octets / ALLOCATED);
  }
  return least;
}

/**
 * Ten common messages, both ways. The scan is the XOR of the octets, which every receiver does anyway: what the memory
 * allows. Written by hand is what an engineer would write for this one message.
 */
function tenTable(): void {
  console.log('\nTen messages: ns, in brackets the ratio to hand-written; octets on the heap per decoded message');
  const head = ['octets', 'scan', 'decode', 'compiled', 'layout', 'encode', 'compiled', 'heap', 'compiled'];
  console.log(
    `  ${'hand-written, compiled, buffer-layout'.padEnd(38)}${head.map((name) => name.padStart(15)).join('')}`,
  );
  for (const { name, revision, value, decode, encode } of HAND_WRITTEN) {
    const message = messageByName(name)!;
    const codec = codecFor(message.id, revision)!;
    const arena = Buffer.alloc(4096);
    const out = Buffer.alloc(4096);
    const end = codec.encode(value, arena, 0);
    const read = codec.decode(arena, 0, end, IGNORE_QUIRKS);
    same(name, decode(arena, 0, end), read);
    if (encode(read as never, out, 0) !== end || !out.subarray(0, end).equals(arena.subarray(0, end)))
      throw new Error(name);
    const scan = (): number => {
      let check = 0;
      for (let i = 0; i < end; i++) check ^= arena[i]!;
      return check;
    };
    const row = (rowName: string, once: () => unknown, passes = TEN_PASSES): TenRow => ({
      name: rowName,
      once,
      passes,
      times: [],
    });
    const rows = [
      row('scan', scan),
      row('decode', () => decode(arena, 0, end)),
      row('compiled decode', () => codec.decode(arena, 0, end, IGNORE_QUIRKS)),
      row('layout', () => readGeneric(message, revision, arena, 0, end), TEN_PASSES / 20),
      row('encode', () => encode(read as never, out, 0)),
      row('compiled encode', () => codec.encode(read, out, 0)),
    ];
    for (let round = -WARM_UP; round < TEN_ROUNDS; round++) {
      for (const { once, passes, times } of rows) {
        const start = process.hrtime.bigint();
        for (let pass = 0; pass < passes; pass++) kept = once();
        if (round >= 0) times.push(Number(process.hrtime.bigint() - start) / passes);
      }
    }
    const [bare, hand, compiled, layout, handEncode, compiledEncode] = rows.map(
      ({ times }) => times.toSorted((x, y) => x - y)[TEN_ROUNDS >> 1]!,
    ) as [number, number, number, number, number, number];
    const ratio = (one: number, to: number): string => `${one.toFixed(0)} (${(one / to).toFixed(2)})`;
    const columns = [
      String(end),
      bare.toFixed(0),
      hand.toFixed(0),
      ratio(compiled, hand),
      ratio(layout, hand),
      handEncode.toFixed(0),
      ratio(compiledEncode, handEncode),
      allocation(rows[1]!.once).toFixed(0),
      allocation(rows[2]!.once).toFixed(0),
    ];
    const id = `0x${message.id.toString(16).padStart(4, '0')}`;
    console.log(`  ${`${id} ${name}`.padEnd(38)}${columns.map((column) => column.padStart(15)).join('')}`);
  }
}

/** Both readings of a body are the same, members that are not there aside. */
function same(name: string, hand: unknown, compiled: unknown): void {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, one: unknown) =>
      typeof one === 'object' && one !== null && !Array.isArray(one)
        ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : one,
    );
  if (text(hand) !== text(compiled))
    throw new Error(`${name} is read otherwise by hand: ${text(hand)}, ${text(compiled)}`);
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown CPU'}; ns per body: best, median, ratio to the first row`,
);
decodeTable('0x0200 with 8 items (64 octets), to value', bodies(eight), true);
decodeTable('0x0200 with 4 items (44 octets), to value', bodies(four), false);
decodeTable('0x0200 with a different choice of items each', bodies(mixed), false);
encodeTable('0x0200 with 8 items, from value', bodies(eight));
encodeTable('0x0200 of twelve makers with their own choice of items, from value', bodies(ofMakers));
tenTable();
if (kept === undefined) throw new Error('nothing was done');
