/** `npm run exam:fit`: weights fitted to training seeds, as a table that `npm run exam -- --weights` compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { readScenarios, type ScenarioFile } from '../../simulator/index.ts';
import { noRoomFor } from '../flags/results.ts';
import { parseSeeds } from './exam-settings.ts';
import { fit, lossOf, USUAL_FIT } from './fit-model.ts';
import { pool } from './pool.ts';
import type { Sample } from './samples.ts';
import { setOf, sha256 } from './seeds.ts';
import { readWeights } from './variations.ts';
import { type Wanted, wantedRuns } from './wanted.ts';

const HELP = `Usage: npm run exam:fit -- --out FILE [--seeds train:1..40] [--profiles A,B,C,E] [--scenarios FILE]
                         [--warmup DAYS] [--hold 20,80] [--jobs N]

Plays training seeds, takes what was judged in them, and fits the weights to it: directions, caps and priors stay, and
every weight is held near where it began, the more so the larger --hold; of several each gets a file of its own, with
the figure in its name. Profile D is left out, so that it stays unseen.

Example: npm run exam:fit -- --seeds train:1..3 --out fitted.json && npm run exam -- --seeds valid:1..3 --weights fitted.json`;

/** What a worker is started with. */
export interface FitWorkerData {
  readonly file: ScenarioFile;
  readonly warmupDays: number | undefined;
}

const MOST_MOVES = 20;

process.exitCode = await main();

async function main(): Promise<0 | 2> {
  let values: Record<string, string | boolean | undefined>;
  const text = { type: 'string' } as const;
  try {
    values = parseArgs({
      options: {
        out: text,
        seeds: { type: 'string', default: 'train:1..40' },
        profiles: { type: 'string', default: 'A,B,C,E' },
        scenarios: { type: 'string', default: 'simulator/scenario/catalogue.json' },
        warmup: text,
        hold: text,
        jobs: text,
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    return refuse([error instanceof Error ? error.message : String(error)]);
  }
  if (values['help'] === true) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const { out, seeds: asked, profiles, scenarios: from, warmup, hold, jobs } = values as Record<string, string>;
  const seeds = parseSeeds(asked!);
  const wrong: string[] = [];
  if (out === undefined) wrong.push('--out: is missing, expected the file to write');
  wrong.push(...noRoomFor({ out }));
  if (seeds?.every((seed) => setOf(seed) === 'train') !== true) {
    wrong.push(`--seeds: is '${asked}', expected training seeds such as train:1..40`);
  }
  const holds = (hold ?? String(USUAL_FIT.hold)).split(',').map(Number);
  if (!holds.every((one) => one > 0)) wrong.push(`--hold: is '${hold}', expected figures above 0`);
  let json = '';
  try {
    json = readFileSync(from!, 'utf8');
  } catch {
    wrong.push(`--scenarios: ${from} cannot be read`);
  }
  if (wrong.length > 0) return refuse(wrong);
  const read = readScenarios(json);
  if ('wrong' in read) return refuse(read.wrong.map((line) => `${from}: ${line}`));
  const { file } = read;
  const wanted = wantedRuns(file, { only: undefined, profiles: profiles!.split(','), seeds: seeds!, salt: '' });
  if ('wrong' in wanted) return refuse(wanted.wrong);
  const parts = await pool<Wanted, Sample[]>({
    worker: new URL('fit.worker.ts', import.meta.url),
    workerData: { file, warmupDays: warmup === undefined ? undefined : Number(warmup) } satisfies FitWorkerData,
    tasks: wanted.runs,
    jobs: Number(jobs ?? availableParallelism()),
  });
  const samples = parts.flat();
  const start = readWeights();
  for (const one of holds) {
    const options = { ...USUAL_FIT, hold: one };
    const fitted = fit(start, samples, options);
    const loss = { before: lossOf(start, samples, options), after: lossOf(fitted, samples, options) };
    const about = {
      from: { version: start.version, sha256: sha256(JSON.stringify(start)) },
      scenarios: `sha256:${sha256(json)}`,
      seeds: asked,
      profiles,
      runs: wanted.runs.length,
      samples: samples.length,
      hold: one,
      loss,
    };
    const path = holds.length === 1 ? out! : out!.replace(/(\.json)?$/, `-${one}.json`);
    writeFileSync(path, `${JSON.stringify({ ...fitted, version: start.version + 1, fitted: about }, null, 2)}\n`);
    const change = `${loss.before.toFixed(4)} → ${loss.after.toFixed(4)} nats`;
    process.stdout.write(`${samples.length} judgements of ${wanted.runs.length} runs: loss ${change}; ${path}\n`);
    for (const line of moved(start.evidence, fitted.evidence)) process.stdout.write(`  ${line}\n`);
  }
  return 0;
}

function refuse(lines: readonly string[]): 2 {
  for (const line of lines) process.stderr.write(`${line}\n`);
  return 2;
}

/** What moved most, most first. */
function moved(from: ReturnType<typeof readWeights>['evidence'], to: typeof from): string[] {
  return Object.entries(to)
    .flatMap(([id, { weights }]) =>
      Object.entries(weights).map(([name, nats]) => ({ id, name, nats, was: from[id]!.weights[name]! })),
    )
    .filter(({ nats, was }) => nats !== was)
    .sort((a, b) => Math.abs(b.nats - b.was) - Math.abs(a.nats - a.was))
    .slice(0, MOST_MOVES)
    .map(({ id, name, nats, was }) => `${id} ${name} ${was} → ${nats}`);
}
