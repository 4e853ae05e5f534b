/**
 * What befalls many alike within days is no hand's doing: a carrier moves its cards to another series, a program stops counting
 * wheels or sets clocks. Such changes are counted by what changed and whom it can befall; once there are more than chance
 * gives, that explains each of them, those before it was known as well.
 *
 * Bound: 256 cohorts, the oldest makes room, of the last 512 changes each: of more than some 100,000 alike nothing is told
 * apart any more, and each stands for itself. 4,096 programs; terminals of others are in no cohort.
 */
import { surprise } from './chance.ts';

const MAX_COHORTS = 256;
const MAX_CHANGES = 512;
const MAX_PROGRAMS = 4096;
const WINDOW_S = 7 * 86_400;
/** Changes of each and second, by chance: one in five years. */
const CHANCE = 1 / (5 * 365 * 86_400);
const BEYOND_CHANCE = 14;
const LEAST = 5;
const SHARE = 0.05;

/** Who changed and when, the oldest first. */
type Change = readonly [terminal: string, at: number];

export class Cohorts {
  readonly #changes = new Map<string, Change[]>();
  readonly #programs = new Map<string, number>();

  /** A terminal runs another program: its like are those of the same one. */
  runs(before: string, program: string): void {
    this.#count(before, -1);
    this.#count(program, 1);
  }

  #count(program: string, by: number): void {
    const had = this.#programs.get(program) ?? 0;
    if (program === '' || (had === 0 && (by < 0 || this.#programs.size >= MAX_PROGRAMS))) return;
    if (had + by > 0) this.#programs.set(program, had + by);
    else this.#programs.delete(program);
  }

  /** How many run a program. */
  like(program: string): number {
    return this.#programs.get(program) ?? 0;
  }

  /**
   * A terminal changed so at `at`; there are `members` that could. Whom else the same befell, where it is no chance any more;
   * undefined: it may be one.
   */
  befell(
    name: string,
    terminal: string,
    { at, members }: { at: number; members: number },
  ): readonly string[] | undefined {
    const before = (this.#changes.get(name) ?? []).filter(([id, then]) => id !== terminal && at - then <= WINDOW_S);
    this.#changes.delete(name);
    const [oldest] = this.#changes.keys();
    if (this.#changes.size >= MAX_COHORTS && oldest !== undefined) this.#changes.delete(oldest);
    this.#changes.set(name, [...before.slice(1 - MAX_CHANGES), [terminal, at]]);
    const many = before.length + 1;
    const enough = Math.max(LEAST, Math.min(SHARE * members, MAX_CHANGES / 2));
    if (many < enough || surprise(many, Math.max(members, many) * CHANCE * WINDOW_S) <= BEYOND_CHANCE) return undefined;
    return before.map(([id]) => id);
  }

  snapshot(): string {
    return JSON.stringify({ changes: [...this.#changes], programs: [...this.#programs] });
  }

  restore(value: string): void {
    const kept = JSON.parse(value) as { changes: [string, Change[]][]; programs: [string, number][] };
    this.#changes.clear();
    this.#programs.clear();
    for (const [name, changes] of kept.changes) this.#changes.set(name, changes);
    for (const [program, many] of kept.programs) this.#programs.set(program, many);
  }
}
