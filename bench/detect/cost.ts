/**
 * What the detector costs: a frame, a terminal, and the longest that anybody waits when a whole fleet falls silent.
 * `node --expose-gc bench/detect/cost.ts [terminals] [--json FILE]`. Terminals report every ten seconds, in an order in which no two of them
 * lie side by side, and ticks come as the gateway writes them. Each frame is timed by itself, the clock's own cost included. Times in
 * which the system gave the processor to somebody else are left out. A loop that does nothing for as long is timed among them in the same way:
 * what is slow of it is the machine's doing.
 */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createDetector } from '../../gateway/fold/detect/detector.ts';
import { PositionReader } from '../../gateway/fold/positions.ts';
import { encodeFact } from '../../gateway/intake/facts.ts';
import { RECORD_KIND, type RecordInput, recordBytes, writeRecord } from '../../gateway/journal/record.ts';
import { RecordView } from '../../gateway/journal/record-view.ts';
import { encodeBody, encodeFrame } from '../../protocol/index.ts';
import { readFlags, refuse } from '../flags/read-flags.ts';
import { noRoomFor } from '../flags/results.ts';
import type { CostReport } from './card.ts';

const START = Date.parse('2026-03-02T08:00:00+08:00');
const { flags, operands } = readFlags(import.meta.filename, { json: '' }, true);
const [nowhere] = noRoomFor({ json: flags.json });
if (nowhere !== undefined) refuse(nowhere);
const terminals = Number(operands[0] ?? 100_000);
if (!(terminals >= 1)) refuse(`'${operands[0]}' is no number of terminals`);
const LOCATION = 0x0200;
const EVERY_S = 10;
const ROUNDS = 16;
/** The first rounds are for the compiler. */
const WARM = 6;
/** Records between two looks at whether something is due: what comes in 20 ms. */
const BATCH = Math.max(1, Math.floor(terminals / EVERY_S / 50));
/** Frames whose times are thrown away where the system took the processor away in one of them. */
const WATCHED = 200;
/** Turns of the loop that does nothing: as long as a frame. */
const TURNS = 250;
/** Odd, so that all places are come to; far enough for no two neighbours. */
const STRIDE = 7919;

const detector = createDetector({ reader: new PositionReader(() => 2013), vendor: () => undefined });
let findings = 0;
let asked = 0;
const sink = { finding: () => void findings++, probe: () => void asked++ };
const view = new RecordView();

/** The packet of a report, unescaped, as the journal keeps it. */
function packet(serial: number, at: number, east: number): Uint8Array {
  const body = encodeBody(LOCATION, 2013, {
    alarm: 0,
    status: 3,
    latitude: 24.88,
    longitude: 102.83 + east / 111_195,
    altitude: 1900,
    speed: 38 + (at % 50) / 10,
    direction: 90,
    time: START + at * 1000,
    items: { mileage: 1000 + at / 100, recorderSpeed: 38, rssi: 24, satellites: 11 },
  });
  const frame = encodeFrame({ id: LOCATION, phone: '013912345678', revision: 2013, serial, body });
  const out: number[] = [];
  for (let i = 1; i < frame.length - 1; i++) {
    if (frame[i] === 0x7d) out.push(frame[++i] === 1 ? 0x7d : 0x7e);
    else out.push(frame[i]!);
  }
  // The check octet, which may have been escaped, is the last one.
  return new Uint8Array(out).subarray(0, -1);
}

function batch(octets: Uint8Array, at: number, from: number, to: number): Uint8Array {
  const records: RecordInput[] = [];
  for (let i = from; i < to; i++) {
    const n = (i * STRIDE) % terminals;
    const terminal = String(13_900_000_000 + n);
    const head = { kind: RECORD_KIND.frame, receivedAt: START + at * 1000, link: n + 1, terminal, ackable: true };
    records.push({ ...head, b: octets, start: 0, end: octets.length });
  }
  const body = new Uint8Array(records.reduce((sum, record) => sum + recordBytes(record), 0));
  let end = 0;
  for (const record of records) end = writeRecord(body, end, record);
  return body;
}

class Times {
  readonly #all = new Float64Array((ROUNDS - WARM) * terminals);
  #count = 0;

  add(some: Float64Array): void {
    this.#all.set(some, this.#count);
    this.#count += some.length;
  }

  /** Nanoseconds. */
  told() {
    const sorted = this.#all.subarray(0, this.#count).sort();
    const at = (share: number): number => Math.round(sorted[Math.floor(share * (this.#count - 1))]! * 1e6);
    const mean = Math.round((sorted.reduce((sum, one) => sum + one, 0) / this.#count) * 1e6);
    return { mean, p50: at(0.5), p99: at(0.99), p999: at(0.999), count: this.#count };
  }
}

const all = new Times();
/** Those of them in which a deadline of another terminal, or their own, made the detector ask something. */
const asking = new Times();
const others = new Times();
const nothing = new Times();
const spent = new Float64Array(WATCHED);
const hasAsked = new Uint8Array(WATCHED);
let state = 1;
let seq = 1;
let worst = 0;
const before = memory();
for (let round = 0; round < ROUNDS; round++) {
  for (let second = 0; second < EVERY_S; second++) {
    const at = round * EVERY_S + second;
    const octets = packet(round, at, round * 110);
    const end = Math.floor((terminals * (second + 1)) / EVERY_S);
    for (let from = Math.floor((terminals * second) / EVERY_S); from < end; from += BATCH) {
      const to = Math.min(end, from + BATCH);
      view.open({ first: seq, count: to - from, body: batch(octets, at, from, to) });
      seq += to - from;
      while (frames(round >= WARM)) {}
      if (detector.behind) tick(START + at * 1000);
    }
    if (detector.nextDeadline() <= START + at * 1000) tick(START + at * 1000);
  }
}
const octets = (memory() - before) / terminals;
const { p50, p99, ...more } = all.told();
const frame = { p50, p99 };
say('per frame, decoding included', { ...frame, ...more });
say('— those with a deadline', asking.told());
say('— the others', others.told());
say('a loop of nothing', nothing.told());
console.log(`ticks among them: the worst ${worst.toFixed(1)} ms`);
console.log(`per terminal: ${Math.round(octets)} octets of heap, ${terminals} terminals`);

// Everybody is gone, and ticks are all that is heard: as many a second as it takes. What is heard in one turn is the stall.
worst = 0;
let ticks = 0;
for (let second = 1; second <= 200; second++) {
  do {
    tick(START + (ROUNDS * EVERY_S + second) * 1000);
    ticks++;
  } while (detector.behind);
}
console.log(`all silent at once: ${ticks} ticks, the worst ${worst.toFixed(1)} ms, ${findings} findings`);
if (flags.json !== '') {
  const worstStallMs = Math.round(worst * 10) / 10;
  const report: CostReport = { terminals, frame, octetsPerTerminal: Math.round(octets), worstStallMs };
  writeFileSync(flags.json, `${JSON.stringify(report, null, 2)}\n`);
}

/** Some frames of the batch, and their times kept; false at its end. */
function frames(kept: boolean): boolean {
  let stopped = switches();
  let n = 0;
  while (n < WATCHED) {
    const before = asked;
    const began = performance.now();
    if (!view.next()) break;
    detector.apply(view, sink);
    spent[n] = performance.now() - began;
    hasAsked[n++] = asked === before ? 0 : 1;
  }
  if (kept && switches() === stopped) {
    const some = spent.subarray(0, n);
    all.add(some);
    asking.add(some.filter((_, i) => hasAsked[i] === 1));
    others.add(some.filter((_, i) => hasAsked[i] === 0));
  }
  if (!kept) return n === WATCHED;
  stopped = switches();
  for (let i = 0; i < n; i++) {
    const began = performance.now();
    idle();
    spent[i] = performance.now() - began;
  }
  if (switches() === stopped) nothing.add(spent.subarray(0, n));
  return n === WATCHED;
}

function idle(): void {
  for (let turn = 0; turn < TURNS; turn++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
}

function say(what: string, { mean, p50, p99, p999, count }: ReturnType<Times['told']>): void {
  console.log(`${what}: mean ${mean} ns, median ${p50}, p99 ${p99}, p99.9 ${p999}; ${count}`);
}

function tick(receivedAt: number): void {
  view.open({ first: seq++, count: 1, body: tickAt(receivedAt) });
  view.next();
  const stopped = switches();
  const began = performance.now();
  detector.apply(view, sink);
  const took = performance.now() - began;
  if (switches() === stopped) worst = Math.max(worst, took);
}

function tickAt(receivedAt: number): Uint8Array {
  const b = encodeFact({ fact: 'tick' });
  const record = { kind: RECORD_KIND.gateway, receivedAt, link: 0, terminal: '', ackable: false, b, start: 0 };
  const input: RecordInput = { ...record, end: b.length };
  const body = new Uint8Array(recordBytes(input));
  writeRecord(body, 0, input);
  return body;
}

/** How often the system took the processor away. */
function switches(): number {
  return process.resourceUsage().involuntaryContextSwitches;
}

/** Octets in use, those of typed arrays among them. */
function memory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
