/**
 * A position on its way to the outlets. It waits as octets, a tenth of what its payload takes: thousands are on their way at
 * once, and whatever outlives a collection of the young heap is copied by it. Payload and numbers are made when they are asked
 * for, each time anew.
 */
import { type Envelope, type Position, positionId, type RawPosition } from '../../bridge/index.ts';
import type { LocationReport, Revision } from '../../protocol/index.ts';
import { hasFix, type PositionReading, reportAt, withTime } from '../fold/positions.ts';
import type { RecordView } from '../journal/record-view.ts';
import { altitudeOf, positionPayload, type PositionWays } from './position-payload.ts';

/** Who the terminal is, and how its positions are read, as it was when the record was. */
export interface Whose {
  readonly terminal: string;
  readonly division: string;
  readonly vehicle: string | null;
  readonly ways: PositionWays;
}

export class PositionEnvelope implements Extract<Envelope, { kind: 'position' }> {
  readonly kind = 'position';
  readonly #whose: Whose;
  readonly #seq: number;
  readonly #receivedAt: number;
  /** The body is octets [at, end) of the record's batch, to which nobody writes. */
  readonly #b: Uint8Array;
  readonly #at: number;
  readonly #end: number;
  readonly #serial: number;
  readonly #revision: Revision;
  /** As it was read: where the terminal's clock is in another zone it is not the one of the octets. */
  readonly #time: number;
  readonly #backfill: boolean;
  readonly #wide: Uint8Array | undefined;

  /** `view` and `reading` are not kept. */
  constructor(view: RecordView, reading: PositionReading, whose: Whose) {
    this.#whose = whose;
    this.#seq = view.seq;
    this.#receivedAt = view.receivedAt;
    this.#b = view.b;
    this.#at = reading.at;
    this.#end = reading.end;
    this.#serial = reading.serial;
    this.#revision = reading.revision;
    this.#time = reading.report.time;
    this.#backfill = reading.backfill;
    this.#wide = reading.wide;
  }

  /** The same as `seq` of the payload, which need not be made for it. */
  get record(): number {
    return this.#seq;
  }

  get division(): string {
    return this.#whose.division;
  }

  get payload(): Position {
    const { terminal, vehicle, ways } = this.#whose;
    const id = positionId(terminal, this.#b, this.#at, this.#serial);
    const of = { id, terminal, vehicle, seq: this.#seq, receivedAt: this.#receivedAt };
    const reading = {
      report: this.#report(),
      revision: this.#revision,
      backfill: this.#backfill,
      wide: this.#wide,
    };
    return positionPayload(of, reading, ways);
  }

  get raw(): RawPosition {
    const report = this.#report();
    // Ids of two octets: what was read by one is not to be believed.
    const items = this.#wide === undefined ? report.items : this.payload.items;
    const { mileage, fuel, rssi, satellites } = items as RawPosition;
    return {
      terminal: this.#whose.terminal,
      timeMs: report.time,
      receivedMs: this.#receivedAt,
      alarm: report.alarm,
      status: report.status,
      latitude: report.latitude,
      longitude: report.longitude,
      altitude: altitudeOf(report.altitude, this.#whose.ways),
      speed: report.speed,
      direction: report.direction,
      mileage,
      fuel,
      rssi,
      satellites,
      fix: hasFix(report),
      backfill: this.#backfill,
    };
  }

  #report(): LocationReport {
    return withTime(reportAt(this.#b, this.#at, this.#end, this.#revision), this.#time);
  }
}
