/** `npm run exam`: scenarios × profiles × seeds through the gateway, marked. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { readScenarios, type ScenarioFile } from '../../simulator/index.ts';
import { noRoomFor } from '../flags/results.ts';
import type { RunResult } from './bed.ts';
import { type ExamSettings, HELP, readExamSettings } from './exam-settings.ts';
import { type ExamReport, formatReport, reportOf } from './report.ts';
import { mutated } from './mutations.ts';
import { playable } from './other-world/play.ts';
import { pool } from './pool.ts';
import { sha256 } from './seeds.ts';
import { unseenIn } from './unseen.ts';
import { faultOf, readWeights } from './variations.ts';
import { withStress } from './variants.ts';
import { type Wanted, wantedRuns } from './wanted.ts';

/** What a worker is started with. */
export interface ExamWorkerData {
  readonly file: ScenarioFile;
  readonly warmupDays: number | undefined;
  readonly vary: readonly string[];
  readonly laterS: number;
  readonly otherWorld: boolean;
}

const MOST_TOLD = 10;

process.exitCode = await main();

async function main(): Promise<0 | 1 | 2> {
  const read = readExamSettings(process.argv.slice(2), availableParallelism());
  if ('help' in read) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if ('wrong' in read) return refuse(read.wrong);
  const { settings } = read;
  const { report: reportTo, events, truth, log } = settings;
  const nowhere = noRoomFor({ report: reportTo, events, truth, log });
  if (nowhere.length > 0) return refuse(nowhere);
  let text: string;
  try {
    text = readFileSync(settings.scenarios, 'utf8');
    if (settings.unseen) text = unseenIn(text);
  } catch {
    return refuse([`--scenarios: ${settings.scenarios} cannot be read as a file of scenarios`]);
  }
  const scenarios = readScenarios(text);
  if ('wrong' in scenarios) return refuse(scenarios.wrong.map((line) => `${settings.scenarios}: ${line}`));
  const tables = settings.vary.flatMap((name) => faultOf(name) ?? []);
  if (tables.length > 0) return refuse(tables);
  const file = variantOf(scenarios.file, settings);
  const wanted = wantedRuns(file, settings);
  if ('wrong' in wanted) return refuse(wanted.wrong);
  const began = performance.now();
  const { warmupDays, vary, laterS, otherWorld, jobs } = settings;
  const results = await pool<Wanted, RunResult>({
    worker: new URL('exam.worker.ts', import.meta.url),
    workerData: { file, warmupDays, vary, laterS, otherWorld } satisfies ExamWorkerData,
    tasks: wanted.runs,
    jobs,
  });
  write(results, settings);
  const byId = new Map(file.scenarios.map((scenario) => [scenario.id, scenario]));
  const about = {
    scenarios: `sha256:${sha256(text)}`,
    weights: { version: readWeights().version, sha256: sha256(JSON.stringify(readWeights())) },
    seeds: settings.seeds.length > 1 ? `${settings.seeds[0]}..${settings.seeds.at(-1)}` : settings.seeds[0]!,
    played: playedOf(settings),
    seconds: (performance.now() - began) / 1000,
  };
  const report = reportOf(results, byId, about);
  if (settings.report !== undefined) writeFileSync(settings.report, `${JSON.stringify(report, null, 2)}\n`);
  if (settings.log !== undefined) appendFileSync(settings.log, `${JSON.stringify(logged(report))}\n`);
  process.stdout.write(`${settings.json ? JSON.stringify(report) : formatReport(report)}\n`);
  return 0;
}

/** What is played instead of the file as it stands. */
function variantOf(
  file: ScenarioFile,
  { mutate, profiles, otherWorld }: Pick<ExamSettings, 'mutate' | 'profiles' | 'otherWorld'>,
): ScenarioFile {
  const known = profiles?.includes('stress') === true ? withStress(file) : file;
  const changed = mutate === undefined ? known : mutated(known, mutate.kind, mutate.seed);
  return otherWorld ? playable(changed) : changed;
}

/** What was played otherwise than the file has it, in words. */
function playedOf({ unseen, mutate, otherWorld, laterS, only, profiles, warmupDays }: ExamSettings): string {
  const parts = [
    mutate === undefined ? '' : `mutation ${mutate.kind}:${mutate.seed}`,
    unseen ? 'scenarios nobody made rules for' : '',
    otherWorld ? 'the other world' : '',
    laterS === 0 ? '' : `${laterS / 3600} h later`,
    profiles === undefined ? '' : `profiles ${profiles.join(' ')}`,
    only === undefined ? '' : `only ${only.length} scenarios`,
    warmupDays === undefined ? '' : `${warmupDays} days before`,
  ];
  return parts.filter((part) => part !== '').join(', ') || 'as in the file';
}

/** What is remembered of an examination. */
function logged(report: ExamReport): object {
  const { scenarios, weights, seeds, played, runs, passed, byKind, falseAlarms, events } = report;
  const macroF1 = events.final.macro.f1;
  return {
    at: new Date().toISOString(),
    weights,
    scenarios,
    seeds,
    played,
    runs,
    passed,
    byKind,
    falseAlarms,
    macroF1,
  };
}

function refuse(lines: readonly string[]): 2 {
  for (const line of lines.slice(0, MOST_TOLD)) process.stderr.write(`${line}\n`);
  return 2;
}

function write(results: readonly RunResult[], { events, truth }: ExamSettings): void {
  const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  if (events !== undefined) writeFileSync(events, lines(results.flatMap((result) => result.events)));
  if (truth === undefined) return;
  const truths = results.map(({ scenario, profile, seed, refs, final }) => ({ scenario, profile, seed, refs, final }));
  writeFileSync(truth, lines(truths));
}
