/**
 * The physical world without a platform: vehicles with their whole hardware through ordinary days, on virtual time, with
 * nobody at the other end. What bounds it is the second-by-second look of a device while its vehicle moves.
 *
 *     node bench/world.ts [--vehicles 20] [--days 5] [--rounds 3]
 */
import { readFileSync } from 'node:fs';
import { VirtualClock } from '../protocol/index.ts';
import { CATALOGUE, readScenarios, YearRun } from '../simulator/index.ts';
import { readFlags } from './flags/read-flags.ts';

const { flags } = readFlags(import.meta.filename, { vehicles: 20, days: 5, rounds: 3 });
const { vehicles, days } = flags;
const START = Date.UTC(2026, 2, 1, 16);

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));

const rates: number[] = [];
for (let round = 0; round < flags.rounds; round++) {
  const clock = new VirtualClock(START);
  const run = new YearRun(
    { file: read.file, seed: `bench ${round}`, first: 0, vehicles, days, startAt: START },
    // A platform that is not there: calls are never taken, so reports stay in the terminals.
    { clock, dial: () => () => {}, tell: () => {}, order: () => {} },
  );
  const before = process.cpuUsage();
  run.start();
  clock.advance(days * 86_400_000);
  run.stop();
  const { user, system } = process.cpuUsage(before);
  rates.push((vehicles * days * 60e6) / (user + system));
}
rates.sort((a, b) => a - b);
const shown = (rate: number | undefined): string => Math.round(rate ?? 0).toLocaleString('en');
console.log(`${vehicles} vehicles, ${days} days, ${rates.length} rounds, by time of the processor`);
console.log(
  `vehicle-days a minute: median ${shown(rates[rates.length >> 1])}, from ${shown(rates[0])} to ${shown(rates.at(-1))}`,
);
