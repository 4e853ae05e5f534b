/** The outcome of an examination in figures: `report.json`, and a table for people. */
import type { Scenario } from '../../simulator/index.ts';
import type { RunResult } from './bed.ts';
import { SELF } from './event.ts';
import { quantile, type Share, shareOf } from './interval.ts';

export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface ExamReport {
  readonly runs: number;
  readonly scenarios: string;
  readonly seeds: readonly (string | number)[];
  readonly passed: Share;
  /** By `guilty`, `innocent`, `grey`. */
  readonly byKind: Readonly<Record<string, Share>>;
  /** By kind and difficulty: `guilty 3`. */
  readonly byDifficulty: Readonly<Record<string, Share>>;
  readonly byProfile: Readonly<Record<string, Share>>;
  /** Innocent runs in which something forbidden was said. */
  readonly falseAlarms: Share;
  /** Label expected → label at the end → runs; `provisional`: the label of the first violation that was raised. */
  readonly confusion: { readonly final: Matrix; readonly provisional: Matrix };
  /** Share of guilty runs whose last label leaves open which of several it was. */
  readonly unresolved: Share;
  readonly macroF1: { readonly final: number; readonly provisional: number };
  /** Seconds from the reference of a demand; `fair`: from the first frame, or the deadline of silence, that could show it. */
  readonly latency: Readonly<Record<string, { readonly fromReference: Latency; readonly fair: Latency }>>;
  readonly cost: { readonly seconds: number; readonly frames: number; readonly microsecondsPerFrame: number };
  /** Scenarios that fail, worst first, with the commonest reasons. */
  readonly failing: readonly {
    readonly scenario: string;
    readonly passed: Share;
    readonly faults: readonly string[];
  }[];
}

type Matrix = Readonly<Record<string, Readonly<Record<string, number>>>>;

const UNRESOLVED: ReadonlySet<string> = new Set(['T205', 'T304']);
const REASONS = 4;

export function reportOf(
  results: readonly RunResult[],
  scenarios: ReadonlyMap<string, Scenario>,
  about: { readonly scenarios: string; readonly seconds: number },
): ExamReport {
  const kindOf = ({ scenario }: RunResult): string => scenarios.get(scenario)!.kind;
  const levelOf = (run: RunResult): string => `${kindOf(run)} ${scenarios.get(run.scenario)!.difficulty}`;
  const innocent = results.filter((run) => kindOf(run) === 'innocent');
  const guilty = results.filter((run) => kindOf(run) === 'guilty');
  const final = confusion(results, scenarios, ({ final: label }) => label);
  const provisional = confusion(results, scenarios, provisionalLabel);
  const frames = results.reduce((sum, run) => sum + run.frames, 0);
  return {
    runs: results.length,
    scenarios: about.scenarios,
    seeds: [...new Set(results.map(({ seed }) => seed))],
    passed: passedOf(results),
    byKind: grouped(results, kindOf),
    byDifficulty: grouped(results, levelOf),
    byProfile: grouped(results, ({ profile }) => profile),
    falseAlarms: shareOf(innocent.filter(({ mark }) => mark.falseAlarm).length, innocent.length),
    confusion: { final, provisional },
    unresolved: shareOf(guilty.filter(({ final: label }) => UNRESOLVED.has(label)).length, guilty.length),
    macroF1: { final: macroF1(final), provisional: macroF1(provisional) },
    latency: latencies(results),
    cost: {
      seconds: Math.round(about.seconds * 10) / 10,
      frames,
      microsecondsPerFrame: Math.round((results.reduce((sum, { ms }) => sum + ms, 0) * 1e4) / Math.max(1, frames)) / 10,
    },
    failing: failing(results),
  };
}

function passedOf(results: readonly RunResult[]): Share {
  return shareOf(results.filter(({ mark }) => mark.pass).length, results.length);
}

function grouped(results: readonly RunResult[], by: (run: RunResult) => string): Record<string, Share> {
  const groups = Map.groupBy(results, by);
  return Object.fromEntries(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, runs]) => [name, passedOf(runs)]),
  );
}

/** What was said first, before anything was settled. */
function provisionalLabel({ events }: RunResult): string {
  const own = events.filter(({ vehicle, code, t }) => vehicle === SELF && t >= 0 && !code.startsWith('N'));
  return (own.find(({ code }) => code.startsWith('T')) ?? own[0])?.code ?? 'none';
}

function confusion(
  results: readonly RunResult[],
  scenarios: ReadonlyMap<string, Scenario>,
  labelOf: (run: RunResult) => string,
): Record<string, Record<string, number>> {
  const matrix: Record<string, Record<string, number>> = {};
  for (const run of results) {
    const { expect } = scenarios.get(run.scenario)!;
    const row = (matrix[expect.final] ??= {});
    const label = labelOf(run);
    row[label] = (row[label] ?? 0) + 1;
  }
  return matrix;
}

/** Mean of F1 over the labels that were expected. */
function macroF1(matrix: Matrix): number {
  const labels = Object.keys(matrix);
  const score = (label: string): number => {
    const hits = matrix[label]?.[label] ?? 0;
    const expected = Object.values(matrix[label] ?? {}).reduce((sum, count) => sum + count, 0);
    const said = labels.reduce((sum, row) => sum + (matrix[row]?.[label] ?? 0), 0);
    return expected + said === 0 ? 0 : (2 * hits) / (expected + said);
  };
  return Math.round((labels.reduce((sum, label) => sum + score(label), 0) * 1e4) / Math.max(1, labels.length)) / 1e4;
}

function latencies(results: readonly RunResult[]): ExamReport['latency'] {
  const found = new Map<string, { reference: number[]; fair: number[] }>();
  for (const { mark, shownAt } of results) {
    for (const { code, at, after } of mark.met) {
      if (at === null || after === null) continue;
      const entry = found.get(code) ?? { reference: [], fair: [] };
      found.set(code, entry);
      entry.reference.push(at - after);
      entry.fair.push(Math.max(0, at - Math.max(after, Math.min(shownAt ?? after, at))));
    }
  }
  return Object.fromEntries(
    [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { reference, fair }]) => [code, { fromReference: latency(reference), fair: latency(fair) }]),
  );
}

function latency(seconds: readonly number[]): Latency {
  const at = (share: number): number => Math.round(quantile(seconds, share) * 10) / 10;
  return { count: seconds.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

function failing(results: readonly RunResult[]): ExamReport['failing'] {
  return [...Map.groupBy(results, ({ scenario }) => scenario)]
    .map(([scenario, runs]) => {
      const faults = new Map<string, number>();
      // Times differ from run to run: the reason is what stays without them.
      for (const { mark } of runs) {
        for (const fault of mark.faults) {
          const reason = fault.replaceAll(/ at -?[\d.]+ s/g, '');
          faults.set(reason, (faults.get(reason) ?? 0) + 1);
        }
      }
      const commonest = [...faults].sort((a, b) => b[1] - a[1]).slice(0, REASONS);
      return { scenario, passed: passedOf(runs), faults: commonest.map(([reason, count]) => `${count}× ${reason}`) };
    })
    .filter(({ passed }) => passed.passed < passed.of)
    .sort((a, b) => a.passed.share - b.passed.share);
}

/** For people, on a terminal. */
export function formatReport(report: ExamReport): string {
  const lines: string[] = [];
  const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
  const row = (name: string, { passed, of, share, low, high }: Share): void => {
    const interval = `${percent(low)} – ${percent(high)}`;
    lines.push(
      `${name.padEnd(14)} ${String(passed).padStart(6)} / ${String(of).padEnd(6)} ${percent(share).padStart(8)}   ${interval}`,
    );
  };
  for (const [name, share] of Object.entries(report.byKind)) row(name, share);
  for (const [name, share] of Object.entries(report.byDifficulty)) row(`  ${name}`, share);
  for (const [name, share] of Object.entries(report.byProfile)) row(`  profile ${name}`, share);
  row('false alarms', report.falseAlarms);
  row('unresolved', report.unresolved);
  const { final, provisional } = report.macroF1;
  lines.push(`macro F1       final ${final}, provisional ${provisional}`);
  const { seconds, frames, microsecondsPerFrame: each } = report.cost;
  lines.push(`cost           ${seconds} s for ${frames} frames, ${each} µs a frame in all`);
  for (const { scenario, passed, faults } of report.failing) {
    lines.push(`${scenario.padEnd(6)} ${passed.passed}/${passed.of}  ${faults.join('; ')}`);
  }
  return lines.join('\n');
}
