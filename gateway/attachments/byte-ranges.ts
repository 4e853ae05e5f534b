/** Which octets of a file are there. */

/** Octets [start, end). */
export type ByteRange = readonly [start: number, end: number];

/** Ranges in order, apart from each other. At most `max` of them: an octet more is one that has to come again. */
export class ByteRanges {
  readonly #max: number;
  #ranges: ByteRange[];

  /** `ranges` as `list` gave them. */
  constructor(ranges: readonly ByteRange[] = [], max = 4096) {
    this.#ranges = [...ranges];
    this.#max = max;
  }

  get list(): readonly ByteRange[] {
    return this.#ranges;
  }

  /** False where these octets cannot be noted: there are too many gaps already. */
  add(start: number, end: number): boolean {
    if (start >= end) return true;
    const ranges = this.#ranges;
    // Files come in order but for what is sent again: the place is at the end or found from there.
    let last = ranges.length;
    while (last > 0 && ranges[last - 1]![0] > end) last--;
    let first = last;
    while (first > 0 && ranges[first - 1]![1] >= start) first--;
    if (first === last && ranges.length >= this.#max) return false;
    const from = first === last ? start : Math.min(start, ranges[first]![0]);
    const to = first === last ? end : Math.max(end, ranges[last - 1]![1]);
    ranges.splice(first, last - first, [from, to]);
    return true;
  }

  /** The gaps of a file of `size` octets, at most `most` of them. */
  missing(size: number, most = Infinity): ByteRange[] {
    const gaps: ByteRange[] = [];
    let at = 0;
    for (const [start, end] of this.#ranges) {
      if (gaps.length >= most) return gaps;
      if (start > at) gaps.push([at, Math.min(start, size)]);
      at = Math.max(at, end);
    }
    if (at < size && gaps.length < most) gaps.push([at, size]);
    return gaps;
  }
}
