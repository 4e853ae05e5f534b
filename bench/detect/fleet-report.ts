/** The report card of bed F. */
import type { Accusation, FleetBedResult, PlantedAct } from './fleet-bed.ts';
import { type Rate, rateOf, type Share, shareOf } from './interval.ts';

interface Counted {
  readonly count: number;
  readonly examples: readonly string[];
}

interface Cause extends Counted {
  readonly cause: string;
  /** Codes that were said, most first. */
  readonly codes: readonly string[];
}

export interface FleetReport {
  readonly vehicles: number;
  readonly days: number;
  readonly vehicleYears: number;
  readonly seed: string;
  readonly frames: number;
  readonly seconds: number;
  /** False alarms a vehicle-year with their Poisson intervals of 95 %. */
  readonly falseAlarms: {
    /** At severity 2 or more, at any time, and still standing at the end. */
    readonly told: Rate;
    readonly surviving: Rate;
    /** At severity 3 or more, confirmed. */
    readonly accused: Rate;
  };
  /** Events a thousand vehicles a day at severity 2 or more, right and wrong ones. */
  readonly loadPerThousandADay: number;
  /** What was false, by code, most first, with ids of examples. */
  readonly byCode: readonly (Counted & { readonly code: string })[];
  /** What was false, by what was truly so, most first. */
  readonly byCause: readonly Cause[];
  /** Every false alarm. */
  readonly wrong: readonly Accusation[];
  /** Power was cut without an order, but by no wrongdoer: an alarm is right, and counted apart. */
  readonly grey: { readonly happened: number; readonly told: number };
  /** Planted acts found at severity 3 under a right name; share of what was said at severity 3 that was planted. */
  readonly planted: { readonly found: Share; readonly precision: Share; readonly byKind: readonly Kind[] };
}

/** Planted acts of one kind: how many, told of under a right name at severity 2 or more, and found. */
interface Kind {
  readonly what: string;
  readonly of: number;
  readonly told: number;
  readonly found: number;
}

const EXAMPLES = 3;
const DAYS_A_YEAR = 365;
const SERIOUS = 3;

export function fleetReportOf(
  parts: readonly FleetBedResult[],
  { seed, seconds }: { seed: string; seconds: number },
): FleetReport {
  const years = parts.reduce((sum, { vehicleYears }) => sum + vehicleYears, 0);
  const all = parts.flatMap(({ accusations }) => accusations);
  const wrong = all.filter(({ truth }) => truth === 'false');
  const serious = all.filter(({ severity, truth }) => severity >= SERIOUS && truth !== 'grey');
  const acts = parts.flatMap((part) => part.acts);
  const sum = (of: (part: FleetBedResult) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    vehicles: sum((part) => part.vehicles),
    days: Math.max(...parts.map(({ days }) => days)),
    seed,
    vehicleYears: Math.round(years * 1000) / 1000,
    frames: sum(({ frames }) => frames),
    seconds: Math.round(seconds * 10) / 10,
    falseAlarms: {
      told: rateOf(wrong.length, years),
      surviving: rateOf(wrong.filter(({ surviving }) => surviving).length, years),
      accused: rateOf(wrong.filter(({ confirmed }) => confirmed).length, years),
    },
    loadPerThousandADay: Math.round((all.length * 1e6) / (years * DAYS_A_YEAR)) / 1000,
    byCode: byCode(wrong),
    byCause: byCause(wrong),
    wrong,
    grey: { happened: sum(({ grey }) => grey), told: all.filter(({ truth }) => truth === 'grey').length },
    planted: {
      found: shareOf(acts.filter(isFound).length, acts.length),
      precision: shareOf(serious.filter(({ truth }) => truth === 'true').length, serious.length),
      byKind: byKind(acts),
    },
  };
}

function isFound({ severity }: PlantedAct): boolean {
  return severity >= SERIOUS;
}

function byKind(acts: readonly PlantedAct[]): Kind[] {
  return [...Map.groupBy(acts, ({ what }) => what)]
    .map(([what, ones]) => {
      const told = ones.filter(({ severity }) => severity > 0).length;
      return { what, of: ones.length, told, found: ones.filter(isFound).length };
    })
    .sort((a, b) => b.of - a.of);
}

function byCode(wrong: readonly Accusation[]): FleetReport['byCode'] {
  return [...Map.groupBy(wrong, ({ code }) => code)]
    .map(([code, ones]) => ({ code, count: ones.length, examples: ones.slice(0, EXAMPLES).map(({ id }) => id) }))
    .sort((a, b) => b.count - a.count);
}

function byCause(wrong: readonly Accusation[]): FleetReport['byCause'] {
  return [...Map.groupBy(wrong, ({ cause }) => cause)]
    .map(([cause, ones]) => ({
      cause,
      count: ones.length,
      codes: byCode(ones).map(({ code }) => code),
      examples: ones.slice(0, EXAMPLES).map(({ id }) => id),
    }))
    .sort((a, b) => b.count - a.count);
}

const hours = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `day ${Math.floor(minutes / 1440)} ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
};

/** For people. @param list with every false alarm. */
export function formatFleetReport(report: FleetReport, list = false): string {
  const rate = (name: string, { events, rate: each, low, high }: Rate): string =>
    `${name.padEnd(28)} ${String(events).padStart(6)}   ${each.toFixed(4)} a vehicle-year   ${low.toFixed(4)} – ${high.toFixed(4)}`;
  const { told, surviving, accused } = report.falseAlarms;
  const lines = [
    `${report.vehicles} vehicles, ${report.days} days: ${report.vehicleYears} vehicle-years, ${report.frames} frames in ${report.seconds} s`,
    rate('false, severity 2 or more', told),
    rate('  standing at the end', surviving),
    rate('false, severity 3 confirmed', accused),
    ...report.byCode.map(({ code, count, examples }) => `  ${code} ${count}  ${examples.join(' ')}`),
    ...report.byCause.map(({ cause, count, codes }) => `  ${cause}: ${count} (${codes.join(', ')})`),
    ...(list ? report.wrong.map(formatWrong) : []),
    `grey: ${report.grey.happened} happened, ${report.grey.told} told of`,
    `load: ${report.loadPerThousandADay} events a thousand vehicles a day at severity 2 or more`,
  ];
  const { found, precision, byKind: kinds } = report.planted;
  if (found.of > 0) {
    lines.push(
      `planted: ${found.passed} of ${found.of} found (${found.low} – ${found.high}), precision at severity 3 ${precision.share}`,
      ...kinds.map(({ what, of, told: said, found: sure }) => `  ${what}: ${sure} of ${of}, ${said} told of`),
    );
  }
  return lines.join('\n');
}

function formatWrong({
  code,
  severity,
  confirmed,
  surviving,
  cause,
  profile,
  terminal,
  at,
  because,
}: Accusation): string {
  const state = `${confirmed ? ' confirmed' : ''}${surviving ? '' : ', withdrawn later'}`;
  return `  ${code} at ${severity}${state}: ${cause} (${profile}, ${terminal}, ${hours(at)})\n    ${because}`;
}
