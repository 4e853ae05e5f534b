/**
 * Who else lost the sky where nothing explains it: fixes lost by cell of five kilometres and quarter of a minute, and how
 * many there are without one now. Interference of a whole area takes several vehicles, at once or as they drive in; a
 * jammer in a car takes its own and brushes others.
 *
 * Bound: 4,096 cells, the oldest makes room; the last hour of each, its last 16 losses and denials one by one, and eight that are suspected there;
 * the last hour of 1,024 regions, the oldest makes room.
 */
import { surprise } from './chance.ts';
import { cellOf, nearbyOf, nearRegionsOf, regionOf } from './groups.ts';
import { BUCKET_S, countLoss, type Kept, kept, type Losses, lostIn, newLosses } from './losses.ts';
import { metresBetween, type Terminal } from './terminal.ts';

const MAX_CELLS = 4096;
const AROUND_S = 60;
const BEFORE_S = 2400;
const BESIDE_M = 300;
const LATELY_S = 3600;
const MAX_LOSSES = 16;
const MAX_SUSPECTS = 8;
const MAX_REGIONS = 1024;
/** A storm of the sun, or an error of a whole constellation, takes the sky from all within so long. */
const WIDE_S = 120;
/** How often a vehicle loses it by chance: twice a day. */
const CHANCES = 2 / 86_400;
const HOUR_BUCKETS = 200;

/** One lost the sky after its last fix, `from`, and had lost it `at`. */
interface Loss {
  readonly terminal: string;
  readonly from: number;
  readonly at: number;
  readonly latitude: number;
  readonly longitude: number;
  /** When it had it back; 0 while it has not. */
  backAt: number;
}

interface Sky extends Losses {
  /** Without a fix since, and not back. */
  dark: number;
  /** The last of them, the oldest first. */
  losses: Loss[];
  /** Who was denied the sky here for longer than for a moment, and when last, the oldest first. */
  denials: (readonly [terminal: string, at: number])[];
  /** Ids of those that others were brushed by here, the oldest first. */
  suspects: string[];
}

export class Skies {
  readonly #cells = new Map<string, Sky>();
  readonly #regions = new Map<string, Losses>();

  lose(t: Terminal, at: number): void {
    const sky = this.#skyAt(cellOf(t.latitude, t.longitude));
    if (sky === undefined) return;
    countLoss(sky, at);
    countLoss(this.#regionAt(regionOf(t.latitude, t.longitude)), at);
    sky.dark++;
    t.darkSky = 1;
    const { id, fixAt, latitude, longitude } = t;
    if (sky.losses.length === MAX_LOSSES) sky.losses.shift();
    sky.losses.push({ terminal: id, from: fixAt, at, latitude, longitude, backAt: 0 });
  }

  #skyAt(key: string): Sky | undefined {
    const known = this.#cells.get(key);
    if (known !== undefined || key === '') return known;
    const [oldest] = this.#cells.keys();
    if (this.#cells.size >= MAX_CELLS && oldest !== undefined) this.#cells.delete(oldest);
    const sky: Sky = { ...newLosses(), dark: 0, losses: [], denials: [], suspects: [] };
    this.#cells.set(key, sky);
    return sky;
  }

  #regionAt(key: string): Losses {
    const known = this.#regions.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#regions.keys();
    if (this.#regions.size >= MAX_REGIONS && oldest !== undefined) this.#regions.delete(oldest);
    const region = newLosses();
    this.#regions.set(key, region);
    return region;
  }

  /**
   * How many lost the sky within two minutes of `since` in the region of `t` (some 50 km), those of its own place left out, and how
   * much of a surprise that is in a fleet of so many: nobody carries a jammer that far.
   */
  farAround(t: Terminal, since: number, online: number): { readonly lost: number; readonly nats: number } {
    const [from, until] = [Math.floor((since - WIDE_S) / BUCKET_S), Math.floor((since + WIDE_S) / BUCKET_S) + 1];
    let [lost, earlier] = [0, 0];
    for (const name of nearRegionsOf(t)) {
      const region = this.#regions.get(name);
      if (region === undefined) continue;
      lost += lostIn(region, from, until);
      earlier += lostIn(region, from - HOUR_BUCKETS, from);
    }
    for (const name of nearbyOf(t)) {
      const sky = this.#cells.get(name);
      if (sky !== undefined) lost -= lostIn(sky, from, until);
    }
    const usual = Math.max(online * CHANCES * 2 * WIDE_S, (earlier * (until - from)) / HOUR_BUCKETS, 0.05);
    return { lost, nats: surprise(lost, usual) };
  }

  /** It sees the sky again at `now`; to be called while its place is still that of the loss. */
  regain(t: Terminal, now: number): void {
    if (t.darkSky === 0) return;
    t.darkSky = 0;
    const sky = this.#cells.get(cellOf(t.latitude, t.longitude));
    if (sky === undefined) return;
    if (sky.dark > 0) sky.dark--;
    const loss = sky.losses.findLast(({ terminal }) => terminal === t.id);
    if (loss !== undefined) loss.backAt = now;
  }

  /** Losses of others beside `t`, when it lost the sky itself. */
  beside(t: Terminal): Loss[] {
    const { id, fixAt, unfixedSince, latitude, longitude } = t;
    const out: Loss[] = [];
    for (const name of nearbyOf(t)) {
      for (const loss of this.#cells.get(name)?.losses ?? []) {
        const together = loss.from - AROUND_S <= unfixedSince && loss.at + AROUND_S >= fixAt;
        if (!together || loss.terminal === id) continue;
        if (metresBetween(latitude, longitude, loss.latitude, loss.longitude) <= BESIDE_M) out.push(loss);
      }
    }
    return out;
  }

  /** What it lacks is more than a moment's: it counts among the denied from now on. True where it did not yet. */
  deny({ id, latitude, longitude, unfixedSince }: Terminal, now: number): boolean {
    const sky = this.#skyAt(cellOf(latitude, longitude));
    if (sky === undefined || sky.denials.some(([terminal, at]) => terminal === id && at >= unfixedSince)) return false;
    const others = sky.denials.filter(([terminal]) => terminal !== id);
    sky.denials = [...others.slice(1 - MAX_LOSSES), [id, now]];
    return true;
  }

  /** How many others were denied the sky around `t` within the hour. */
  denied(t: Terminal, now: number): number {
    const found = new Set<string>();
    for (const name of nearbyOf(t)) {
      for (const [id, at] of this.#cells.get(name)?.denials ?? [])
        if (now - at <= LATELY_S && id !== t.id) found.add(id);
    }
    return found.size;
  }

  /** Others were brushed by it, where it lost the sky. */
  suspect({ id, latitude, longitude }: Terminal): void {
    const sky = this.#cells.get(cellOf(latitude, longitude));
    if (sky === undefined) return;
    sky.suspects = [...sky.suspects.filter((one) => one !== id), id].slice(-MAX_SUSPECTS);
  }

  /** Who is suspected around, and was not there as `t` and others beside it lost the sky. */
  absent(t: Terminal): string[] {
    const names = [...nearbyOf(t)];
    const suspects = names.flatMap((name) => this.#cells.get(name)?.suspects ?? []).filter((id) => id !== t.id);
    if (suspects.length === 0) return suspects;
    const there = new Set(this.beside(t).map(({ terminal }) => terminal));
    return there.size === 0 ? [] : suspects.filter((id) => !there.has(id));
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
      lost += lostAround(sky, since, seconds, Math.min(before, BEFORE_S));
      dark += sky.dark;
    }
    return Math.max(0, Math.max(lost, dark) - t.darkSky);
  }

  snapshot(): string {
    return JSON.stringify({ cells: [...this.#cells], regions: [...this.#regions].map(([key, of]) => [key, kept(of)]) });
  }

  restore(value: string): void {
    this.#cells.clear();
    this.#regions.clear();
    const { cells, regions } = keptSkies(value);
    for (const [key, of] of regions) this.#regions.set(key, newLosses(of));
    for (const [key, sky] of cells) {
      this.#cells.set(key, { losses: [], denials: [], suspects: [], ...sky });
    }
  }
}

interface KeptSkies {
  readonly cells: readonly (readonly [string, KeptSky])[];
  readonly regions: readonly (readonly [string, Kept])[];
}

/** An earlier version kept the cells alone. */
function keptSkies(value: string): KeptSkies {
  const of = JSON.parse(value) as KeptSkies | KeptSkies['cells'];
  return 'cells' in of ? of : { cells: of, regions: [] };
}

/** Lists that one which was kept by an earlier version does not have are empty. */
type KeptSky = Omit<Sky, 'losses' | 'denials' | 'suspects'> & Partial<Sky>;

/** Fixes lost from `before` and `seconds` before a time until `seconds` after it. */
function lostAround(sky: Sky, since: number, seconds: number, before: number): number {
  const from = Math.floor((since - seconds - before) / BUCKET_S);
  return lostIn(sky, from, Math.floor((since + seconds) / BUCKET_S) + 1);
}
