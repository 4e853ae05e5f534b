/**
 * Weights fitted to judgements: multinomial logistic regression on each bench, held near the table that it starts from.
 *
 * What stays as it is: which evidence weighs on which explanation, and in which direction; caps; priors, for these carry
 * the budget of false alarms. So explanations stay sums, and nothing is said that no one wrote down first.
 */
import type { WeightsFile } from './other-weights.ts';
import type { Sample } from './samples.ts';

export interface FitOptions {
  /** How strongly a weight is held where it began, in samples at one nat; more of them move it. */
  readonly hold: number;
  /** How much more an innocent judgement counts. */
  readonly innocent: number;
  readonly rounds: number;
}

export const USUAL_FIT: FitOptions = { hold: 40, innocent: 3, rounds: 300 };
const STEP = 0.15;
const NATS_SHOWN = 10;

/** Mean loss of the samples, in nats, by the weight of each. */
export function lossOf(weights: WeightsFile, samples: readonly Sample[], options: FitOptions = USUAL_FIT): number {
  const shares = sharesOf(samples, options);
  let loss = 0;
  samples.forEach((sample, i) => (loss += shares[i]! * outcome(weights, sample).loss));
  return loss;
}

/** The fitted table, in tenths of a nat. Samples of one scenario weigh as much as those of any other. */
export function fit(start: WeightsFile, samples: readonly Sample[], options: FitOptions = USUAL_FIT): WeightsFile {
  const weights = structuredClone(start);
  const shares = sharesOf(samples, options);
  const squares = new Map<string, number>();
  for (let round = 0; round < options.rounds; round++) {
    const gradient = new Map<string, number>();
    samples.forEach((sample, i) => {
      for (const [key, slope] of outcome(weights, sample).slopes) {
        gradient.set(key, (gradient.get(key) ?? 0) + shares[i]! * slope);
      }
    });
    for (const [id, { weights: row, cap }] of Object.entries(weights.evidence)) {
      for (const [hypothesis, nats] of Object.entries(row)) {
        const began = start.evidence[id]!.weights[hypothesis]!;
        const key = `${id} ${hypothesis}`;
        const slope = (gradient.get(key) ?? 0) + (options.hold * (nats - began)) / samples.length;
        if (slope === 0) continue;
        const square = (squares.get(key) ?? 0) + slope * slope;
        squares.set(key, square);
        row[hypothesis] = bounded(nats - (STEP * slope) / Math.sqrt(square), began, cap);
      }
    }
  }
  for (const { weights: row } of Object.values(weights.evidence)) {
    for (const [hypothesis, nats] of Object.entries(row)) row[hypothesis] = Math.round(nats * NATS_SHOWN) / NATS_SHOWN;
  }
  return weights;
}

/** In the direction that it began with, and within the cap. */
function bounded(nats: number, began: number, cap: number): number {
  return began >= 0 ? Math.min(cap, Math.max(0, nats)) : Math.max(-Math.max(cap, -began), Math.min(0, nats));
}

function sharesOf(samples: readonly Sample[], { innocent }: FitOptions): number[] {
  const counts = new Map<string, number>();
  for (const { scenario } of samples) counts.set(scenario, (counts.get(scenario) ?? 0) + 1);
  const raw = samples.map(({ scenario, guilty }) => (guilty ? 1 : innocent) / counts.get(scenario)!);
  const sum = raw.reduce((total, share) => total + share, 0);
  return raw.map((share) => share / sum);
}

interface Outcome {
  readonly loss: number;
  /** Derivative of the loss by each weight that could move it, as `evidence hypothesis`. */
  readonly slopes: readonly (readonly [string, number])[];
}

/** As the detector adds up: strength times weight within the cap of the evidence, and of its source. */
function outcome({ priors, evidence, sourceCap }: WeightsFile, { bench, items, right }: Sample): Outcome {
  const prior = priors[bench]!;
  const names = Object.keys(prior);
  const moving: [key: string, at: number, strength: number][] = [];
  const scores = names.map((hypothesis, at) => {
    const perSource = new Map<string, number>();
    let score = prior[hypothesis]!;
    for (const { id, strength, own } of items) {
      const { source, cap, weights } = evidence[id]!;
      const raw = own === undefined ? ((weights[hypothesis] ?? 0) * strength) / 1000 : (own[hypothesis] ?? 0) / 1000;
      const wanted = Math.max(-cap, Math.min(cap, raw));
      const had = perSource.get(source) ?? 0;
      const has = Math.max(-sourceCap, Math.min(sourceCap, had + wanted));
      perSource.set(source, has);
      score += has - had;
      const isFree = own === undefined && weights[hypothesis] !== undefined && wanted === raw && has === had + wanted;
      if (isFree) moving.push([`${id} ${hypothesis}`, at, strength / 1000]);
    }
    return score;
  });
  const most = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - most));
  const all = odds.reduce((sum, one) => sum + one, 0);
  const isRight = names.map((name) => right.includes(name));
  const good = odds.reduce((sum, one, i) => sum + (isRight[i] === true ? one : 0), 0);
  const slopeOf = (at: number): number => odds[at]! / all - (isRight[at] === true ? odds[at]! / good : 0);
  return {
    loss: Math.log(all) - Math.log(good),
    slopes: moving.map(([key, at, strength]) => [key, slopeOf(at) * strength] as const),
  };
}
