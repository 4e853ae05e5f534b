/** Other ways to judge the journal of a run that was just played: what must change nothing, and what should cost something. */
import { readFileSync } from 'node:fs';
import type { EventStep } from '../../gateway/events/step.ts';
import type { Batch } from '../../gateway/journal/journal.ts';
import type { RecordInput } from '../../gateway/journal/record.ts';
import { seededRandom } from '../../protocol/index.ts';
import { ABLATIONS, ablated } from './ablations.ts';
import { batchesOf, duplicated, permuted, recordsOf, withUnknownItems } from './journal-edit.ts';
import { detectorWith, type WeightsFile } from './other-weights.ts';
import { rejudged } from './rejudge.ts';
import { sha256 } from './seeds.ts';

/** Nothing that is said may differ under these. */
export const INVARIANCES = ['permuted', 'duplicated', 'unknown items', 'restart'] as const;
/** The journal heard once more without any change. */
export const AS_IT_IS = 'as it is';
const WITHOUT = 'without ';
const WITH = 'weights ';

export const WITHOUTS: readonly string[] = ABLATIONS.map(({ name }) => `${WITHOUT}${name}`);

/** The variation in which the table of a file judges. */
export function withWeights(path: string): string {
  return `${WITH}${path}`;
}

/** What is wrong with the table that a variation needs, in a line; undefined where nothing is. */
export function faultOf(name: string): string | undefined {
  if (!name.startsWith(WITH)) return undefined;
  const path = name.substring(WITH.length);
  try {
    const { evidence, priors } = readWeights(path);
    const whole = evidence !== undefined && priors !== undefined;
    return whole ? undefined : `--weights: ${path} has no evidence and priors, expected a table as exam:fit writes it`;
  } catch (error) {
    return `--weights: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const WEIGHTS = new URL('../../gateway/fold/detect/weights.json', import.meta.url);

export function readWeights(path: string | URL = WEIGHTS): WeightsFile {
  return JSON.parse(readFileSync(path, 'utf8')) as WeightsFile;
}

/** @param seed that of the run: what is drawn here follows from it. */
export async function variation(
  name: string,
  batches: readonly Batch[],
  { seed, self }: { readonly seed: string; readonly self: ReadonlySet<string> },
): Promise<EventStep[]> {
  const records = recordsOf(batches);
  const random = seededRandom(`${name} ${seed}`);
  const heard = (changed: readonly RecordInput[]): EventStep[] => rejudged(batchesOf(changed));
  if (name === AS_IT_IS) return rejudged(batches);
  if (name === 'permuted') return heard(permuted(records, random));
  if (name === 'duplicated') return heard(duplicated(records));
  if (name === 'unknown items') return heard(withUnknownItems(records));
  if (name === 'restart') return rejudged(batches, { restartAfter: random.int(1, records.length) });
  if (name.startsWith(WITH)) {
    const path = name.substring(WITH.length);
    const weights = readWeights(path);
    return rejudged(batches, { detector: await detectorWith(sha256(JSON.stringify(weights)), weights) });
  }
  const ablation = ABLATIONS.find((one) => name === `${WITHOUT}${one.name}`);
  if (ablation === undefined) throw new Error(`there is no variation '${name}'`);
  const left = ablation.without?.(records, self) ?? records;
  const detector = await detectorWith(`without-${ablation.name}`, ablated(readWeights(), ablation));
  return rejudged(batchesOf(left), { detector });
}
