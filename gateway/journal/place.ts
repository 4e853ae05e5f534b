/**
 * What a reader is done with: everything up to its cursor, and some ranges ahead of it. The ranges come about
 * when new records are delivered while older ones still wait; they grow into the cursor when those are done.
 */
import type { Seq } from './record.ts';

/** Records `from` to `to`, both included. */
export interface SeqRange {
  readonly from: Seq;
  readonly to: Seq;
}

/**
 * Ranges that are remembered ahead of a cursor. A further one is not: its records come again after a restart.
 * Readers that open fewer gaps than this never meet it.
 */
export const MAX_AHEAD = 64;

export class Place {
  /** Everything up to here is done with. */
  cursor: Seq;
  #ahead: SeqRange[];

  constructor(cursor: Seq, ahead: readonly SeqRange[] = []) {
    this.cursor = cursor;
    this.#ahead = [...ahead];
  }

  /** In order, apart from each other and from the cursor. */
  get ahead(): readonly SeqRange[] {
    return this.#ahead;
  }

  /** Records up to `head` that are not done with. */
  left(head: Seq): number {
    let left = Math.max(0, head - this.cursor);
    for (const { from, to } of this.#ahead) left -= Math.max(0, Math.min(to, head) - from + 1);
    return left;
  }

  /** Ranges between the cursor and the last record that is done with. */
  gaps(): SeqRange[] {
    const gaps: SeqRange[] = [];
    let done = this.cursor;
    for (const { from, to } of this.#ahead) {
      gaps.push({ from: done + 1, to: from - 1 });
      done = to;
    }
    return gaps;
  }

  /** The reader is done with these. False where that was known. */
  done(from: Seq, to: Seq): boolean {
    if (to <= this.cursor || this.#ahead.some((range) => range.from <= from && range.to >= to)) return false;
    if (from <= this.cursor + 1) this.cursor = to;
    else if (!this.#join(from, to)) return false;
    for (let next = this.#ahead[0]; next !== undefined && next.from <= this.cursor + 1; next = this.#ahead[0]) {
      this.cursor = Math.max(this.cursor, next.to);
      this.#ahead.shift();
    }
    return true;
  }

  /** The reader is done with everything up to here. */
  pass(to: Seq): void {
    this.done(this.cursor + 1, to);
  }

  #join(from: Seq, to: Seq): boolean {
    const touching = this.#ahead.filter((range) => range.from <= to + 1 && range.to >= from - 1);
    if (touching.length === 0 && this.#ahead.length >= MAX_AHEAD) return false;
    const joined = {
      from: Math.min(from, ...touching.map((range) => range.from)),
      to: Math.max(to, ...touching.map((range) => range.to)),
    };
    this.#ahead = [...this.#ahead.filter((range) => !touching.includes(range)), joined];
    this.#ahead.sort((a, b) => a.from - b.from);
    return true;
  }
}
