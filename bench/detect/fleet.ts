/** `npm run exam:fleet`: vehicles through ordinary days, and how often somebody is accused who did nothing. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { FleetBedOptions, FleetBedResult } from './fleet-bed.ts';
import { fleetReportOf, formatFleetReport } from './fleet-report.ts';
import { pool } from './pool.ts';

const HELP = `Usage: npm run exam:fleet -- [--vehicles 50] [--days 365] [--seed 1] [--mix 0.2] [--report FILE] [--jobs N] [--json]

Plays an innocent fleet through the gateway on virtual time and counts false alarms. --mix: forbidden acts of a vehicle
in a year that are planted, to measure precision. --jobs: processes, one for each core unless given; each holds at most
--group vehicles at a time (25).

Example: npm run exam:fleet -- --vehicles 10 --days 30`;

const MOST_VEHICLES = 100_000;
const MOST_DAYS = 3660;

interface FleetSettings {
  readonly vehicles: number;
  readonly days: number;
  readonly seed: string;
  readonly mix: number;
  readonly jobs: number;
  readonly group: number;
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
  const began = performance.now();
  const parts = await playAll(read);
  const report = fleetReportOf(parts, { ...shown(read), seconds: (performance.now() - began) / 1000 });
  if (read.report !== undefined) writeFileSync(read.report, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${read.json ? JSON.stringify(report) : formatFleetReport(report)}\n`);
  return 0;
}

function shown({ vehicles, days, seed }: FleetSettings): { vehicles: number; days: number; seed: string } {
  return { vehicles, days, seed };
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
        group: text,
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
  const report = values['report'];
  const settings: FleetSettings = {
    vehicles: whole('vehicles', 50, MOST_VEHICLES),
    days: whole('days', 365, MOST_DAYS),
    seed: String(values['seed'] ?? '1'),
    mix,
    jobs: whole('jobs', availableParallelism(), 64),
    group: whole('group', 25, 1000),
    report: typeof report === 'string' ? report : undefined,
    json: values['json'] === true,
  };
  return wrong.length > 0 ? { wrong } : settings;
}

/** Groups of vehicles, each before a gateway of its own, as many at a time as there are jobs. */
async function playAll({ vehicles, days, seed, mix, jobs, group }: FleetSettings): Promise<FleetBedResult[]> {
  const size = Math.min(group, Math.ceil(vehicles / Math.min(jobs, vehicles)));
  const groups: Omit<FleetBedOptions, 'file'>[] = [];
  for (let first = 0; first < vehicles; first += size) {
    groups.push({ seed, first, vehicles: Math.min(size, vehicles - first), days, actsPerYear: mix });
  }
  return pool({ worker: new URL('fleet.worker.ts', import.meta.url), workerData: undefined, tasks: groups, jobs });
}
