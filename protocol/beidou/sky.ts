/** The satellites in view, from GSV sentences, which tell them four at a time and once for each signal. */
import type { SatellitesInView } from './nmea/satellite-sentences.ts';
import { type Numbering, type Satellite, satelliteLabel, satelliteOf, signalName, systemOfTalker } from './system.ts';

/** One satellite, all its signals together. */
export interface SkySatellite extends Satellite {
  /** `C05`. */
  readonly label: string;
  readonly elevation?: number;
  readonly azimuth?: number;
  /** The strongest signal, dB-Hz; absent while none is tracked. */
  readonly cn0?: number;
  /** Strength by signal where the receiver tells them apart: `B1I`, `B2a`. */
  readonly signals?: Readonly<Record<string, number>>;
  readonly used: boolean;
}

/** What a whole turn of sentences told: a system on one signal. */
interface Group {
  readonly signalId: number;
  /** Which fix it was told with. */
  readonly epoch: number;
  readonly satellites: readonly Seen[];
}

interface Seen extends Satellite {
  readonly elevation?: number | undefined;
  readonly azimuth?: number | undefined;
  readonly cn0?: number | undefined;
}

interface Turn {
  readonly total: number;
  next: number;
  readonly satellites: Seen[];
}

/** Fixes for which a system that tells no more still counts: some receivers print GSV at every fifth. */
const KEPT_EPOCHS = 10;
/** Sentences of one turn: 25 hold 100 satellites. */
const MAX_TURN = 25;
/** Systems and signals at once; past it, turns are let go. */
const MAX_GROUPS = 32;

/** Puts turns together. Holds at most 32 turns of 100 satellites. */
export class Sky {
  readonly #numbering: Numbering;
  readonly #groups = new Map<string, Group>();
  /** Turns under way, of the same keys. */
  readonly #turns = new Map<string, Turn>();

  constructor(numbering: Numbering = {}) {
    this.#numbering = numbering;
  }

  /** Takes a GSV sentence. A turn counts when its last sentence is there and none is missing. */
  receive(talker: string, body: SatellitesInView, epoch: number): void {
    const { total = 1, number = 1, satellites = [], signalId = 0 } = body;
    const system = systemOfTalker(talker);
    const key = `${system ?? talker} ${signalId}`;
    if (number === 1) this.#start(key, total);
    const turn = this.#turns.get(key);
    if (turn === undefined || turn.total !== total || turn.next !== number) {
      this.#turns.delete(key);
      return;
    }
    for (const { id, elevation, azimuth, cn0 } of satellites) {
      const satellite = satelliteOf(id, system, this.#numbering);
      if (satellite !== undefined) turn.satellites.push({ ...satellite, elevation, azimuth, cn0 });
    }
    turn.next += 1;
    if (number < total) return;
    this.#turns.delete(key);
    if (this.#groups.has(key) || this.#groups.size < MAX_GROUPS)
      this.#groups.set(key, { signalId, epoch, satellites: turn.satellites });
  }

  #start(key: string, total: number): void {
    if (total > MAX_TURN || (this.#turns.size >= MAX_GROUPS && !this.#turns.has(key))) this.#turns.delete(key);
    else this.#turns.set(key, { total, next: 1, satellites: [] });
  }

  /** The sky at a fix: what was told lately, with those in `used` (labels) marked. */
  satellites(epoch: number, used: ReadonlySet<string>): readonly SkySatellite[] {
    const found = new Map<string, SkySatellite>();
    for (const [key, group] of this.#groups) {
      if (epoch - group.epoch > KEPT_EPOCHS) {
        this.#groups.delete(key);
        continue;
      }
      for (const seen of group.satellites) {
        const label = satelliteLabel(seen);
        const signal = signalName(seen.system, group.signalId, this.#numbering);
        found.set(label, merged(found.get(label), seen, { label, signal, used: used.has(label) }));
      }
    }
    return [...found.values()];
  }
}

function merged(
  before: SkySatellite | undefined,
  seen: Seen,
  { label, signal, used }: { readonly label: string; readonly signal: string | undefined; readonly used: boolean },
): SkySatellite {
  const elevation = seen.elevation ?? before?.elevation;
  const azimuth = seen.azimuth ?? before?.azimuth;
  // 00 is how some receivers print "not tracked".
  const tracked = seen.cn0 === undefined || seen.cn0 === 0 ? undefined : seen.cn0;
  const cn0 = Math.max(tracked ?? 0, before?.cn0 ?? 0);
  const signals = {
    ...before?.signals,
    ...(signal === undefined || tracked === undefined ? {} : { [signal]: tracked }),
  };
  return {
    system: seen.system,
    number: seen.number,
    label,
    ...(elevation === undefined ? {} : { elevation }),
    ...(azimuth === undefined ? {} : { azimuth }),
    ...(cn0 === 0 ? {} : { cn0 }),
    ...(Object.keys(signals).length === 0 ? {} : { signals }),
    used,
  };
}
