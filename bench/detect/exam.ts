/** `npm run exam`: scenarios × profiles × seeds through the gateway, marked. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { readScenarios, type Scenario, type ScenarioFile } from '../../simulator/index.ts';
import { playOnBed, type RunResult } from './bed.ts';
import { type ExamSettings, HELP, readExamSettings } from './exam-settings.ts';
import { formatReport, reportOf } from './report.ts';
import { mutated, withStress } from './variants.ts';

/** One run that is to be played. */
export interface Wanted {
  readonly scenario: string;
  readonly profile: string;
  readonly seed: string;
}

/** What a worker is started with. */
export interface ExamWorkerData {
  readonly file: ScenarioFile;
  readonly warmupDays: number | undefined;
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
  let text: string;
  try {
    text = readFileSync(settings.scenarios, 'utf8');
  } catch {
    return refuse([`--scenarios: ${settings.scenarios} cannot be read`]);
  }
  const scenarios = readScenarios(text);
  if ('wrong' in scenarios) return refuse(scenarios.wrong.map((line) => `${settings.scenarios}: ${line}`));
  const file = variantOf(scenarios.file, settings);
  const wanted = wantedRuns(file, settings);
  if ('wrong' in wanted) return refuse(wanted.wrong);
  const began = performance.now();
  const results = await play(wanted.runs, { file, settings });
  write(results, settings);
  const byId = new Map(file.scenarios.map((scenario) => [scenario.id, scenario]));
  const about = {
    scenarios: `sha256:${createHash('sha256').update(text).digest('hex')}`,
    seconds: (performance.now() - began) / 1000,
  };
  const report = reportOf(results, byId, about);
  if (settings.report !== undefined) writeFileSync(settings.report, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${settings.json ? JSON.stringify(report) : formatReport(report)}\n`);
  return 0;
}

/** What is played instead of the file as it stands. */
function variantOf(file: ScenarioFile, { mutate, profiles }: Pick<ExamSettings, 'mutate' | 'profiles'>): ScenarioFile {
  const known = profiles?.includes('stress') === true ? withStress(file) : file;
  return mutate === undefined ? known : mutated(known, mutate);
}

function refuse(lines: readonly string[]): 2 {
  for (const line of lines.slice(0, MOST_TOLD)) process.stderr.write(`${line}\n`);
  return 2;
}

function wantedRuns(
  { scenarios, profiles }: ScenarioFile,
  { only, profiles: wanted, seeds }: ExamSettings,
): { runs: Wanted[] } | { wrong: string[] } {
  const wrong: string[] = [];
  const unknown = (flag: string, names: readonly string[] | undefined, known: readonly string[]): void => {
    for (const name of names ?? []) {
      if (!known.includes(name)) wrong.push(`--${flag}: '${name}' is not in the file, expected of ${known.join(', ')}`);
    }
  };
  unknown(
    'only',
    only,
    scenarios.map(({ id }) => id),
  );
  unknown('profiles', wanted, Object.keys(profiles));
  if (wrong.length > 0) return { wrong };
  const chosen = scenarios.filter(({ id }: Scenario) => only === undefined || only.includes(id));
  const runs = chosen.flatMap(({ id, profiles: own }) =>
    own
      .filter((profile) => wanted === undefined || wanted.includes(profile))
      .flatMap((profile) => seeds.map((seed) => ({ scenario: id, profile, seed }))),
  );
  return runs.length > 0 ? { runs } : { wrong: ['no scenario has one of these profiles'] };
}

interface Sheet {
  readonly file: ScenarioFile;
  readonly settings: ExamSettings;
}

/** In the order of `runs`, whoever played them. */
async function play(runs: readonly Wanted[], { file, settings }: Sheet): Promise<RunResult[]> {
  const { jobs, warmupDays } = settings;
  const results: RunResult[] = [];
  let done = 0;
  const took = (index: number, result: RunResult): void => {
    results[index] = result;
    done++;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${done} / ${runs.length} runs`);
  };
  if (jobs === 1 || runs.length === 1) {
    for (const [index, { scenario: id, ...run }] of runs.entries()) {
      const scenario = file.scenarios.find((one) => one.id === id) as Scenario;
      took(index, await playOnBed({ file, scenario, ...run, ...(warmupDays === undefined ? {} : { warmupDays }) }));
    }
  } else {
    let next = 0;
    const workers = Math.min(jobs, runs.length);
    await Promise.all(
      Array.from({ length: workers }, () =>
        work({ file, warmupDays }, () => (next < runs.length ? next++ : undefined), runs, took),
      ),
    );
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  return results;
}

/** One worker, which is given a run as soon as it is through with the one before. */
function work(
  workerData: ExamWorkerData,
  take: () => number | undefined,
  runs: readonly Wanted[],
  took: (index: number, result: RunResult) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('exam.worker.ts', import.meta.url), { workerData });
    let index: number | undefined;
    const hand = (): void => {
      index = take();
      worker.postMessage(index === undefined ? null : runs[index]);
    };
    worker.on('message', (result: RunResult) => {
      took(index as number, result);
      hand();
    });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
    hand();
  });
}

function write(results: readonly RunResult[], { events, truth }: ExamSettings): void {
  const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  if (events !== undefined) writeFileSync(events, lines(results.flatMap((result) => result.events)));
  if (truth === undefined) return;
  const truths = results.map(({ scenario, profile, seed, refs, final }) => ({ scenario, profile, seed, refs, final }));
  writeFileSync(truth, lines(truths));
}
