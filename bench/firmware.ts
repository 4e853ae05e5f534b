/**
 * What the simulator's firmware costs without sockets: days of physical vehicles, and light terminals that report.
 *
 * A day is one commuter's: an hour of driving in the morning and one in the evening, moved every second, the rest parked.
 * A platform answers at once. Run with `node bench/firmware.ts [profiles…]`.
 */
import { cpus } from 'node:os';
import { seededRandom } from '../protocol/index.ts';
import { ordinaryCauses } from '../simulator/world/causes.ts';
import { World } from '../simulator/world/world.ts';
import type { Effect, Input } from '../simulator/firmware/effects.ts';
import { identityOf } from '../simulator/firmware/identity.ts';
import { FACTORY_SETTINGS } from '../simulator/firmware/settings.ts';
import { nextDeadline, step } from '../simulator/firmware/step.ts';
import { newPhysicalTerminal, newTerminal, type Terminal } from '../simulator/firmware/terminal.ts';
import { PROFILES } from '../simulator/profiles/index.ts';
import { readFlags, refuse } from './flags/read-flags.ts';

const { operands } = readFlags(import.meta.filename, {}, true);
for (const name of operands) {
  if (!(name in PROFILES)) refuse(`there is no profile ${name}; there are ${Object.keys(PROFILES).join(', ')}`);
}

const START = Date.parse('2026-01-05T00:00:00+08:00');
const DAY_MS = 86_400_000;
const FIRST_PHONE = 13_800_000_001;
/** Driven from eight to nine and from five to six. */
const DRIVES = [8, 17].map((hour) => [START + hour * 3_600_000, START + (hour + 1) * 3_600_000] as const);
const EAST_PER_SECOND = 40 / 3600 / 100.7;

/** Processor time, so that others on the machine do not count. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Answers what a platform answers, at once and in order. */
function platform(terminal: Terminal): (input: Input, now: number) => number {
  const effects: Effect[] = [];
  const queue: Input[] = [];
  return (input, now) => {
    let sent = 0;
    for (let next: Input | undefined = input; next !== undefined; next = queue.shift()) {
      effects.length = 0;
      step(terminal, next, now, effects);
      for (const effect of effects) {
        if (effect.kind === 'dial') queue.push({ kind: 'connected' });
        if (effect.kind !== 'send') continue;
        sent++;
        const { id, serial } = effect;
        if (id === 0x0100) queue.push({ kind: 'registered', replySerial: serial, result: 0, authCode: 'C' });
        else queue.push({ kind: 'acknowledged', replySerial: serial, replyId: id, result: 0 });
      }
    }
    return sent;
  };
}

/** One day of a vehicle. Returns the messages it sent. */
function day(profile: string, index: number): number {
  const causes = { ...ordinaryCauses(), latitude: 25.04, longitude: 102.71 };
  const chosen = PROFILES[profile];
  if (chosen === undefined)
    throw new Error(`expected a profile of ${Object.keys(PROFILES).join(', ')}, got ${profile}`);
  const identity = identityOf(index, chosen.revision, FIRST_PHONE);
  const terminal = newPhysicalTerminal({ identity, profile: chosen, causes, seed: index, at: START });
  const take = platform(terminal);
  let sent = take({ kind: 'wake' }, START);
  let driving = false;
  for (let now = START; now < START + DAY_MS; ) {
    const turn = DRIVES.flat().find((at) => at > now) ?? START + DAY_MS;
    now = Math.min(Math.max(nextDeadline(terminal), now), turn);
    const drives = DRIVES.some(([from, to]) => now >= from && now < to);
    if (driving) {
      causes.longitude += EAST_PER_SECOND;
      causes.odometer += 40 / 3600;
    }
    sent += take({ kind: 'wake' }, now);
    if (drives === driving) continue;
    driving = drives;
    Object.assign(causes, { acc: drives, engine: drives, speed: drives ? 40 : 0, supply: drives ? 14.1 : 12.6 });
    sent += take({ kind: 'wake' }, now);
  }
  return sent;
}

function physical(profile: string): void {
  day(profile, 0);
  const began = processorMs();
  let days = 0;
  let messages = 0;
  while (processorMs() - began < 3000) messages += day(profile, ++days);
  const perMinute = (days * 60_000) / (processorMs() - began);
  console.log(
    `profile ${profile.padEnd(6)} ${perMinute.toFixed(0).padStart(6)} vehicle-days a minute of one core, ${(messages / days).toFixed(0)} messages each`,
  );
}

/** Terminals with a vehicle's readings: time and memory for each. */
function light(count: number, minutes: number): void {
  const world = new World(seededRandom('bench/firmware'));
  const before = process.memoryUsage().heapUsed;
  const settings = { ...FACTORY_SETTINGS, reportMs: 30_000 };
  const fleet = Array.from({ length: count }, (_, index) => {
    const identity = identityOf(index, 2019, FIRST_PHONE);
    const terminal = newTerminal({
      identity,
      vehicle: world.vehicle(index),
      settings,
      spread: index / count,
      powerAt: START,
      reportForMs: Number.POSITIVE_INFINITY,
    });
    return { terminal, take: platform(terminal) };
  });
  const octets = (process.memoryUsage().heapUsed - before) / count;
  let sent = 0;
  const run = (from: number, to: number): number => {
    const began = processorMs();
    sent = 0;
    for (const { terminal, take } of fleet)
      for (let due = Math.max(from, nextDeadline(terminal)); due < to; due = nextDeadline(terminal))
        sent += take({ kind: 'wake' }, due);
    return processorMs() - began;
  };
  run(START, START + 120_000);
  const ms = run(START + 120_000, START + 120_000 + minutes * 60_000);
  const share = (100 * ms) / (minutes * 60_000);
  console.log(
    `light: ${count} terminals, one report in 30 s: ${((1000 * ms) / sent).toFixed(1)} µs a report, ${share.toFixed(1)} % of one core, ${(octets / 1024).toFixed(1)} KiB each`,
  );
}

/** Memory of a physical terminal that has reported for ten minutes. */
function memory(count: number): void {
  const before = process.memoryUsage();
  const profile = PROFILES['E'];
  if (profile === undefined) return;
  const all = Array.from({ length: count }, (_, index) => {
    const causes = { ...ordinaryCauses(), acc: true };
    const identity = identityOf(index, profile.revision, FIRST_PHONE);
    const terminal = newPhysicalTerminal({ identity, profile, causes, seed: index, at: START });
    const take = platform(terminal);
    take({ kind: 'wake' }, START);
    for (let due = nextDeadline(terminal); due < START + 600_000; due = nextDeadline(terminal))
      take({ kind: 'wake' }, due);
    return terminal;
  });
  const after = process.memoryUsage();
  const octets = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / all.length;
  console.log(`physical: ${(octets / 1024).toFixed(1)} KiB each`);
}

console.log(`${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`);
for (const profile of operands.length > 0 ? operands : ['A', 'C', 'D', 'E']) physical(profile);
memory(10_000);
light(50_000, 2);
