/**
 * What keeping tracks costs: the journal's records of a fleet are handed to the follower a second at a time, as the gateway
 * does, and the processor time of that thread, the octets it made the kernel write and the size of the file are divided by the points.
 * Records are made beforehand, in turns of a second, which are not counted.
 *
 *     node bench/tracks.ts [--fleets 10000x1x60,1000x0.0333x60,10000x30x900] [--dir DIR]
 *
 * A fleet is terminals × seconds between two reports × seconds that it drives. A third of it is parked.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrackFile, trackPath } from '../gateway/fold/store/track-file.ts';
import { TrackFollower } from '../gateway/fold/store/track-follower.ts';
import type { BatchBody } from '../gateway/journal/record-view.ts';
import { RECORD_KIND, type RecordInput, recordBytes, writeRecord } from '../gateway/journal/record.ts';
import { seededRandom } from '../protocol/index.ts';
import { frameOf, ID, locationBody, packetOf } from '../tests/support/terminal-frames.ts';
import { readFlags } from './flags/read-flags.ts';

const { flags } = readFlags(import.meta.filename, {
  fleets: '10000x1x60,1000x0.0333x60,10000x30x900',
  dir: tmpdir(),
});
const START = Date.parse('2026-03-02T08:00:00+08:00');
const FIRST = 13_900_000_000;
const SECOND = 1000;
const HOUR = 3_600_000;
/** As much as the thread reads of the journal in one go. */
const READ_BYTES = 1 << 20;
const READS = 200;
const random = seededRandom('tracks');

interface Car {
  readonly phone: string;
  readonly parked: boolean;
  /** Seconds from the start to its next report. */
  due: number;
  latitude: number;
  longitude: number;
  speed: number;
  direction: number;
  mileage: number;
  serial: number;
}

function cars(count: number, every: number): Car[] {
  return Array.from({ length: count }, (_, n) => ({
    phone: String(FIRST + n),
    parked: n % 3 === 0,
    due: random.next() * every,
    latitude: 24 + random.next(),
    longitude: 102 + random.next(),
    speed: 40,
    direction: random.next() * 360,
    mileage: random.next() * 100_000,
    serial: 0,
  }));
}

function drive(car: Car, seconds: number): void {
  if (car.parked) return;
  car.speed = Math.min(90, Math.max(5, car.speed + (random.next() - 0.5) * 2 * seconds));
  car.direction = (car.direction + (random.next() - 0.5) * 10 * seconds + 720) % 360;
  const km = (car.speed * seconds) / 3600;
  const angle = (car.direction * Math.PI) / 180;
  car.latitude += (km / 111) * Math.cos(angle);
  car.longitude += (km / 101) * Math.sin(angle);
  car.mileage += km;
}

function report(car: Car): RecordInput {
  const time = START + Math.floor(car.due) * SECOND;
  const body = locationBody({
    time,
    latitude: Number(car.latitude.toFixed(6)),
    longitude: Number(car.longitude.toFixed(6)),
    altitude: car.parked ? 1892 : 1890 + Math.floor(random.next() * 4),
    speed: car.parked ? 0 : Number(car.speed.toFixed(1)),
    direction: Math.floor(car.direction),
    items: { mileage: Number(car.mileage.toFixed(1)), rssi: 26, satellites: 12 },
  });
  car.serial = (car.serial + 1) & 0xffff;
  const b = packetOf(frameOf({ phone: `0${car.phone}`, revision: 2013 }, ID.location, car.serial, body));
  const receivedAt = Math.floor(START + car.due * SECOND + 300 + random.next() * 100);
  return {
    kind: RECORD_KIND.frame,
    receivedAt,
    link: 1,
    terminal: car.phone,
    ackable: true,
    b,
    start: 0,
    end: b.length,
  };
}

/** Reports of [second, second + 1), in the order of their times. */
function reportsOf(fleet: readonly Car[], second: number, every: number): RecordInput[] {
  const found: { due: number; record: RecordInput }[] = [];
  for (const car of fleet) {
    for (; car.due < second + 1; car.due += every) {
      drive(car, every);
      found.push({ due: car.due, record: report(car) });
    }
  }
  return found.sort((a, b) => a.due - b.due).map(({ record }) => record);
}

function batchOf(records: readonly RecordInput[], first: number): BatchBody {
  const body = new Uint8Array(records.reduce((sum, record) => sum + recordBytes(record), 0));
  records.reduce((at, record) => writeRecord(body, at, record), 0);
  return { first, count: records.length, body };
}

/** Octets that this process made the kernel write to files. */
function written(): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1]);
}

/** Microseconds of processor of this thread that `work` takes. */
function timed(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}

function measure(terminals: number, every: number, seconds: number): void {
  const dir = mkdtempSync(join(flags.dir, 'xingji-tracks-'));
  const fleet = cars(terminals, every);
  const tracks = openTrackFile(dir);
  let batches: BatchBody[] = [];
  const taken = (): never[] => batches.splice(0) as never[];
  const follower = new TrackFollower({ read: taken }, tracks);
  let points = 0;
  let micros = 0;
  const before = written();
  for (let second = 0; second < seconds; second++) {
    const records = reportsOf(fleet, second, every);
    batches = [];
    // Commits of a busy gateway have some hundred records.
    for (let from = 0; from < records.length; from += 500) {
      const some = records.slice(from, from + 500);
      batches.push(batchOf(some, 1 + points));
      points += some.length;
    }
    micros += timed(() => {
      while (follower.step(READ_BYTES));
      follower.write();
    });
  }
  micros += timed(() => follower.writeAll());
  const octets = written() - before;
  tracks.close();

  const reader = openTrackFile(dir, { readOnly: true });
  let told = 0;
  const reading = timed(() => {
    for (let i = 0; i < READS; i++) {
      const terminal = fleet[(i * 7919) % terminals]!.phone;
      told += reader.read(terminal, { from: START, to: START + HOUR, limit: 100_000 }).length;
    }
  });
  reader.close();
  const size = statSync(trackPath(dir)).size;
  console.log(
    [
      `${terminals} × 1/${every} s, ${seconds} s, ${points} points`,
      `${(micros / points).toFixed(2)} µs a point`,
      `${(size / points).toFixed(1)} octets in the file`,
      `${(octets / points).toFixed(0)} written`,
      `read ${(reading / told).toFixed(2)} µs a point`,
    ].join(', '),
  );
  rmSync(dir, { recursive: true });
}

for (const fleet of flags.fleets.split(',')) {
  const [terminals, every, seconds] = fleet.split('x').map(Number);
  measure(terminals!, every!, seconds!);
}
