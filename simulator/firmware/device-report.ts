/** The 0x0200 of a physical terminal, with the items of its profile. */
import {
  codecFor,
  type EpochMs,
  type LocationReport,
  MAX_BODY,
  STATUS_BITS,
  VEHICLE_SIGNAL_BITS,
} from '../../protocol/index.ts';
import type { Flag, ItemField, Measure, ProfileItem } from '../profiles/profile.ts';
import { unit } from '../world/noise.ts';
import { alarmWord, clockOf, type Device, flagOf, speedOf } from './device.ts';
import { fenceItems } from './fences/items.ts';
import { papersFor } from './identity.ts';
import { jamState } from './gnss.ts';
import { gaussian, NOISE } from './noise.ts';
import { alarmMask } from './parameters.ts';
import type { Terminal } from './terminal.ts';

const scratch = new Uint8Array(MAX_BODY);
const bit = (position: number): number => 2 ** position;

/** The modem and the receiver have batteries of one cell: volts empty and full. */
const CELL_EMPTY_V = 3.4;
const CELL_SPREAD_V = 0.8;
const SUPPLY_NOISE_V = 0.03;
const SUPPLY_SLOT_MS = 10_000;
/** A base station covers about so much: degrees. */
const CELL_DEGREES = 0.02;
/** Slower than that is standing. */
const STANDING_KMH = 0.5;
/** Mobile country code; network 0 is China Mobile. */
const CHINA = 460;

/** Body of the report that `device` makes at `at`. */
export function deviceReport(terminal: Terminal, device: Device, at: EpochMs): Uint8Array {
  const end = putBasicLocation(terminal, device, at, scratch);
  return new Uint8Array(scratch.subarray(0, putItems({ terminal, device }, end, scratch)));
}

/** What items are filled from. */
interface Source {
  readonly terminal: Terminal;
  readonly device: Device;
}

function putBasicLocation(terminal: Terminal, device: Device, at: EpochMs, out: Uint8Array): number {
  const { receiver } = device;
  const value: LocationReport = {
    // Not `~`: the word is unsigned.
    alarm: (alarmWord(device) & ~alarmMask(terminal)) >>> 0,
    status: statusOf(terminal, device),
    latitude: receiver.latitude,
    longitude: receiver.longitude,
    altitude: Math.max(0, Math.round(receiver.altitude)),
    speed: receiver.fix ? receiver.speed : 0,
    direction: Math.round(receiver.heading) % 360,
    time: Math.floor(clockOf(device, at) / 1000) * 1000,
    items: {},
  };
  return codecFor(0x0200, terminal.identity.revision).encode(value, out, 0);
}

function statusOf(terminal: Terminal, device: Device): number {
  const { receiver, acc } = device;
  let status = terminal.kept?.statusOrdered ?? 0;
  if (receiver.fix) {
    status += bit(STATUS_BITS.positioned);
    if (receiver.systems.has('gps')) status += bit(STATUS_BITS.gpsUsed);
    if (receiver.systems.has('beidou')) status += bit(STATUS_BITS.beidouUsed);
  }
  if (acc) status += bit(STATUS_BITS.acc);
  if (receiver.latitude < 0) status += bit(STATUS_BITS.southLatitude);
  if (receiver.longitude < 0) status += bit(STATUS_BITS.westLongitude);
  if (terminal.identity.revision === 2019 && speedOf(device) > STANDING_KMH) status += bit(STATUS_BITS.moving);
  return status;
}

function putItems(source: Source, start: number, out: Uint8Array): number {
  let at = start;
  for (const item of source.device.profile.items) {
    out[at] = item.id;
    const end = 'inside' in item ? putEntries(item, source, at + 2, out) : putFields(item.fields, source, at + 2, out);
    out[at + 1] = end - at - 2;
    at = end;
  }
  return fenceItems(source.terminal, out, at);
}

/** The entries of 0xEB: length (of id and value), id, value. */
function putEntries(
  { inside }: Extract<ProfileItem, { inside: unknown }>,
  source: Source,
  start: number,
  out: Uint8Array,
): number {
  let at = start;
  for (const { id, fields } of inside) {
    const end = putFields(fields, source, at + 4, out);
    putNumber(end - at - 2, 2, at, out);
    putNumber(id, 2, at + 2, out);
    at = end;
  }
  return at;
}

function putFields(fields: readonly ItemField[], source: Source, start: number, out: Uint8Array): number {
  let at = start;
  for (const field of fields) {
    putField(field, source, at, out);
    at += field.size;
  }
  return at;
}

function putField(field: ItemField, { terminal, device }: Source, at: number, out: Uint8Array): void {
  const { measure, size, per = 1, as = 'number' } = field;
  if (as === 'zero') return putNumber(0, size, at, out);
  if (measure === 'flags') return putNumber(wordOf(field, device), size, at, out);
  if (as === 'number') return putNumber(Math.round(valueOf(measure, device) * per), size, at, out);
  const text = (measure === 'iccid' ? device.modem.iccid : papersFor(terminal).imei).padStart(
    as === 'bcd' ? 2 * size : size,
    '0',
  );
  for (let i = 0; i < size; i++)
    out[at + i] = as === 'bcd' ? Number.parseInt(text.substring(2 * i, 2 * i + 2), 16) : text.charCodeAt(i);
}

function putNumber(value: number, size: number, at: number, out: Uint8Array): void {
  let rest = Math.max(0, Math.min(value, 2 ** (8 * size) - 1));
  for (let i = size - 1; i >= 0; i--) {
    out[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

function wordOf({ size, bits = {}, activeLow = false }: ItemField, device: Device): number {
  let word = 0;
  for (const flag in bits) if (flagOf(device, flag as Flag)) word += bit(bits[flag as Flag] as number);
  return activeLow ? 2 ** (8 * size) - 1 - word : word;
}

function valueOf(measure: Measure, device: Device): number {
  const { power, receiver, modem, causes, seed } = device;
  switch (measure) {
    case 'mileage':
      return device.mileage;
    case 'wheelSpeed':
      return device.wheelSpeed;
    case 'signals':
      return device.acc && speedOf(device) <= STANDING_KMH ? bit(VEHICLE_SIGNAL_BITS.neutral) : 0;
    case 'io':
      return device.asleep ? (device.profile.sleepLink === 'kept' ? 2 : 3) : 0;
    case 'csq':
      return modem.csq;
    case 'satellites':
      return receiver.used;
    case 'supply':
      return Math.max(
        0,
        power.supply + SUPPLY_NOISE_V * gaussian(seed, NOISE.supply, Math.floor(device.at / SUPPLY_SLOT_MS)),
      );
    case 'backupVoltage':
      return causes.backupPresent ? CELL_EMPTY_V + CELL_SPREAD_V * power.charge : 0;
    case 'backupPercent':
      return causes.backupPresent ? Math.round(100 * power.charge) : 0;
    case 'lac':
      return 1 + Math.floor(65_000 * unit(NOISE.cell, cellOf(causes.latitude * 0.1), cellOf(causes.longitude * 0.1)));
    case 'cell':
      return 1 + Math.floor(0xfff_fffe * unit(NOISE.cell, cellOf(causes.latitude), cellOf(causes.longitude)));
    case 'agcDrop':
      return receiver.agcDrop;
    case 'jamState':
      return jamState(receiver);
    case 'cellJam':
      return modem.blocked ? 1 : 0;
    case 'one':
      return 1;
    case 'mcc':
      return CHINA;
    case 'mnc':
    case 'imei':
    case 'iccid':
    case 'flags':
      return 0;
    default:
      return measure satisfies never;
  }
}

const cellOf = (degrees: number): number => Math.floor(degrees / CELL_DEGREES);
