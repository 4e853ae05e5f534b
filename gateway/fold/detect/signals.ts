/**
 * The normaliser: one report as numbers, whichever maker's items it came in. What was not said is `UNKNOWN`, never 0.
 *
 * One object is used for every report: it is valid until the next one is read.
 */
import { type LocationReport, readings, type VendorProfile } from '../../../protocol/index.ts';
import { hasFix } from '../positions.ts';
import { secondsOf, UNKNOWN } from './terminal.ts';

export const ALARM = {
  module: 1 << 4,
  antennaCut: 1 << 5,
  antennaShort: 1 << 6,
  low: 1 << 7,
  off: 1 << 8,
  stolen: 1 << 26,
  ignition: 1 << 27,
  displaced: 1 << 28,
  collision: 1 << 29,
  rollover: 1 << 30,
} as const;
const ACC = 1;
const ANY_SLEEP = 3;

export class Signals {
  /** Seconds of the terminal's clock. */
  time = 0;
  fixed = false;
  /** Millionths of a degree; the last ones where there is no fix. */
  latitude = 0;
  longitude = 0;
  course = 0;
  /** Tenths of km/h: of the satellites, and of the wheels. */
  speed = 0;
  wheels = UNKNOWN;
  /** Tenths of km. */
  mileage = UNKNOWN;
  acc = 0;
  alarm = 0;
  /** 0–31, 99 for none. */
  csq = UNKNOWN;
  satellites = UNKNOWN;
  supply = UNKNOWN;
  backup = UNKNOWN;
  caseOpen = UNKNOWN;
  removed = UNKNOWN;
  agcDrop = UNKNOWN;
  /** 0 none, 1 with a fix, 2 without. */
  jam = UNKNOWN;
  cellJam = UNKNOWN;
  sleeping = UNKNOWN;
  /** Brake, reverse or turn lights are in use: somebody drives. */
  lights = UNKNOWN;
  imei = '';
  iccid = '';
  cell = '';

  read(report: LocationReport, profile: VendorProfile | undefined): this {
    const { items } = report;
    this.time = secondsOf(report.time);
    this.fixed = hasFix(report);
    this.latitude = Math.round(report.latitude * 1e6);
    this.longitude = Math.round(report.longitude * 1e6);
    this.course = report.direction;
    this.speed = Math.round(report.speed * 10);
    this.wheels = items.recorderSpeed === undefined ? UNKNOWN : Math.round(items.recorderSpeed * 10);
    this.mileage = items.mileage === undefined ? UNKNOWN : Math.round(items.mileage * 10);
    this.acc = report.status & ACC;
    this.alarm = report.alarm;
    this.lights = items.vehicleSignals === undefined ? UNKNOWN : (items.vehicleSignals & DRIVING) === 0 ? 0 : 1;
    const said = readings(report, profile);
    this.csq = said.csq ?? UNKNOWN;
    this.satellites = said.satellites ?? UNKNOWN;
    this.supply = said.supplyMv ?? UNKNOWN;
    this.backup = said.backupPercent ?? UNKNOWN;
    this.caseOpen = flag(said.caseOpen);
    this.removed = flag(said.removed);
    this.agcDrop = said.agcDropDb ?? UNKNOWN;
    this.jam =
      said.jamState === undefined ? UNKNOWN : said.jamState === 'none' ? 0 : said.jamState === 'warning' ? 1 : 2;
    this.cellJam = flag(said.cellJam);
    this.sleeping = items.io === undefined ? flag(said.sleeping) : (items.io & ANY_SLEEP) === 0 ? 0 : 1;
    this.imei = said.imei ?? '';
    this.iccid = said.iccid ?? '';
    this.cell = said.cell ?? '';
    return this;
  }
}

/** 0x25: right and left turn signal, brake, reverse. */
const DRIVING = (1 << 2) | (1 << 3) | (1 << 4) | (1 << 5);

function flag(value: boolean | undefined): number {
  return value === undefined ? UNKNOWN : value ? 1 : 0;
}
