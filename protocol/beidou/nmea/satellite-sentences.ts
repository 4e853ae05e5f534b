/** GSA and GSV: which satellites are there, how strong they are, and which are used. */
import type { FieldCell } from '../field-cells.ts';
import { decimal, decimalOf, field, last, named, plainNumber, whole } from '../field-cells.ts';
import { unwritable } from '../cell.ts';
import { type BodyOfSentence, sentence } from '../sentence-type.ts';
import { satelliteLabel, satelliteOf, signalName, systemOfId, systemOfTalker } from '../system.ts';

/** GSA has twelve places; some receivers print fewer. */
const PLACES = 12;
const DOPS = 3;
const satelliteId = whole(2, 0, 999);

/** One hexadecimal digit. */
const hexDigit: FieldCell<number> = field(
  (text, from) =>
    /^[0-9A-Fa-f]$/.test(text) ? Number.parseInt(text, 16) : from.refuse('SHAPE', `"${text}" is no hexadecimal digit`),
  (value) =>
    Number.isInteger(value) && value >= 0 && value <= 15
      ? value.toString(16).toUpperCase()
      : unwritable('RANGE', `${value} is no hexadecimal digit`),
);

const used: FieldCell<readonly number[]> = {
  read(from) {
    // The system id of 4.1 is the one field at the end that has no place for a decimal point: DOPs have one.
    const system = from.left === PLACES + DOPS ? 0 : from.left === PLACES + DOPS + 1 ? 1 : endsInSystem(from.peek(-1));
    const places = from.left - DOPS - system;
    if (places < 1 || places > 3 * PLACES)
      return from.refuse('TRUNCATED', `${from.left} fields are too few for satellites and three DOPs`);
    const ids: number[] = [];
    for (let i = 0; i < places; i++) {
      const id = satelliteId.read(from, {});
      if (id !== undefined) ids.push(id);
    }
    return ids;
  },
  write(value = [], out) {
    if (value.length > PLACES)
      return unwritable('RANGE', `${value.length} satellites, a sentence has ${PLACES} places`);
    for (let i = 0; i < PLACES; i++) satelliteId.write(value[i], out, {});
  },
};

function endsInSystem(text: string | undefined): 0 | 1 {
  return text !== undefined && /^[1-9A-Fa-f]$/.test(text) ? 1 : 0;
}

export const GSA = sentence(
  'GSA',
  'activeSatellites',
  'DOP 与有效卫星',
  {
    selection: named({ A: 'automatic', M: 'manual' }),
    fix: named({ 1: 'none', 2: '2d', 3: '3d' }),
    satellites: used,
    pdop: decimal,
    hdop: decimal,
    vdop: decimal,
    systemId: last(hexDigit),
  },
  {
    also({ systemId, satellites = [] }, talker, numbering) {
      const system = systemId === undefined ? systemOfTalker(talker) : systemOfId(systemId);
      const labels = satellites.map((id) => satelliteOf(id, system, numbering)).filter((each) => each !== undefined);
      return { ...(system === undefined ? {} : { system }), used: labels.map(satelliteLabel) };
    },
  },
);

/** One satellite of GSV: what is not known of it is absent. */
export interface SeenSatellite {
  /** The number as it stands in the sentence: see `satelliteOf`. */
  readonly id: number;
  /** Degrees above the horizon. */
  readonly elevation?: number;
  /** Degrees from true north. */
  readonly azimuth?: number;
  /** Carrier to noise density, dB-Hz. Absent: in view, not tracked. */
  readonly cn0?: number;
}

const elevation = whole(2, -90, 90);
const azimuth = whole(3, 0, 360);
/** Some print tenths. */
const strength: FieldCell<number> = field(decimalOf, (value) =>
  value >= 0 && value < 10 ? `0${plainNumber(value)}` : plainNumber(value),
);

const seen: FieldCell<readonly SeenSatellite[]> = {
  read(from) {
    if (from.left % 4 > 1) return from.refuse('TRUNCATED', `${from.left} fields are not four for each satellite`);
    const satellites: SeenSatellite[] = [];
    while (from.left >= 4) {
      const id = satelliteId.read(from, {});
      const high = elevation.read(from, {});
      const around = azimuth.read(from, {});
      const cn0 = strength.read(from, {});
      // Places that are not needed are left blank.
      if (id === undefined) continue;
      satellites.push({
        id,
        ...(high === undefined ? {} : { elevation: high }),
        ...(around === undefined ? {} : { azimuth: around }),
        ...(cn0 === undefined ? {} : { cn0 }),
      });
    }
    return satellites;
  },
  write(value = [], out) {
    for (const each of value) {
      satelliteId.write(each.id, out, {});
      elevation.write(each.elevation, out, {});
      azimuth.write(each.azimuth, out, {});
      strength.write(each.cn0, out, {});
    }
  },
};

export const GSV = sentence(
  'GSV',
  'satellitesInView',
  '可视卫星',
  {
    total: whole(1, 0, 99),
    number: whole(1, 0, 99),
    inView: whole(2, 0, 999),
    satellites: seen,
    signalId: last(hexDigit),
  },
  {
    also({ satellites = [], signalId }, talker, numbering) {
      const system = systemOfTalker(talker);
      const signal =
        system === undefined || signalId === undefined ? undefined : signalName(system, signalId, numbering);
      return {
        ...(system === undefined ? {} : { system }),
        ...(signal === undefined ? {} : { signal }),
        satellites: satellites.map((each) => {
          const satellite = satelliteOf(each.id, system, numbering);
          return satellite === undefined ? { ...each } : { ...each, satellite: satelliteLabel(satellite) };
        }),
      };
    },
  },
);

/** The value of GSV. */
export type SatellitesInView = BodyOfSentence<typeof GSV>;
