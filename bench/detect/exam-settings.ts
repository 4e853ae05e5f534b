/** The flags of `npm run exam`, read all at once: every wrong one is a line, and nothing starts. */
import { parseArgs } from 'node:util';
import { type Mutation, MUTATIONS } from './mutations.ts';
import { isSalt, setOf } from './seeds.ts';
import { INVARIANCES, withWeights, WITHOUTS } from './variations.ts';

export interface ExamSettings {
  readonly scenarios: string;
  /** Those that nobody tuned on are played in the place of the file's own. */
  readonly unseen: boolean;
  readonly only: readonly string[] | undefined;
  readonly profiles: readonly string[] | undefined;
  readonly seeds: readonly string[];
  readonly report: string | undefined;
  readonly events: string | undefined;
  readonly truth: string | undefined;
  readonly jobs: number;
  readonly warmupDays: number | undefined;
  /** A mutation of all scenarios, and its seed. */
  readonly mutate: { readonly kind: Mutation; readonly seed: string } | undefined;
  /** What test seeds are derived with. */
  readonly salt: string;
  /** Names of other ways to judge each run's journal. */
  readonly vary: readonly string[];
  /** Causes become observations by the other model. */
  readonly otherWorld: boolean;
  /** Everything is later in the week by so many seconds. */
  readonly laterS: number;
  /** A file to which a line about this examination is added. */
  readonly log: string | undefined;
  readonly json: boolean;
}

/** One run for each scenario and profile, where nothing is said. */
const DEFAULTS = { scenarios: 'simulator/scenario/catalogue.json', seeds: '1' };
/** Examinations that count are written down here. */
const RUNS = 'bench/detect/runs.jsonl';
const VARIATIONS: Readonly<Record<string, readonly string[]>> = { invariance: INVARIANCES, ablations: WITHOUTS };
const MOST_LATER_H = 168;
const MOST_SEEDS = 1000;
const MOST_JOBS = 64;

export const HELP = `Usage: npm run exam -- [--scenarios FILE] [--only G01,I03] [--profiles A,B] [--seeds 1..5]
                      [--report FILE] [--events FILE] [--truth FILE] [--jobs N] [--warmup DAYS] [--json]
                      [--mutate KIND:SEED] [--world other] [--vary WHAT] [--weights FILE] [--later HOURS]
                      [--salt TEXT] [--log FILE] [--unseen]

Plays every scenario with every profile that it names and every seed through the gateway on virtual time and marks
what the detector said.

  --seeds     1..5, 1,4,9, or of a set: train:1..40, valid:1..20, test:1..60 (test needs --salt)
  --unseen    the scenarios of bench/detect/unseen.json, which nobody made rules for, in the place of the file's own
  --profiles  those of the file, and stress: a terminal of contrary habits plays what C plays
  --warmup    days of ordinary life before; those of the file unless given
  --jobs      processes; one for each core unless given
  --mutate    scenarios nobody has seen: ${MUTATIONS.join(', ')}, such as merge:m1
  --world     other: one vehicle in a world whose receiver, modem and firmware were written apart (profiles A, B, C)
  --later     everything happens so many hours later in the week
  --vary      invariance: stored reports permuted and doubled, unknown items, a restart: must change nothing
              ablations: the detector without one of its means each: should cost something
  --weights   the same journals judged by other tables of weights (a,b), beside the one that ships
  --log       adds a line about this examination to a file; for test seeds always, to bench/detect/runs.jsonl

Example: npm run exam -- --only G01,G04,I09 --seeds 1..5 --report report.json`;

/** `cores`: jobs where nothing is said. */
export function readExamSettings(
  args: readonly string[],
  cores: number,
): { settings: ExamSettings } | { wrong: string[] } | { help: true } {
  const wrong: string[] = [];
  let values: Record<string, string | boolean | undefined>;
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    values = parseArgs({
      args: [...args],
      options: {
        scenarios: text,
        only: text,
        profiles: text,
        seeds: text,
        report: text,
        events: text,
        truth: text,
        jobs: text,
        warmup: text,
        mutate: text,
        salt: text,
        vary: text,
        weights: text,
        later: text,
        world: text,
        log: text,
        json: flag,
        unseen: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    return { wrong: [error instanceof Error ? error.message : String(error)] };
  }
  if (values['help'] === true) return { help: true };
  const read = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const list = (name: string): string[] | undefined =>
    read(name)
      ?.split(',')
      .map((part) => part.trim());
  const jobs = Number(read('jobs') ?? cores);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS) {
    wrong.push(`--jobs: is '${read('jobs')}', expected a whole number from 1 to ${MOST_JOBS}`);
  }
  const warmup = read('warmup');
  const warmupDays = warmup === undefined ? undefined : Number(warmup);
  if (warmupDays !== undefined && !(warmupDays >= 0 && warmupDays <= 60)) {
    wrong.push(`--warmup: is '${warmup}', expected days from 0 to 60`);
  }
  const seeds = parseSeeds(read('seeds') ?? DEFAULTS.seeds);
  if (seeds === undefined) wrong.push(`--seeds: is '${read('seeds')}', expected such as 1..5, 1,4,9 or train:1..40`);
  const salt = read('salt') ?? '';
  const isTest = seeds?.some((seed) => setOf(seed) === 'test') === true;
  if (isTest && !isSalt(salt)) wrong.push('--salt: is not the one that was promised in bench/detect/held-out.json');
  const later = Number(read('later') ?? 0);
  if (!(Math.abs(later) <= MOST_LATER_H))
    wrong.push(`--later: is '${read('later')}', expected hours up to ${MOST_LATER_H}`);
  const [kind = '', seed = '1'] = read('mutate')?.split(':') ?? [];
  const mutation = MUTATIONS.find((one) => one === kind);
  if (kind !== '' && mutation === undefined) {
    wrong.push(`--mutate: is '${read('mutate')}', expected ${MUTATIONS.join(', ')}, such as merge:m1`);
  }
  const vary = list('vary') ?? [];
  for (const one of vary) {
    if (!(one in VARIATIONS)) wrong.push(`--vary: is '${one}', expected of ${Object.keys(VARIATIONS).join(', ')}`);
  }
  const weights = list('weights') ?? [];
  const world = read('world') ?? 'simulator';
  if (world !== 'simulator' && world !== 'other') wrong.push(`--world: is '${world}', expected simulator or other`);
  const varies = vary.length + weights.length > 0;
  if (world === 'other' && varies)
    wrong.push('--world other: cannot be judged in other ways, leave out --vary and --weights');
  if (wrong.length > 0 || seeds === undefined) return { wrong };
  const scenarios = read('scenarios') ?? DEFAULTS.scenarios;
  const [report, events, truth] = [read('report'), read('events'), read('truth')];
  return {
    settings: {
      scenarios,
      unseen: values['unseen'] === true,
      only: list('only'),
      profiles: list('profiles'),
      seeds,
      report,
      events,
      truth,
      jobs,
      warmupDays,
      mutate: mutation === undefined ? undefined : { kind: mutation, seed },
      salt,
      vary: [...vary.flatMap((one) => VARIATIONS[one] ?? []), ...weights.map(withWeights)],
      otherWorld: world === 'other',
      laterS: later * 3600,
      log: read('log') ?? (isTest ? RUNS : undefined),
      json: values['json'] === true,
    },
  };
}

/** `1..5`, `1,4,9`, `train:1..40` (which are `train1` to `train40`). Undefined where it is none of these. */
export function parseSeeds(text: string): string[] | undefined {
  const match = /^(?:([a-z]+):)?(.+)$/.exec(text.trim());
  const [, name = '', numbers = ''] = match ?? [];
  const seeds: string[] = [];
  for (const part of numbers.split(',')) {
    const range = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(part.trim());
    if (range === null) return undefined;
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    if (to < from || seeds.length + to - from >= MOST_SEEDS) return undefined;
    for (let seed = from; seed <= to; seed++) seeds.push(`${name}${seed}`);
  }
  return seeds;
}
