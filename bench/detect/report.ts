/** The outcome of an examination in figures: `report.json`, and a table for people. */
import type { Scenario } from '../../simulator/index.ts';
import type { RunResult } from './bed.ts';
import { sumOfAudits } from './audit.ts';
import { type Calibration, calibrationOf } from './calibration.ts';
import { type Labelled, macro, macroF1Interval, type Matrix, matrixOf, micro, NONE, type Scores } from './confusion.ts';
import { type Share, shareOf } from './interval.ts';
import { type Latency, latencies, latenciesByProfile, latencyOf } from './latency.ts';
import type { Ledger } from './ledger.ts';
import { PARENTS } from './matching.ts';

export interface ExamReport {
  readonly runs: number;
  readonly scenarios: string;
  readonly weights: { readonly version: number; readonly sha256: string };
  readonly seeds: string;
  /** What was played otherwise than the file has it. */
  readonly played: string;
  readonly passed: Share;
  /** By `guilty`, `innocent`, `grey`. */
  readonly byKind: Readonly<Record<string, Share>>;
  /** By kind and difficulty: `guilty 3`. */
  readonly byDifficulty: Readonly<Record<string, Share>>;
  readonly byProfile: Readonly<Record<string, Share>>;
  /** Innocent runs in which something forbidden was said. */
  readonly falseAlarms: Share;
  /** Truth → label → acts, at first and in the end; `none`: nothing was done, or nothing was said. */
  readonly confusion: { readonly provisional: Matrix; readonly final: Matrix };
  /** Of events against acts, one to one by vehicle and axis. */
  readonly events: {
    readonly found: Share;
    /** Of everything that was said: about an act. */
    readonly precision: Share;
    /** The names at first and in the end; the interval is over scenarios. */
    readonly provisional: { readonly micro: Scores; readonly macro: Scores };
    readonly final: {
      readonly micro: Scores;
      readonly macro: Scores & { readonly low: number; readonly high: number };
    };
    /** Said beside an act, not forbidden. */
    readonly beside: number;
  };
  /** Label expected of a run → label at its end → runs. */
  readonly labels: Matrix;
  /** Share of guilty runs whose last label leaves open which of several it was. */
  readonly unresolved: Share;
  /** Share of the acts that were found which end under the name of another one. */
  readonly wrongLabel: Share;
  readonly revisions: { readonly toRight: number; readonly toWrong: number };
  /** Seconds from the last stored record to the verdict that stood. */
  readonly settled: Latency;
  readonly calibration: Calibration;
  /** Sums that are exact; strongest evidence that names what truly changed. */
  readonly explanations: {
    readonly exact: Share;
    readonly changed: Share;
    /** What was named instead, most often first. */
    readonly odd: readonly (readonly [what: string, count: number])[];
  };
  /** Seconds from the reference of a demand; `fair`: from the first frame, or the deadline of silence, that could show it. */
  readonly latency: Readonly<Record<string, { readonly fromReference: Latency; readonly fair: Latency }>>;
  /** The fair ones by code and kind of terminal: what a code takes, and what a terminal that reports seldom adds. */
  readonly latencyByProfile: Readonly<Record<string, Readonly<Record<string, Latency>>>>;
  /** Other ways to judge the same journals: what passes, and in how many runs nothing differs. */
  readonly varied: readonly VariedShare[];
  readonly cost: { readonly seconds: number; readonly frames: number; readonly microsecondsPerFrame: number };
  /** Scenarios that fail, worst first, with the commonest reasons. */
  readonly failing: readonly {
    readonly scenario: string;
    readonly passed: Share;
    readonly faults: readonly string[];
  }[];
}

const REASONS = 4;

export interface VariedShare {
  readonly name: string;
  readonly guilty: Share;
  readonly innocent: Share;
  readonly falseAlarms: Share;
  readonly same: Share;
}

export function reportOf(
  results: readonly RunResult[],
  scenarios: ReadonlyMap<string, Scenario>,
  about: Pick<ExamReport, 'scenarios' | 'weights' | 'seeds' | 'played'> & { readonly seconds: number },
): ExamReport {
  const kindOf = ({ scenario }: RunResult): string => scenarios.get(scenario)!.kind;
  const levelOf = (run: RunResult): string => `${kindOf(run)} ${scenarios.get(run.scenario)!.difficulty}`;
  const innocent = results.filter((run) => kindOf(run) === 'innocent');
  const guilty = results.filter((run) => kindOf(run) === 'guilty');
  const pairs = results.flatMap(({ scenario, ledger }) => ledger.pairs.map((pair) => ({ scenario, ...pair })));
  const named = (which: 'provisional' | 'final'): Labelled[] =>
    pairs.map(({ scenario, truth, [which]: label }) => ({ scenario, truth, label }));
  const [provisional, final] = [named('provisional'), named('final')];
  const acts = pairs.filter(({ truth }) => truth !== NONE);
  const said = pairs.filter(({ provisional: label }) => label !== NONE);
  const sum = (of: (ledger: Ledger) => number): number => results.reduce((total, { ledger }) => total + of(ledger), 0);
  const audit = sumOfAudits(results.map(({ ledger }) => ledger.audit));
  const frames = results.reduce((sum, run) => sum + run.frames, 0);
  return {
    runs: results.length,
    scenarios: about.scenarios,
    weights: about.weights,
    seeds: about.seeds,
    played: about.played,
    passed: passedOf(results),
    byKind: grouped(results, kindOf),
    byDifficulty: grouped(results, levelOf),
    byProfile: grouped(results, ({ profile }) => profile),
    falseAlarms: shareOf(innocent.filter(({ mark }) => mark.falseAlarm).length, innocent.length),
    confusion: { provisional: matrixOf(provisional), final: matrixOf(final) },
    events: {
      found: shareOf(acts.filter(({ provisional: label }) => label !== NONE).length, acts.length),
      precision: shareOf(said.filter(({ truth }) => truth !== NONE).length, said.length),
      provisional: { micro: micro(provisional), macro: macro(provisional) },
      final: { micro: micro(final), macro: { ...macro(final), ...macroF1Interval(final) } },
      beside: sum(({ beside }) => beside),
    },
    labels: matrixOf(
      results.map(({ scenario, final: label }) => ({
        scenario,
        truth: scenarios.get(scenario)!.expect.final,
        label,
      })),
    ),
    wrongLabel: wrongLabels(final),
    unresolved: shareOf(guilty.filter(({ final: label }) => PARENTS.has(label)).length, guilty.length),
    revisions: {
      toRight: sum(({ revisions }) => revisions.toRight),
      toWrong: sum(({ revisions }) => revisions.toWrong),
    },
    settled: latencyOf(results.flatMap(({ ledger }) => (ledger.settledAfter === null ? [] : [ledger.settledAfter]))),
    calibration: calibrationOf(results.flatMap(({ ledger }) => ledger.forecasts)),
    explanations: {
      exact: shareOf(audit.exact, audit.judged),
      changed: shareOf(audit.changed, audit.named),
      odd: commonest(audit.odd).slice(0, REASONS),
    },
    latency: latencies(results),
    latencyByProfile: latenciesByProfile(results),
    cost: {
      seconds: Math.round(about.seconds * 10) / 10,
      frames,
      microsecondsPerFrame: Math.round((results.reduce((sum, { ms }) => sum + ms, 0) * 1e4) / Math.max(1, frames)) / 10,
    },
    varied: variedOf(results, kindOf),
    failing: failing(results),
  };
}

function commonest(names: readonly string[]): [name: string, count: number][] {
  return [...Map.groupBy(names, (name) => name)]
    .map(([name, all]): [string, number] => [name, all.length])
    .sort((a, b) => b[1] - a[1]);
}

function passedOf(results: readonly RunResult[]): Share {
  return shareOf(results.filter(({ mark }) => mark.pass).length, results.length);
}

function variedOf(results: readonly RunResult[], kindOf: (run: RunResult) => string): VariedShare[] {
  const all = results.flatMap((run) => run.varied.map((one) => ({ ...one, kind: kindOf(run) })));
  return [...Map.groupBy(all, ({ name }) => name)].map(([name, runs]) => {
    const of = (kind: string): typeof runs => runs.filter((run) => run.kind === kind);
    const share = (some: typeof runs, is: (run: (typeof runs)[number]) => boolean): Share =>
      shareOf(some.filter(is).length, some.length);
    return {
      name,
      guilty: share(of('guilty'), ({ pass }) => pass),
      innocent: share(of('innocent'), ({ pass }) => pass),
      falseAlarms: share(of('innocent'), ({ falseAlarm }) => falseAlarm),
      same: share(runs, ({ same }) => same),
    };
  });
}

function grouped(results: readonly RunResult[], by: (run: RunResult) => string): Record<string, Share> {
  const groups = Map.groupBy(results, by);
  return Object.fromEntries(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, runs]) => [name, passedOf(runs)]),
  );
}

function wrongLabels(pairs: readonly Labelled[]): Share {
  const named = pairs.filter(({ truth, label }) => truth !== NONE && label.startsWith('T') && !PARENTS.has(label));
  return shareOf(named.filter(({ truth, label }) => label !== truth).length, named.length);
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
  row('acts found', report.events.found);
  row('said of acts', report.events.precision);
  const { provisional, final } = report.events;
  const { low, high } = final.macro;
  lines.push(`macro F1       final ${final.macro.f1} (${low} – ${high}), provisional ${provisional.macro.f1}`);
  lines.push(`micro F1       final ${final.micro.f1}, provisional ${provisional.micro.f1}`);
  const { toRight, toWrong } = report.revisions;
  lines.push(`revisions      ${toRight} to right, ${toWrong} to wrong`);
  if (report.settled.count > 0) lines.push(`verdict        ${report.settled.p95} s after the last stored record (p95)`);
  const { count, brier, ece } = report.calibration;
  lines.push(`calibration    ECE ${ece}, Brier ${brier}, ${count} verdicts`);
  row('sums exact', report.explanations.exact);
  row('top changed', report.explanations.changed);
  for (const [what, count] of report.explanations.odd) lines.push(`               ${count}× ${what}`);
  const { seconds, frames, microsecondsPerFrame: each } = report.cost;
  lines.push(`cost           ${seconds} s for ${frames} frames, ${each} µs a frame in all`);
  for (const { name, guilty, innocent, falseAlarms, same } of report.varied) {
    const shares = [`guilty ${percent(guilty.share)}`, `innocent ${percent(innocent.share)}`];
    const unchanged = `${same.passed} of ${same.of} unchanged`;
    lines.push(`${name.padEnd(24)} ${shares.join(', ')}, ${falseAlarms.passed} false alarms, ${unchanged}`);
  }
  for (const { scenario, passed, faults } of report.failing) {
    lines.push(`${scenario.padEnd(6)} ${passed.passed}/${passed.of}  ${faults.join('; ')}`);
  }
  return lines.join('\n');
}
