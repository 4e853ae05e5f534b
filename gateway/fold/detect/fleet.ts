/**
 * The fleet as a witness: when many terminals of a group fall silent together, it is the group that failed.
 *
 * A terminal that is overdue where nothing explains it, parked in the open or on the road, is counted in its groups at the
 * time it was last heard, and as dark until it is back: into an outage that goes on vehicles drive one after the other.
 * Whether that is a burst is asked when its own silence is judged. Losses by chance are Poisson with the group's own rate.
 * A burst is beyond doubt; what is less is evidence for as much as it would be a surprise.
 *
 * Bound: two rings of an hour for each group that lost a terminal and has another; a terminal is in three groups.
 */
import {
  AFTER_S,
  BEFORE_S,
  type Burst,
  burstAt,
  calms,
  cameAndWent,
  CHANCE,
  EARLIER,
  expectedAround,
  extend,
  type Group,
  LEAST,
  lostAround,
  RESTORED_SHARE,
  SHARE,
} from './bursts.ts';
import { surprise } from './chance.ts';
import { ALL, namesOf, nearbyOf } from './groups.ts';
import { expectedEvery } from './silence.ts';
import { BUCKET_S, countLoss, type Kept, kept, lostIn, newLosses } from './losses.ts';
import type { Terminal } from './terminal.ts';

/** A tail below e^-14 is a burst; company in silence that is less of a surprise than e^-2 says nothing. */
const BURST_NATS = 14;
const LEAST_NATS = 2;
const HEALTHY = 20;
/** So many in a place are company: their silence says something. */
const COMPANY = 3;
const HEARD_S = 5;
/** One that is lost by chance is dark for an hour. */
const DARK_S = 3600;
/** Whoever is lost later than so long before the others is not with them. */
const TOGETHER_S = 20 * 60;
/** One that says little was lost at any time until it was due again, up to so long. */
const AFTER_MOST_S = 1800;
/** Who comes back so long before one, or after it, came back with it. */
const REUNITED_S = 60;
const FULL = 1000;

/** What a group says of a loss. */
export interface Witness {
  readonly kind: 'burst' | 'some' | 'healthy' | 'over';
  /** Thousandths: how much of a burst it is. */
  readonly strength: number;
  readonly group: string;
  readonly lost: number;
  readonly members: number;
  readonly overAt: number;
}

export class Fleet {
  readonly #groups = new Map<string, Group>();

  get size(): number {
    return this.#groups.size;
  }

  /** Members of a group that are there. */
  online(name: string): number {
    return this.#groups.get(name)?.online ?? 0;
  }

  /** How many are there where a terminal is, and in the cells next to it. */
  about(t: Terminal): number {
    return this.#around(t, t.groupCell).online;
  }

  /** The terminal is there, at this cell and carrier: counted once. */
  join(t: Terminal): void {
    if (t.joined === 1) return;
    t.joined = 1;
    t.place = undefined;
    this.#enter(t.groupCell);
    this.#enter(t.carrier);
    this.#enter(ALL);
  }

  leave(t: Terminal): void {
    if (t.joined === 0) return;
    t.joined = 0;
    t.place = undefined;
    this.#exit(t.groupCell);
    this.#exit(t.carrier);
    this.#exit(ALL);
  }

  #enter(name: string): void {
    if (name === '') return;
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = newGroup();
      this.#groups.set(name, group);
    }
    group.online++;
  }

  #exit(name: string): void {
    const group = name === '' ? undefined : this.#groups.get(name);
    if (group === undefined) return;
    group.online--;
    if (group.online <= 0 && group.dark <= 0 && name !== ALL) this.#groups.delete(name);
  }

  /** A sign of life; true where somebody could not have known it from before. */
  alive(t: Terminal, now: number): boolean {
    if (t.joined === 0) return false;
    const place = (t.place ??= this.#groups.get(t.groupCell === '' ? ALL : t.groupCell));
    if (place === undefined || now - place.heardAt < HEARD_S) return false;
    place.heardAt = now;
    return true;
  }

  /** There are others where this terminal is, and none of them has been heard since it was. */
  unheard(t: Terminal): boolean {
    const of = this.#groups.get(t.groupCell);
    return of !== undefined && of.online >= COMPANY && of.heardAt <= t.lastRx + HEARD_S;
  }

  /** There are others where this terminal is, or in its network, that may prove to be lost as well. */
  accompanied(t: Terminal): boolean {
    for (const name of namesOf(t)) if (name !== ALL && (this.#groups.get(name)?.online ?? 0) >= COMPANY) return true;
    return false;
  }

  /** It is overdue since `t.lastRx`. */
  lose(t: Terminal): void {
    if (t.countedAt !== 0 && t.lastRx - t.countedAt < BEFORE_S + AFTER_S && !this.#calmSince(t)) return;
    t.countedAt = t.lastRx;
    t.dark = 1;
    for (const name of namesOf(t)) {
      const group = this.#groups.get(name);
      if (group === undefined) continue;
      countLoss((group.losses ??= newLosses()), t.lastRx);
      group.dark++;
      group.worst = Math.max(group.worst, group.dark);
      const burst = burstAt(group, t.lastRx);
      if (burst !== undefined) burst.lost++;
    }
  }

  /** What it was counted in last is over: to be lost anew is another loss. */
  #calmSince(t: Terminal): boolean {
    for (const name of namesOf(t)) if ((this.#groups.get(name)?.calmAt ?? 0) > t.countedAt) return true;
    return false;
  }

  /** It is dark no more, or has been for so long that it says nothing any more. */
  lighten(t: Terminal): void {
    if (t.dark === 0) return;
    t.dark = 0;
    for (const name of namesOf(t)) {
      const group = this.#groups.get(name);
      if (group === undefined) continue;
      if (group.dark > 0) group.dark--;
      if (group.online <= 0 && group.dark <= 0 && name !== ALL) this.#groups.delete(name);
    }
  }

  /** One that was overdue since `lostAt` gives a sign of life; where it is shows with its next fix (`returned`). */
  restore(t: Terminal, lostAt: number, now: number): void {
    const wasDark = t.dark === 1;
    this.lighten(t);
    t.awaySince = lostAt;
    for (const name of namesOf(t)) {
      const group = this.#groups.get(name);
      if (group === undefined) continue;
      if (wasDark) countLoss((group.returns ??= newLosses()), now);
      calms(group, now);
    }
  }

  /** Those of its place or its network that were dark and came back when it did, at `backAt`; undefined: no more than chance. */
  reunion(t: Terminal, backAt: number): Pick<Witness, 'group' | 'lost' | 'strength'> | undefined {
    let most: Pick<Witness, 'group' | 'lost' | 'strength'> | undefined;
    for (const group of namesOf(t)) {
      const of = this.#groups.get(group);
      if (group === ALL || of?.returns === undefined) continue;
      const [from, until] = [backAt - REUNITED_S, backAt + REUNITED_S].map((at) => Math.floor(at / BUCKET_S));
      // Itself left out.
      const lost = lostIn(of.returns, from!, until! + 1) - 1;
      const window = 2 * REUNITED_S;
      const earlier = (lostIn(of.returns, from! - EARLIER, from!) * window) / (EARLIER * BUCKET_S);
      const nats = surprise(lost, Math.max(0.01, earlier, of.online * CHANCE * window));
      const strength = Math.round((FULL * Math.min(nats, BURST_NATS)) / BURST_NATS);
      if (nats >= LEAST_NATS && strength > (most?.strength ?? 0)) most = { group, lost, strength };
    }
    return most;
  }

  /** Its first fix since: where it was lost, the network is there again; elsewhere, it may have been driven out of the outage. */
  returned(t: Terminal, now: number, here: boolean): void {
    for (const name of namesOf(t)) {
      const group = this.#groups.get(name);
      const burst = group === undefined ? undefined : burstAt(group, t.awaySince);
      if (burst === undefined) continue;
      if (here) burst.back++;
      else burst.left = (burst.left ?? 0) + 1;
      const stayed = burst.lost - (burst.left ?? 0) - 1;
      if (burst.overAt === 0 && burst.back >= RESTORED_SHARE * stayed) burst.overAt = now;
    }
    t.awaySince = 0;
  }

  /** What the groups of a terminal that was lost at `lostAt` have to say at `now`, the most telling first; undefined: nothing. */
  witness(t: Terminal, lostAt: number, now: number): Witness | undefined {
    let healthy: Witness | undefined;
    let some: Witness | undefined;
    const after = Math.min(AFTER_MOST_S, Math.max(AFTER_S, expectedEvery(t)));
    const own = t.countedAt >= lostAt - BEFORE_S && t.countedAt <= lostAt + AFTER_S ? 1 : 0;
    for (const group of namesOf(t)) {
      const of = this.#groups.get(group);
      if (of === undefined) continue;
      const went = cameAndWent(Math.max(of.calmAt, this.#groups.get(ALL)?.calmAt ?? 0), t, lostAt);
      const lost = lostAround(of, { lostAt, after, since: went ? t.loggedAt : 0 }) - own;
      const members = of.online;
      const nats = surprise(lost + 1, expectedAround(of, lostAt, after));
      if (nats > BURST_NATS && lost + 1 >= LEAST && lost + 1 >= SHARE * members) {
        extend(of, { lostAt, lost: lost + 1, after });
      }
      const burst = went && nats <= BURST_NATS ? undefined : burstAt(of, lostAt);
      if (burst !== undefined) {
        const { overAt, back } = burst;
        // While nobody has come back where he was lost, it may go on for who stands in it.
        const over = overAt !== 0 && (back > 0 || t.stillSince === 0);
        return { kind: over ? 'over' : 'burst', group, strength: FULL, lost, members, overAt };
      }
      const { dark, online } = now - lostAt > TOGETHER_S ? { dark: 0, online: 0 } : this.#around(t, group);
      const darkness = surprise(dark + 1, Math.max(0.05, online * CHANCE * DARK_S));
      const most = Math.max(nats, darkness);
      const strength = Math.round((FULL * Math.min(most, BURST_NATS)) / BURST_NATS);
      if (group !== ALL && lost + dark > 0 && most >= LEAST_NATS && strength > (some?.strength ?? 0)) {
        some = { kind: 'some', group, strength, lost: Math.max(lost, dark), members, overAt: 0 };
      }
      if (members > HEALTHY && lost === 0 && healthy === undefined) {
        healthy = { kind: 'healthy', group, strength: FULL, lost, members: members - 1, overAt: 0 };
      }
    }
    return some ?? healthy;
  }

  /** Others of a group that are dark, and how many there are; of a place, those of the cells next to it too: outages keep to no grid. */
  #around(t: Terminal, name: string): { dark: number; online: number } {
    let [dark, online] = [-t.dark, 0];
    for (const near of name === t.groupCell ? nearbyOf(t) : [name]) {
      const group = this.#groups.get(near);
      if (group === undefined) continue;
      dark += group.dark;
      online += group.online;
    }
    return { dark: Math.max(0, dark), online };
  }

  // --- snapshots -----------------------------------------------------------------------------------

  snapshot(): string {
    // Only what is not nothing: a fleet in many cells has many rings.
    const rows = [...this.#groups].map(
      ([name, { online, dark, worst, calmAt, heardAt, losses, returns, burst, earlier }]) => ({
        name,
        online,
        dark,
        ...(worst === 0 ? {} : { worst }),
        ...(calmAt === 0 ? {} : { calmAt }),
        heardAt,
        lost: losses === undefined ? [] : kept(losses),
        ...(returns === undefined ? {} : { returned: kept(returns) }),
        ...(burst === undefined ? {} : { burst }),
        ...(earlier === undefined ? {} : { earlier }),
      }),
    );
    return JSON.stringify(rows);
  }

  restoreFrom(value: string): void {
    this.#groups.clear();
    for (const { name, online, dark = 0, worst = 0, calmAt = 0, heardAt, lost, returned, burst, earlier } of JSON.parse(
      value,
    ) as KeptGroup[]) {
      const losses = lost.length === 0 ? undefined : newLosses(lost);
      const returns = returned === undefined ? undefined : newLosses(returned);
      this.#groups.set(name, { online, dark, worst, calmAt, heardAt, losses, returns, burst, earlier });
    }
  }
}

interface KeptGroup {
  readonly name: string;
  readonly online: number;
  readonly dark?: number;
  readonly worst?: number;
  readonly calmAt?: number;
  readonly heardAt: number;
  readonly lost: Kept;
  readonly returned?: Kept;
  readonly burst?: Burst;
  readonly earlier?: Burst;
}

function newGroup(): Group {
  return {
    online: 0,
    dark: 0,
    worst: 0,
    calmAt: 0,
    heardAt: 0,
    losses: undefined,
    returns: undefined,
    burst: undefined,
    earlier: undefined,
  };
}
