/** `npm run exam:fleet`: vehicles through ordinary days, and how often somebody is accused who did nothing. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { noRoomFor } from '../flags/results.ts';
import type { FleetBedResult } from './fleet-bed.ts';
import { fleetReportOf, formatFleetReport } from './fleet-report.ts';
import type { FleetTask } from './fleet.worker.ts';
import { pool } from './pool.ts';

const HELP = `Usage: npm run exam:fleet -- [options]

Plays an innocent fleet through the gateway on virtual time and counts false alarms. Vehicles are neighbours within
their district only: outages and interference are shared by 5 to 30 % of it, so small districts say little.

  --vehicles N    all of them together (400)
  --district N    vehicles of a district, one gateway for each (100)
  --days N        days; districts begin in spring, summer, autumn and winter by turns (50)
  --seed TEXT     which fleet (1)
  --mix N         forbidden acts of a vehicle in a year that are planted, to measure precision (0)
  --jobs N        districts at a time (one for each core)
  --keep DIR      keeps the journals of the districts and what was true, some 55 MB for a vehicle-year
  --again DIR     judges districts that were kept, with the detector as it is, in a sixth of the time
  --list          every false alarm with what was so and what it rests on
  --report FILE   the report as JSON, every false alarm in it
  --json          the report as JSON instead of text

Example: npm run exam:fleet -- --vehicles 100 --days 14 --list`;

const MOST_VEHICLES = 100_000;
const MOST_DAYS = 3660;

interface FleetSettings {
  readonly vehicles: number;
  readonly days: number;
  readonly seed: string;
  readonly mix: number;
  readonly jobs: number;
  readonly district: number;
  readonly keep: string | undefined;
  readonly again: string | undefined;
  readonly list: boolean;
  readonly report: string | undefined;
  readonly json: boolean;
}

process.exitCode = await main();

async function main(): Promise<0 | 2> {
  const read = readSettings(process.argv.slice(2));
  if ('help' in read) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if ('wrong' in read) {
    for (const line of read.wrong) process.stderr.write(`${line}\n`);
    return 2;
  }
  const nowhere = noRoomFor({ report: read.report });
  if (nowhere.length > 0) {
    for (const line of nowhere) process.stderr.write(`${line}\n`);
    return 2;
  }
  const began = performance.now();
  const parts = await playAll(read);
  const report = fleetReportOf(parts, { seed: read.seed, seconds: (performance.now() - began) / 1000 });
  if (read.report !== undefined) writeFileSync(read.report, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${read.json ? JSON.stringify(report) : formatFleetReport(report, read.list)}\n`);
  return 0;
}

function readSettings(args: readonly string[]): FleetSettings | { wrong: string[] } | { help: true } {
  const wrong: string[] = [];
  const text = { type: 'string' } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    values = parseArgs({
      args: [...args],
      options: {
        vehicles: text,
        days: text,
        seed: text,
        mix: text,
        jobs: text,
        district: text,
        keep: text,
        again: text,
        list: { type: 'boolean' },
        report: text,
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    return { wrong: [error instanceof Error ? error.message : String(error)] };
  }
  if (values['help'] === true) return { help: true };
  const whole = (name: string, otherwise: number, most: number): number => {
    const value = Number(values[name] ?? otherwise);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    wrong.push(`--${name}: is '${String(values[name])}', expected a whole number from 1 to ${most}`);
    return otherwise;
  };
  const mix = Number(values['mix'] ?? 0);
  if (!(mix >= 0 && mix <= 100)) wrong.push(`--mix: is '${String(values['mix'])}', expected acts a year from 0 to 100`);
  const named = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const again = named('again');
  if (again !== undefined && !existsSync(again)) wrong.push(`--again: there is no directory '${again}'`);
  const settings: FleetSettings = {
    vehicles: whole('vehicles', 400, MOST_VEHICLES),
    days: whole('days', 50, MOST_DAYS),
    seed: String(values['seed'] ?? '1'),
    mix,
    jobs: whole('jobs', availableParallelism(), 64),
    district: whole('district', 100, 1000),
    keep: named('keep'),
    again,
    list: values['list'] === true,
    report: named('report'),
    json: values['json'] === true,
  };
  return wrong.length > 0 ? { wrong } : settings;
}

/** Districts, each before a gateway of its own, as many at a time as there are jobs. */
async function playAll(settings: FleetSettings): Promise<FleetBedResult[]> {
  const { jobs, again } = settings;
  const tasks = again === undefined ? toPlay(settings) : kept(again);
  return pool({ worker: new URL('fleet.worker.ts', import.meta.url), workerData: undefined, tasks, jobs });
}

function toPlay({ vehicles, days, seed, mix, district, keep }: FleetSettings): FleetTask[] {
  const tasks: FleetTask[] = [];
  if (keep !== undefined) mkdirSync(keep, { recursive: true });
  for (let first = 0; first < vehicles; first += district) {
    const season = first / district;
    const task = { seed, first, vehicles: Math.min(district, vehicles - first), days, season, actsPerYear: mix };
    tasks.push(keep === undefined ? task : { ...task, keep: join(keep, `${seed}-${first}`) });
  }
  return tasks;
}

function kept(directory: string): FleetTask[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join(directory, name.replace(/\.json$/, '')));
}
