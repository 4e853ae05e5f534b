/** One thing that is being judged at a terminal: its evidence, and what was said of it so far. */
import type { Item } from './belief.ts';
import type { Code, Hypothesis, Severity } from './finding.ts';
import { UNKNOWN } from './terminal.ts';
import type { Bench } from './weights.ts';

export interface Case {
  bench: Bench;
  /** When it began, in our seconds, and where the vehicle was then: an order is for a place. 0, 0: nobody knows. */
  since: number;
  latitude: number;
  longitude: number;
  /** What its odometer said then, tenths of km; UNKNOWN where it has none, or it began unheard. */
  mileage: number;
  readonly items: Item[];
  /** Of a hard fact, which is said whoever caused it: the severity at least; 0 where it is a suspicion. */
  fact: number;
  /** Steps said so far; 0: nothing was said. */
  steps: number;
  code: Code | undefined;
  severity: Severity;
  state: 'open' | 'confirmed' | 'cleared' | 'authorised';
  /** Of the last step: thousandths of a nat, the leading explanation, and when. */
  margin: number;
  lead: Hypothesis | undefined;
  saidAt: number;
  /** Records that evidence was seen in, oldest first, at most 16. */
  readonly frames: number[];
  /** The condition ended; the case is forgotten some time after. */
  overAt: number;
  /** Severity that circumstances add. */
  extra: number;
  /** What was put in place of what was there: an order that names something must name this. */
  newId: string | undefined;
  /** The finding that it turned out to be a part of: nothing more is said of it. */
  partOf: Code | undefined;
}

const MAX_FRAMES = 16;

/** Where something began, millionths of a degree. */
export interface Where {
  readonly latitude: number;
  readonly longitude: number;
  readonly mileage?: number;
}

export function newCase(bench: Bench, since: number, fact: number, where: Where): Case {
  const { latitude, longitude, mileage = UNKNOWN } = where;
  return {
    bench,
    since,
    latitude,
    longitude,
    mileage,
    fact,
    items: [],
    steps: 0,
    code: undefined,
    severity: 0,
    state: 'open',
    margin: 0,
    lead: undefined,
    saidAt: 0,
    frames: [],
    overAt: 0,
    extra: 0,
    newId: undefined,
    partOf: undefined,
  };
}

/** Remembers a record: the first ones and the last one, which show how it began and how it stands. */
export function keepFrame({ frames }: Case, seq: number): void {
  if (seq === 0 || frames.at(-1) === seq) return;
  if (frames.length === MAX_FRAMES) frames.pop();
  frames.push(seq);
}
