/**
 * What the detector costs: a frame, a terminal, and the longest that anybody waits when a whole fleet falls silent.
 * `node --expose-gc bench/detect/cost.ts [terminals] [--json FILE]`. Times in which
 * the system gave the processor to somebody else are left out.
 */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createDetector } from '../../gateway/fold/detect/detector.ts';
import { PositionReader } from '../../gateway/fold/positions.ts';
import { encodeFact } from '../../gateway/intake/facts.ts';
import { RECORD_KIND, type RecordInput, recordBytes, writeRecord } from '../../gateway/journal/record.ts';
import { RecordView } from '../../gateway/journal/record-view.ts';
import { encodeBody, encodeFrame } from '../../protocol/index.ts';
import type { CostReport } from './card.ts';

const START = Date.parse('2026-03-02T08:00:00+08:00');
const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const terminals = Number(positionals[0] ?? 100_000);
const LOCATION = 0x0200;
const ROUNDS = 16;
/** The first rounds are for the compiler. */
const WARM = 6;

const detector = createDetector({ reader: new PositionReader(() => 2013), vendor: () => undefined });
let findings = 0;
const sink = { finding: () => void findings++ };
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
  for (let i = 1; i < frame.length - 2; i++) {
    if (frame[i] === 0x7d) out.push(frame[++i] === 1 ? 0x7d : 0x7e);
    else out.push(frame[i]!);
  }
  return new Uint8Array(out);
}

function batch(octets: Uint8Array, at: number, from: number, to: number): Uint8Array {
  const records: RecordInput[] = [];
  for (let n = from; n < to; n++) {
    const terminal = String(13_900_000_000 + n);
    const head = { kind: RECORD_KIND.frame, receivedAt: START + at * 1000, link: n + 1, terminal, ackable: true };
    records.push({ ...head, b: octets, start: 0, end: octets.length });
  }
  const body = new Uint8Array(records.reduce((sum, record) => sum + recordBytes(record), 0));
  let end = 0;
  for (const record of records) end = writeRecord(body, end, record);
  return body;
}

const times: number[] = [];
let seq = 1;
const before = memory();
for (let round = 0; round < ROUNDS; round++) {
  const octets = packet(round, round * 10, round * 110);
  for (let from = 0; from < terminals; from += 10_000) {
    const to = Math.min(terminals, from + 10_000);
    const body = batch(octets, round * 10, from, to);
    view.open({ first: seq, count: to - from, body });
    seq += to - from;
    // Sixteen at a time, so that the clock's own cost is spread; the worst sixteenth is what p99 is of.
    for (let more = true; more; ) {
      const stopped = switches();
      const began = performance.now();
      let n = 0;
      for (; n < 16; n++) {
        more = view.next();
        if (!more) break;
        detector.apply(view, sink);
      }
      const took = performance.now() - began;
      if (n > 0 && round >= WARM && switches() === stopped) times.push((took * 1e6) / n);
    }
  }
}
const octets = (memory() - before) / terminals;
times.sort((a, b) => a - b);
const at = (share: number): number => Math.round(times[Math.floor(share * (times.length - 1))]!);
const frame = { p50: at(0.5), p99: at(0.99) };
console.log(`per frame, decoding included: median ${frame.p50} ns, p99 ${frame.p99} ns (means of 16 frames)`);
console.log(`per terminal: ${Math.round(octets)} octets of heap, ${terminals} terminals`);

// Everybody is gone, and ticks are all that is heard: as many a second as it takes. What is heard in one turn is the stall.
let worst = 0;
let ticks = 0;
const silentFrom = START + ROUNDS * 10_000;
for (let second = 1; second <= 200; second++) {
  do {
    const tick = tickAt(silentFrom + second * 1000);
    view.open({ first: seq++, count: 1, body: tick });
    view.next();
    const stopped = switches();
    const began = performance.now();
    detector.apply(view, sink);
    const took = performance.now() - began;
    if (switches() === stopped) worst = Math.max(worst, took);
    ticks++;
  } while (detector.behind);
}
console.log(`all silent at once: ${ticks} ticks, the worst ${worst.toFixed(1)} ms, ${findings} findings`);
if (values.json !== undefined) {
  const worstStallMs = Math.round(worst * 10) / 10;
  const report: CostReport = { terminals, frame, octetsPerTerminal: Math.round(octets), worstStallMs };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
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
