/**
 * Who else lost the sky: fixes lost by cell of five kilometres and quarter of a minute. Interference of a whole area takes
 * several vehicles at once, a jammer in a car takes its own and brushes others.
 *
 * Bound: 4,096 cells, the oldest makes room; the last quarter of an hour of each.
 */
import { cellOf } from './fleet.ts';
import type { Terminal } from './terminal.ts';

const BUCKET_S = 15;
const BUCKETS = 60;
const MAX_CELLS = 4096;
const AROUND_S = 60;

interface Sky {
  readonly lost: number[];
  readonly at: number[];
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
      sky = { lost: new Array<number>(BUCKETS).fill(0), at: new Array<number>(BUCKETS).fill(0) };
      this.#cells.set(key, sky);
    }
    const bucket = Math.floor(at / BUCKET_S);
    const place = bucket % BUCKETS;
    if (sky.at[place] !== bucket) {
      sky.at[place] = bucket;
      sky.lost[place] = 0;
    }
    sky.lost[place]!++;
  }

  /** Others of the cell of `t` that lost their fix within `seconds`, at most half of what is kept, of `since`. */
  around(t: Terminal, since: number, seconds = AROUND_S): number {
    const sky = this.#cells.get(cellOf(t.latitude, t.longitude));
    if (sky === undefined) return 0;
    let lost = 0;
    const until = Math.floor((since + seconds) / BUCKET_S);
    for (let bucket = Math.floor((since - seconds) / BUCKET_S); bucket <= until; bucket++) {
      const place = bucket % BUCKETS;
      if (sky.at[place] === bucket) lost += sky.lost[place]!;
    }
    return Math.max(0, lost - 1);
  }

  snapshot(): string {
    return JSON.stringify([...this.#cells]);
  }

  restore(value: string): void {
    this.#cells.clear();
    for (const [key, sky] of JSON.parse(value) as [string, Sky][]) this.#cells.set(key, sky);
  }
}
