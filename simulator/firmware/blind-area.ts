/**
 * The memory for blind areas (盲区): reports that were due without a link, or that no platform has
 * acknowledged. Oldest first unless its order is another one; full, it gives up its oldest.
 */
import type { EpochMs } from '../../protocol/index.ts';
import type { ReplayOrder } from '../profiles/profile.ts';
import { unit } from '../world/noise.ts';
import { NOISE } from './noise.ts';

/** Of reports that come out shuffled, so many come twice. */
const TWICE = 0.02;
/** So many reports fit one 0x0704, about. */
const REPORTS_TOGETHER = 14;

/** A location report from the moment it is due until a platform has it. */
export interface StoredReport {
  readonly at: EpochMs;
  /** Body of the 0x0200. */
  readonly body: Uint8Array;
  /** It has been on the wire at least once. */
  sent: boolean;
  /** It holds a key alarm (parameter 0x0054): it comes before all others. */
  readonly urgent?: boolean;
}

export class BlindArea {
  readonly #depth: number;
  readonly #seed: number;
  #reports: StoredReport[] = [];
  /** How often reports were taken out, which a shuffle hangs on. */
  #takes = 0;
  /** May be changed while it is in use. */
  order: ReplayOrder;

  constructor(depth: number, order: ReplayOrder = 'fifo', seed = 0) {
    this.#depth = depth;
    this.order = order;
    this.#seed = seed;
  }

  get size(): number {
    return this.#reports.length;
  }

  /** Adds the newest report. Returns how many old ones had to go. */
  push(report: StoredReport): number {
    this.#reports.push(report);
    return this.#trim();
  }

  /** Puts reports back that were taken out or never acknowledged. Returns how many old ones had to go. */
  putBack(reports: readonly StoredReport[]): number {
    if (reports.length === 0) return 0;
    this.#reports = [...reports, ...this.#reports].sort((a, b) => a.at - b.at);
    return this.#trim();
  }

  /** Takes reports in order: at most `count`, and as long as `fits` holds for the octets taken together with the next. */
  take(count: number, fits: (count: number, octets: number) => boolean): StoredReport[] {
    this.#arrange();
    if (this.#reports.some(({ urgent }) => urgent === true))
      this.#reports.sort((a, b) => Number(b.urgent ?? false) - Number(a.urgent ?? false));
    let taken = 0;
    let octets = 0;
    while (taken < Math.min(count, this.#reports.length)) {
      octets += (this.#reports[taken] as StoredReport).body.length;
      if (taken > 0 && !fits(taken + 1, octets)) break;
      taken++;
    }
    return this.#reports.splice(0, taken);
  }

  /** Brings what comes out next to the front. Shuffled, a report may be put in twice: the platform must bear it. */
  #arrange(): void {
    if (this.order === 'fifo') return;
    if (this.order === 'lifo') {
      this.#reports.sort((a, b) => b.at - a.at);
      return;
    }
    const take = this.#takes++;
    const keys = new Map(this.#reports.map((report, i) => [report, unit(this.#seed, NOISE.replay + take, i)]));
    this.#reports.sort((a, b) => (keys.get(a) as number) - (keys.get(b) as number));
    const [first] = this.#reports;
    if (first !== undefined && !first.sent && unit(this.#seed, NOISE.replay, -take) < TWICE * REPORTS_TOGETHER)
      this.#reports.splice(1, 0, { ...first });
  }

  #trim(): number {
    const over = this.#reports.length - this.#depth;
    if (over <= 0) return 0;
    if (this.order !== 'fifo') this.#reports.sort((a, b) => a.at - b.at);
    this.#reports.splice(0, over);
    return over;
  }
}
