/**
 * What the driving recorder writes by itself: the speed every second, the place every minute. GB/T 19056-2012 4.4.2,
 * here for the last quarter of an hour and the last four hours.
 *
 * What held since the last look is taken to have held until now; time without power has no records.
 */
import type { EpochMs } from '../../protocol/index.ts';

const SECONDS = 900;
const MINUTES = 240;
const NO_SPEED = 0xff;
/** As recorders write angles: 0.0001 minutes. */
const PER_DEGREE = 600_000;
const NOWHERE = 0x7fff_ffff;

interface Fixed {
  readonly fix: boolean;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
}

/** One minute as block 0x09 has it. */
interface MinuteRecord {
  readonly longitude: number;
  readonly latitude: number;
  readonly altitude: number;
  readonly averageSpeed: number;
}

export class RecorderLog {
  readonly #speeds = new Uint8Array(SECONDS).fill(NO_SPEED);
  readonly #latitudes = new Int32Array(MINUTES).fill(NOWHERE);
  readonly #longitudes = new Int32Array(MINUTES).fill(NOWHERE);
  readonly #altitudes = new Int16Array(MINUTES);
  readonly #averages = new Uint8Array(MINUTES).fill(NO_SPEED);
  /** The last second and minute that were written, counted from 1970. */
  #second: number;
  #minute: number;

  constructor(at: EpochMs) {
    this.#second = Math.floor(at / 1000);
    this.#minute = Math.floor(at / 60_000);
  }

  /** Writes everything up to `now`: km/h and the place, or nothing where the recorder is off. */
  write(now: EpochMs, speed: number | undefined, place: Fixed): void {
    const second = Math.floor(now / 1000);
    const value = speed === undefined ? NO_SPEED : Math.min(NO_SPEED - 1, Math.round(speed));
    for (let s = Math.max(this.#second, second - SECONDS) + 1; s <= second; s++) this.#speeds[s % SECONDS] = value;
    this.#second = second;
    const minute = Math.floor(now / 60_000);
    const known = speed !== undefined && place.fix;
    for (let m = Math.max(this.#minute, minute - MINUTES) + 1; m <= minute; m++) {
      const i = m % MINUTES;
      this.#latitudes[i] = known ? Math.round(place.latitude * PER_DEGREE) : NOWHERE;
      this.#longitudes[i] = known ? Math.round(place.longitude * PER_DEGREE) : NOWHERE;
      this.#altitudes[i] = known ? place.altitude : 0;
      this.#averages[i] = value;
    }
    this.#minute = minute;
  }

  /** Whole minutes of speeds that began in [from, to), the newest first, as block 0x08 has them. */
  speedRecords(
    from: EpochMs,
    to: EpochMs,
    most: number,
  ): { startTime: EpochMs; seconds: { speed: number; signals: number }[] }[] {
    const records = [];
    const newest = Math.floor((this.#second + 1) / 60) - 1;
    for (let minute = newest; minute > newest - SECONDS / 60 && records.length < most; minute--) {
      const startTime = minute * 60_000;
      if (startTime < from || startTime >= to || minute * 60 <= this.#second - SECONDS) continue;
      const seconds = Array.from({ length: 60 }, (_, i) => ({
        speed: this.#speeds[(minute * 60 + i) % SECONDS] as number,
        signals: 0,
      }));
      records.push({ startTime, seconds });
    }
    return records;
  }

  /** Hours of places, the newest first, as block 0x09 has them; minutes that are yet to come are no records. */
  locationRecords(from: EpochMs, to: EpochMs, most: number): { startTime: EpochMs; minutes: MinuteRecord[] }[] {
    const records = [];
    const newest = Math.floor(this.#minute / 60);
    for (let hour = newest; hour > newest - MINUTES / 60 && records.length < most; hour--) {
      const startTime = hour * 3_600_000;
      if (startTime < from || startTime >= to) continue;
      const minutes = Array.from({ length: 60 }, (_, i) => this.#minuteOf(hour * 60 + i));
      records.push({ startTime, minutes });
    }
    return records;
  }

  #minuteOf(minute: number): MinuteRecord {
    const i = minute % MINUTES;
    const there = minute <= this.#minute && minute > this.#minute - MINUTES;
    const averageSpeed = there ? (this.#averages[i] as number) : NO_SPEED;
    const latitude = this.#latitudes[i] as number;
    if (!there || latitude === NOWHERE) return { longitude: NOWHERE, latitude: NOWHERE, altitude: 0, averageSpeed };
    return { longitude: this.#longitudes[i] as number, latitude, altitude: this.#altitudes[i] as number, averageSpeed };
  }
}
