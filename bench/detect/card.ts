/** The report card: what the examinations of one release came to, on one page. */
import type { FleetReport } from './fleet-report.ts';
import type { Rate, Share } from './interval.ts';
import type { ExamReport } from './report.ts';

/** What `cost.ts --json` writes. */
export interface CostReport {
  readonly terminals: number;
  /** Nanoseconds a frame, decoding included. */
  readonly frame: { readonly p50: number; readonly p99: number };
  readonly octetsPerTerminal: number;
  /** Of the second in which most deadlines pass, ms, when all terminals drop at once. */
  readonly worstStallMs: number;
}

export interface CardParts {
  readonly bed: ExamReport;
  readonly fleet?: FleetReport;
  readonly mix?: FleetReport;
  readonly cost?: CostReport;
  /** Other examinations by name: mutated scenarios, a profile that nobody trained on, another model of causes. */
  readonly held: Readonly<Record<string, ExamReport>>;
  /** Published with the result; undefined where no test seeds were played. */
  readonly salt: string | undefined;
}

/** A line of the card: what, how it stands, and what is aimed at. */
export interface CardRow {
  readonly section: string;
  readonly name: string;
  readonly value: string;
  readonly target?: string;
  /** Whether the target is reached; undefined where there is none. */
  readonly met?: boolean;
}

export interface Card {
  readonly title: string;
  readonly rows: readonly CardRow[];
}

/** What is asked at the least: guilty runs by difficulty, and false alarms a vehicle-year. */
const LEAST: Readonly<Record<string, number>> = {
  'guilty 1': 0.98,
  'guilty 2': 0.98,
  'guilty 3': 0.93,
  'guilty 4': 0.8,
  'guilty 5': 0.45,
};
const MOST_TOLD = 0.25;
const MOST_ACCUSED = 0.05;
const LEAST_F1 = 0.88;
const MOST_ECE = 0.08;
const MOST_FRAME_NS = 2000;
const MOST_OCTETS = 1024;
const MOST_STALL_MS = 50;
const LEAST_PRECISION = 0.8;

export function cardOf({ bed, fleet, mix, cost, held, salt }: CardParts): Card {
  const { weights, scenarios, seeds } = bed;
  const title = [
    `weights v${weights.version} (${weights.sha256.substring(0, 12)})`,
    `scenarios ${scenarios.substring(0, 19)}`,
    `seeds ${seeds}`,
    ...(salt === undefined ? [] : [`salt ${salt}`]),
  ].join(', ');
  return {
    title,
    rows: [
      ...bedRows(bed),
      ...(fleet === undefined ? [] : fleetRows(fleet)),
      ...(mix === undefined ? [] : mixRows(mix)),
      ...latencyRows(bed),
      ...qualityRows(bed),
      ...(cost === undefined ? [] : costRows(cost)),
      ...Object.entries(held).flatMap(([name, report]) => heldRows(name, report, bed)),
      ...variedRows(bed),
    ],
  };
}

function row(section: string, name: string, value: string, target?: readonly [text: string, met: boolean]): CardRow {
  return target === undefined ? { section, name, value } : { section, name, value, target: target[0], met: target[1] };
}

function bedRows(bed: ExamReport): CardRow[] {
  const section = 'bed S';
  const { provisional, final, found, precision } = bed.events;
  const { f1, low, high } = final.macro;
  return [
    ...Object.entries(bed.byDifficulty).map(([name, share]) => {
      const least = LEAST[name];
      return row(
        section,
        name,
        shown(share),
        least === undefined ? undefined : [`≥ ${percent(least)}`, share.share >= least],
      );
    }),
    row(section, 'false alarms in innocent runs', shown(bed.falseAlarms)),
    row(section, 'acts found', shown(found)),
    row(section, 'accusations that are right', shown(precision)),
    row(section, 'macro F1, final', `${f1} (${low} – ${high})`, [`≥ ${LEAST_F1}`, f1 >= LEAST_F1]),
    row(section, 'macro F1, provisional', `${provisional.macro.f1}`),
    row(section, 'micro F1, final', `${final.micro.f1}`),
    row(section, 'unresolved', shown(bed.unresolved)),
    row(section, 'named, but wrongly', shown(bed.wrongLabel)),
  ];
}

function fleetRows({ falseAlarms: { told, surviving, accused }, byCause, vehicleYears }: FleetReport): CardRow[] {
  const section = 'bed F';
  return [
    row(section, 'vehicle-years', vehicleYears.toFixed(2)),
    row(section, 'false alarms a vehicle-year, severity ≥ 2', rate(told), [`≤ ${MOST_TOLD}`, told.rate <= MOST_TOLD]),
    row(section, '… standing at the end', rate(surviving)),
    row(section, '… severity ≥ 3, confirmed', rate(accused), [`≤ ${MOST_ACCUSED}`, accused.rate <= MOST_ACCUSED]),
    ...byCause
      .slice(0, 5)
      .map(({ cause, count, codes, examples }) =>
        row(section, cause, `${count} (${codes.join(', ')}), such as ${examples[0]}`),
      ),
  ];
}

function mixRows({ planted: { found, precision }, loadPerThousandADay: load }: FleetReport): CardRow[] {
  const section = 'F-mix';
  return [
    row(section, 'planted acts found', shown(found)),
    row(section, 'precision at severity ≥ 3', shown(precision), [
      `≥ ${percent(LEAST_PRECISION)}`,
      precision.share >= LEAST_PRECISION,
    ]),
    row(section, 'events a thousand vehicles a day, severity ≥ 2', String(load)),
  ];
}

function latencyRows({ latency, latencyByProfile, settled }: ExamReport): CardRow[] {
  const rows = Object.entries(latency).map(([code, { fair }]) => {
    const each = Object.entries(latencyByProfile[code] ?? {}).map(([name, { p50, p95 }]) => `${name} ${p50}/${p95}`);
    return row('fair latency', code, `p50 ${fair.p50} s, p95 ${fair.p95} s, ${fair.count} found: ${each.join(', ')}`);
  });
  if (settled.count === 0) return rows;
  return [
    ...rows,
    row('fair latency', 'verdict after the last stored record', `p50 ${settled.p50} s, p95 ${settled.p95} s`),
  ];
}

function qualityRows({ revisions: { toRight, toWrong }, calibration, explanations }: ExamReport): CardRow[] {
  const section = 'quality';
  const { exact, changed } = explanations;
  const { ece, brier, count } = calibration;
  return [
    row(section, 'revisions to right : to wrong', `${toRight} : ${toWrong}`, ['≥ 10 : 1', toRight >= 10 * toWrong]),
    row(section, 'expected calibration error', `${ece} of ${count}`, [`≤ ${MOST_ECE}`, ece <= MOST_ECE]),
    row(section, 'Brier score', String(brier)),
    row(section, 'explanations that add up', shown(exact), ['100 %', exact.passed === exact.of]),
    row(section, 'strongest evidence names what changed', shown(changed), ['≥ 95 %', changed.share >= 0.95]),
  ];
}

function costRows({ frame, octetsPerTerminal: octets, worstStallMs: worst, terminals }: CostReport): CardRow[] {
  const section = 'cost';
  return [
    row(section, 'a frame', `p50 ${frame.p50} ns, p99 ${frame.p99} ns`, [
      `≤ ${MOST_FRAME_NS} ns`,
      frame.p99 <= MOST_FRAME_NS,
    ]),
    row(section, 'a terminal', `${octets} octets`, [`≤ ${MOST_OCTETS}`, octets <= MOST_OCTETS]),
    row(section, `${terminals} terminals silent at once`, `${worst} ms at worst`, [
      `≤ ${MOST_STALL_MS} ms`,
      worst <= MOST_STALL_MS,
    ]),
  ];
}

function heldRows(name: string, report: ExamReport, bed: ExamReport): CardRow[] {
  const { guilty, innocent } = report.byKind;
  const before = bed.byKind['guilty'];
  const rows: CardRow[] = [];
  if (guilty !== undefined) {
    const lost = before === undefined ? undefined : before.share - guilty.share;
    const than =
      lost === undefined
        ? ''
        : `, ${(100 * Math.abs(lost)).toFixed(1)} points ${lost >= 0 ? 'less' : 'more'} than as in the file`;
    rows.push(row('held out', `${name}: guilty`, `${shown(guilty)}${than}`));
  }
  if (innocent !== undefined) rows.push(row('held out', `${name}: innocent`, shown(innocent)));
  return rows;
}

function variedRows({ varied }: ExamReport): CardRow[] {
  const [asItIs] = varied;
  if (asItIs === undefined) return [];
  const points = (now: Share, then: Share): string => {
    const change = 100 * (now.share - then.share);
    return `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(1)}`;
  };
  return varied.map((one) => {
    if (!one.name.startsWith('without') && !one.name.startsWith('weights')) {
      return row('invariance', one.name, `${one.same.passed} of ${one.same.of} unchanged`, [
        'all',
        one.same.passed === one.same.of,
      ]);
    }
    const change = `guilty ${points(one.guilty, asItIs.guilty)}, innocent ${points(one.innocent, asItIs.innocent)} points`;
    return row(
      'ablation',
      one.name,
      `${change}, ${one.falseAlarms.passed - asItIs.falseAlarms.passed} more false alarms`,
    );
  });
}

function shown({ passed, of, share, low, high }: Share): string {
  return `${percent(share)} (${percent(low)} – ${percent(high)}), ${passed} of ${of}`;
}

function rate({ events, rate: each, low, high }: Rate): string {
  return `${each.toFixed(3)} (${low.toFixed(3)} – ${high.toFixed(3)}), ${events} in all`;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** For a terminal. */
export function formatCard({ title, rows }: Card): string {
  const lines = [title];
  let section = '';
  for (const { section: own, name, value, target, met } of rows) {
    if (own !== section) lines.push('', own.toUpperCase());
    section = own;
    const aim = target === undefined ? '' : `   ${met === true ? 'reached' : 'MISSED'} ${target}`;
    lines.push(`  ${name.padEnd(46)} ${value}${aim}`);
  }
  return lines.join('\n');
}
