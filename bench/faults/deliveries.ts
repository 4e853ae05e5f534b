/** What one outlet's other side was given: which reports, by which ids, and in which order. */

interface Position {
  readonly id: string;
  readonly terminal: string;
  readonly time: string;
  readonly seq: number;
}

/** A terminal's report, as the fleet's ledger, the journal and every outlet can name it. */
export function keyOf(terminal: string, time: string): string {
  return `${terminal} ${Date.parse(time)}`;
}

export class Deliveries {
  /** Ids of the reports that were taken. */
  readonly ids = new Map<string, string>();
  /** Taken once more than once. */
  again = 0;
  /** Reports that came by two ids. */
  readonly conflicts: string[] = [];
  /** Records that were offered, by terminal, each once, in the order of their first coming. */
  readonly #order = new Map<string, Set<number>>();

  /** A position was sent; nothing is said of its having arrived. */
  offered(payload: Buffer): void {
    const { terminal, seq } = JSON.parse(payload.toString()) as Position;
    let seqs = this.#order.get(terminal);
    if (seqs === undefined) this.#order.set(terminal, (seqs = new Set()));
    seqs.add(seq);
  }

  took(payload: Buffer): void {
    const { id, terminal, time } = JSON.parse(payload.toString()) as Position;
    const key = keyOf(terminal, time);
    const before = this.ids.get(key);
    if (before === undefined) this.ids.set(key, id);
    else if (before === id) this.again++;
    else this.conflicts.push(`${key} ${before} ${id}`);
  }

  /**
   * In how many ordered rows the records of a terminal came, at most: one, or two where live records went
   * before a backlog. More is an order that nobody meant.
   */
  get rows(): number {
    let most = 0;
    for (const seqs of this.#order.values()) {
      const ends: number[] = [];
      for (const seq of seqs) {
        // Patience: the fewest rising rows, each record put behind the highest that is below it.
        const row = ends.findIndex((end) => end <= seq);
        if (row === -1) ends.push(seq);
        else ends[row] = seq;
      }
      most = Math.max(most, ends.length);
    }
    return most;
  }
}
