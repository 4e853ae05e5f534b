/**
 * The memory for blind areas (盲区): reports that were due without a link, or that no platform has
 * acknowledged. Oldest first; full, it gives up its oldest.
 */
import type { EpochMs } from '../../protocol/index.ts';

/** A location report from the moment it is due until a platform has it. */
export interface StoredReport {
  readonly at: EpochMs;
  /** Body of the 0x0200. */
  readonly body: Uint8Array;
  /** It has been on the wire at least once. */
  sent: boolean;
}

export class BlindArea {
  readonly #depth: number;
  #reports: StoredReport[] = [];

  constructor(depth: number) {
    this.#depth = depth;
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

  /** Takes the oldest reports: at most `count`, and as long as `fits` holds for the octets taken together with the next. */
  take(count: number, fits: (count: number, octets: number) => boolean): StoredReport[] {
    let taken = 0;
    let octets = 0;
    while (taken < Math.min(count, this.#reports.length)) {
      octets += (this.#reports[taken] as StoredReport).body.length;
      if (taken > 0 && !fits(taken + 1, octets)) break;
      taken++;
    }
    return this.#reports.splice(0, taken);
  }

  #trim(): number {
    const over = this.#reports.length - this.#depth;
    if (over <= 0) return 0;
    this.#reports.splice(0, over);
    return over;
  }
}
