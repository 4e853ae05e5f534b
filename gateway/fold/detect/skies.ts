/**
 * Who else lost the sky where nothing explains it: fixes lost by cell of five kilometres and quarter of a minute, and how
 * many there are without one now. Interference of a whole area takes several vehicles, at once or as they drive in; a
 * jammer in a car takes its own and brushes others.
 *
 * Bound: 4,096 cells, the oldest makes room; the last hour of each.
 */
import { cellOf, nearbyOf } from './groups.ts';
import type { Terminal } from './terminal.ts';

const BUCKET_S = 15;
const BUCKETS = 240;
const MAX_CELLS = 4096;
const AROUND_S = 60;
const BEFORE_S = 2400;

interface Sky {
  readonly lost: number[];
  readonly at: number[];
  /** Without a fix since, and not back. */
  dark: number;
}

export class Skies {
  readonly #cells = new Map<string, Sky>();

  lose(t: Terminal, at: number): void {
    const key = cellOf(t.latitude, t.longitude);
    if (key === '') return;
    let sky = this.#cells.get(key);
    if (sky === undefined) {
      const [oldest] = this.#cells.keys();
      if (this.#cells.size >= MAX_CELLS && oldest !== undefined) this.#cells.delete(oldest);
      sky = { lost: new Array<number>(BUCKETS).fill(0), at: new Array<number>(BUCKETS).fill(0), dark: 0 };
      this.#cells.set(key, sky);
    }
    const bucket = Math.floor(at / BUCKET_S);
    const place = bucket % BUCKETS;
    if (sky.at[place] !== bucket) {
      sky.at[place] = bucket;
      sky.lost[place] = 0;
    }
    sky.lost[place]!++;
    sky.dark++;
    t.darkSky = 1;
  }

  /** It sees the sky again; to be called while its place is still that of the loss. */
  regain(t: Terminal): void {
    if (t.darkSky === 0) return;
    t.darkSky = 0;
    const sky = this.#cells.get(cellOf(t.latitude, t.longitude));
    if (sky !== undefined && sky.dark > 0) sky.dark--;
  }

  /** Others of the cell of `t` that lost their fix within `seconds` of `since`, or up to `before` earlier, or have none now. */
  around(
    t: Terminal,
    since: number,
    { seconds = AROUND_S, before = 0 }: { seconds?: number; before?: number } = {},
  ): number {
    let [lost, dark] = [0, 0];
    for (const name of nearbyOf(t)) {
      const sky = this.#cells.get(name);
      if (sky === undefined) continue;
      lost += lostIn(sky, since, seconds, Math.min(before, BEFORE_S));
      dark += sky.dark;
    }
    return Math.max(0, Math.max(lost, dark) - t.darkSky);
  }

  snapshot(): string {
    return JSON.stringify([...this.#cells]);
  }

  restore(value: string): void {
    this.#cells.clear();
    for (const [key, sky] of JSON.parse(value) as [string, Sky][]) this.#cells.set(key, sky);
  }
}

/** Fixes lost from `before` and `seconds` before a time until `seconds` after it. */
function lostIn({ at, lost }: Sky, since: number, seconds: number, before: number): number {
  let sum = 0;
  const until = Math.floor((since + seconds) / BUCKET_S);
  for (let bucket = Math.floor((since - seconds - before) / BUCKET_S); bucket <= until; bucket++) {
    const place = bucket % BUCKETS;
    if (at[place] === bucket) sum += lost[place]!;
  }
  return sum;
}
