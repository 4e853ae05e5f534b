/**
 * Who it is: the numbers a terminal shows at each login against those it showed before, one device under two numbers,
 * and two devices under one.
 */
import { migrates } from './alike.ts';
import type { Desk } from './desk.ts';
import type { EvidenceId } from './weights.ts';
import { carrierOf } from './groups.ts';
import { movedOver } from './mount.ts';
import { metresBetween, type Terminal, UNKNOWN } from './terminal.ts';

const UPGRADE_S = 86_400;
const PINGPONG_S = 600;
const SERIAL_NEAR = 64;
const IMPOSSIBLE_MS = 70;

type Number = 'imei' | 'iccid' | 'terminalId';
const EVIDENCE_OF: Readonly<Record<Number, EvidenceId>> = { imei: 'I1', terminalId: 'I2', iccid: 'I3' };

/** A number that the terminal showed, as it is on its label or card. */
export function shows(desk: Desk, t: Terminal, kind: Number, value: string): void {
  if (value === '' || t[kind] === value) return;
  const before = t[kind];
  if (kind === 'iccid') {
    const wasIn = t.joined === 1;
    desk.fleet.leave(t);
    t.carrier = carrierOf(value);
    if (wasIn) desk.fleet.join(t);
  }
  if (kind === 'imei') device(desk, t, value);
  t[kind] = value;
  if (before === '') return bound(desk, t, kind, value);
  changed(desk, t, kind, before, value);
}

/** The first time: what the archive says it should be holds. */
function bound(desk: Desk, t: Terminal, kind: Number, value: string): void {
  const archive = desk.context.archive(t.id);
  const listed = kind === 'terminalId' ? archive?.terminalId : archive?.[kind];
  if (listed !== undefined && listed !== '' && listed !== value) changed(desk, t, kind, listed, value);
}

function changed(desk: Desk, t: Terminal, kind: Number, from: string, to: string): void {
  const { docket, statements } = desk;
  const code = kind === 'iccid' ? 'T401' : 'T402';
  const licence = docket.licence(t, code, docket.now, numbered(t, to));
  const says = { from: masked(from, to), to: masked(to, from) };
  if (licence !== undefined) {
    statements.forget(t, 'N606');
    return statements.say(t, {
      axis: 'normal',
      code: 'N606',
      severity: 0,
      evidence: EVIDENCE_OF[kind],
      says,
      order: licence.id,
    });
  }
  if (kind === 'iccid' && migrates(desk, t, from, to)) return;
  const one = docket.open(t, 'identity', docket.now, 3);
  if (one === undefined) return;
  one.overAt = docket.now;
  one.newId = to;
  docket.note(one, { id: EVIDENCE_OF[kind], says });
  docket.settle(t, one);
  movedOver(desk, t);
}

/** What an order must name, where the vehicle is. */
function numbered({ latitude, longitude }: Terminal, newId: string) {
  return { latitude, longitude, newId };
}

/** The last four digits, or as many more as tell it from `other`. */
function masked(number: string, other = ''): string {
  let shown = 4;
  for (; shown < number.length; shown++) if (number === other || number.slice(-shown) !== other.slice(-shown)) break;
  return number.length <= shown ? number : `…${number.slice(-shown)}`;
}

/** A device that is known under another number: told of the vehicle that it belongs to. */
function device(desk: Desk, t: Terminal, imei: string): void {
  const { docket, devices } = desk;
  const owner = devices.get(imei);
  if (owner === undefined || owner === t.id) {
    remember(desk, imei, t.id);
    return;
  }
  remember(desk, imei, t.id);
  const other = desk.terminal(owner);
  if (other === undefined) return;
  if (docket.licence(other, 'T402', docket.now, numbered(other, imei)) !== undefined) return;
  const one = docket.open(other, 'identity', docket.now, 3);
  docket.note(one, { id: 'I4', says: { imei: masked(imei), terminal: t.id } });
  if (one !== undefined) docket.settle(other, one);
  desk.changed(other);
}

const MAX_DEVICES = 1_000_000;

function remember({ devices, touched }: Desk, imei: string, terminal: string): void {
  if (devices.size >= MAX_DEVICES && !devices.has(imei)) return;
  devices.set(imei, terminal);
  touched('@desk');
}

/** The software version at a login. */
export function runs(desk: Desk, t: Terminal, version: string): void {
  if (version === '' || t.firmware === version) return;
  const before = t.firmware;
  t.firmware = version;
  const { docket, cohorts, touched } = desk;
  cohorts.runs(before, version);
  touched('@cohorts');
  if (before === '' || (t.upgradeAt !== 0 && docket.now - t.upgradeAt < UPGRADE_S)) return;
  const one = docket.open(t, 'config', docket.now, 3);
  if (one === undefined) return;
  one.overAt = docket.now;
  docket.note(one, { id: 'F1', says: { from: before, to: version } });
  docket.settle(t, one);
}

/**
 * A second link speaks for the terminal while the first one still stood: once that is a new address of the same device;
 * where the loser comes back, or the serial numbers of two streams go on side by side, it is two devices.
 */
export function takenOver(desk: Desk, t: Terminal, link: { host: string; serial: number }): void {
  const { docket } = desk;
  const { now } = docket;
  if (now - t.takeoverAt > PINGPONG_S) t.takeovers = 0;
  t.takeovers++;
  t.takeoverAt = now;
  const goesOn = near(t.lastSerial, link.serial);
  const returns = !goesOn && t.takeovers > 1 && near(t.serialBefore, link.serial);
  const back = t.takeovers > 1 && link.host !== t.host && link.host === t.hostBefore;
  if (goesOn || (!returns && !back)) return;
  const one = docket.open(t, 'identity', now, 4);
  if (one === undefined) return;
  docket.note(one, { id: 'I5', says: { times: t.takeovers } });
  if (returns) docket.note(one, { id: 'I10' });
  docket.settle(t, one);
}

function near(from: number, to: number): boolean {
  if (from === UNKNOWN) return false;
  const delta = (to - from) & 0xffff;
  return delta > 0 && delta <= SERIAL_NEAR;
}

/** Two links within minutes that report from places no vehicle drives between in the time. */
export function apart(desk: Desk, t: Terminal, at: { latitude: number; longitude: number }): void {
  const { docket } = desk;
  if (t.takeoverAt === 0 || docket.now - t.takeoverAt > PINGPONG_S || t.latitude === 0) return;
  const metres = metresBetween(t.latitude, t.longitude, at.latitude, at.longitude);
  // Since the last fix, not the last report: below ground it drives unseen.
  const dt = docket.now - t.fixAt;
  if (metres < 2000 || metres / Math.max(1, dt) < IMPOSSIBLE_MS) return;
  const one = docket.open(t, 'identity', docket.now, 4);
  if (docket.note(one, { id: 'I9', says: { km: Math.round(metres / 100) / 10, seconds: dt } })) docket.settle(t, one!);
}
