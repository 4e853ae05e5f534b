/**
 * Folds the sentences of a receiver into one fix an epoch. An epoch is the sentences between two that name another
 * time; it is closed by the first of the next one, or by silence. No timer runs here: `nextDeadline` says when the
 * silence has lasted long enough, `expire` is to be called then.
 */
import type { AlarmName } from '../catalogue/index.ts';
import type { EpochMs, MonotonicMs } from '../host/clock.ts';
import { type AntennaOptions, antennaStateOf, AntennaWatch } from './antenna.ts';
import { type EpochSentences, fixOf, type NmeaFix, qualityOf } from './fix.ts';
import type { DecodedSentence, SentenceKind } from './sentences.ts';
import { Sky } from './sky.ts';
import { type Numbering, satelliteLabel, satelliteOf, systemOfId, systemOfTalker } from './system.ts';
import { msOfTime } from './time-cells.ts';

/** How epochs are folded. */
export interface FixOptions extends Numbering, AntennaOptions {
  /** Silence after which an epoch is over. 200 ms unless told: longer than a gap inside a burst, shorter than a second. */
  readonly quietMs?: number;
  /**
   * A time before this is not believed, unless the receiver has a fix: without one it counts from 1980, 2006 or the
   * last roll-over of its week number. 2024-01-01 unless told.
   */
  readonly earliest?: EpochMs;
}

/** Sentences of one epoch; past it the epoch is closed, so that a line without times holds no more than this. */
const MAX_EPOCH = 128;
const DAY_MS = 86_400_000;
const EARLIEST = Date.UTC(2024, 0, 1);

/** Of these there is one an epoch and talker, so a second one begins the next. */
const SOLUTIONS: ReadonlySet<SentenceKind> = new Set(['GGA', 'RMC', 'GLL', 'GNS']);

interface Epoch {
  readonly sentences: { -readonly [K in keyof EpochSentences]: EpochSentences[K] };
  readonly ids: Set<string>;
  readonly used: Set<string>;
  /** Time of day, as sentences print it. */
  time: string | undefined;
  count: number;
  lastAt: MonotonicMs;
}

/** One for every receiver. */
export class FixFolder {
  readonly #options: FixOptions;
  readonly #quietMs: number;
  readonly #sky: Sky;
  readonly #antenna: AntennaWatch;
  #epoch: Epoch | undefined;
  #count = 0;
  /** Midnight of the last date told, and the time of day with it. */
  #midnight: EpochMs | undefined;
  #timeOfDay = 0;

  constructor(options: FixOptions = {}) {
    this.#options = options;
    this.#quietMs = options.quietMs ?? 200;
    this.#sky = new Sky(options);
    this.#antenna = new AntennaWatch(options);
  }

  /** When `expire` is due; undefined while nothing waits. */
  get nextDeadline(): MonotonicMs | undefined {
    return this.#epoch === undefined ? undefined : this.#epoch.lastAt + this.#quietMs;
  }

  /** The alarm of 0x0200 that the antenna is due. */
  get antennaAlarm(): AlarmName | undefined {
    return this.#antenna.alarm;
  }

  /** Takes a sentence that came at `now`; returns the fix that it closes. Sentences of other kinds are passed over. */
  receive(decoded: DecodedSentence, now: MonotonicMs): NmeaFix | undefined {
    if (decoded.kind === null || decoded.kind.length !== 3) return undefined;
    const time = 'time' in decoded.body ? decoded.body.time : undefined;
    const closed = this.#begins(decoded, time) ? this.#close() : undefined;
    const epoch = (this.#epoch ??= {
      sentences: {},
      ids: new Set(),
      used: new Set(),
      time: undefined,
      count: 0,
      lastAt: now,
    });
    epoch.time ??= time;
    epoch.ids.add(decoded.id);
    epoch.count += 1;
    epoch.lastAt = now;
    this.#keep(epoch, decoded);
    return closed;
  }

  /** The time is `now`: returns the fix of an epoch after which the line fell silent. */
  expire(now: MonotonicMs): NmeaFix | undefined {
    return this.nextDeadline !== undefined && now >= this.nextDeadline ? this.#close() : undefined;
  }

  /** The line is over: returns the fix of the epoch under way. */
  end(): NmeaFix | undefined {
    return this.#close();
  }

  #begins({ kind, id }: DecodedSentence, time: string | undefined): boolean {
    const epoch = this.#epoch;
    if (epoch === undefined) return false;
    if (epoch.count >= MAX_EPOCH) return true;
    // Before it has the time a receiver prints none: then the same sentence again begins the next epoch.
    if (SOLUTIONS.has(kind!) && epoch.ids.has(id)) return true;
    return time !== undefined && epoch.time !== undefined && msOfTime(time) !== msOfTime(epoch.time);
  }

  #keep(epoch: Epoch, decoded: DecodedSentence): void {
    const { kind, talker, body } = decoded;
    if (kind === 'GSV') this.#sky.receive(talker, body, this.#count);
    else if (kind === 'TXT') {
      const state = antennaStateOf(body.text ?? '');
      if (state !== undefined) this.#antenna.receive(state);
    } else if (kind === 'GSA') {
      epoch.sentences.GSA = [...(epoch.sentences.GSA ?? []), body];
      const system = body.systemId === undefined ? systemOfTalker(talker) : systemOfId(body.systemId);
      for (const id of body.satellites ?? []) {
        const satellite = satelliteOf(id, system, this.#options);
        if (satellite !== undefined) epoch.used.add(satelliteLabel(satellite));
      }
    } else if (kind !== null && this.#isBetter(epoch, decoded)) Object.assign(epoch.sentences, { [kind]: body });
  }

  /** The combined solution before that of one system; one with a position before one without. */
  #isBetter({ sentences }: Epoch, { kind, talker, body }: DecodedSentence): boolean {
    const before = sentences[kind as 'GGA'];
    if (before === undefined) return true;
    const hasPosition = 'latitude' in body && body.latitude !== undefined;
    return talker === 'GN'
      ? hasPosition || before.latitude === undefined
      : hasPosition && before.latitude === undefined;
  }

  #close(): NmeaFix | undefined {
    const epoch = this.#epoch;
    this.#epoch = undefined;
    if (epoch === undefined) return undefined;
    const { GGA, RMC, GLL, GNS } = epoch.sentences;
    // Satellites and texts alone are no fix; they wait for the next one.
    if (GGA === undefined && RMC === undefined && GLL === undefined && GNS === undefined) return undefined;
    this.#count += 1;
    return fixOf(epoch.sentences, {
      time: this.#timeOf(epoch),
      satellites: this.#sky.satellites(this.#count, epoch.used),
      used: epoch.used,
      antenna: this.#antenna.state,
      alarm: this.#antenna.alarm,
    });
  }

  /** Date and time of day; a time alone goes on from the last date. */
  #timeOf({ sentences, time }: Epoch): EpochMs | undefined {
    if (time === undefined) return undefined;
    const inDay = msOfTime(time);
    const told = sentences.RMC?.date ?? sentences.ZDA?.date;
    if (told !== undefined) this.#midnight = Date.parse(`${told}T00:00:00Z`);
    else if (this.#midnight !== undefined && this.#timeOfDay - inDay > DAY_MS / 2) this.#midnight += DAY_MS;
    this.#timeOfDay = inDay;
    if (this.#midnight === undefined) return undefined;
    const at = this.#midnight + inDay;
    const believed = qualityOf(sentences) !== 'none' || at >= (this.#options.earliest ?? EARLIEST);
    return believed ? at : undefined;
  }
}
