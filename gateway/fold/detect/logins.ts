/** Signs of life, logins, and what the platform itself does to a terminal: link, registration and command records. */
import type { CommandStep } from '../../command/command.ts';
import { decodeFact, type LinkFact } from '../../intake/facts.ts';
import type { RecordView } from '../../journal/record-view.ts';
import type { RegistrationFact } from '../../registry/registration.ts';
import type { Desk } from './desk.ts';
import { runs, shows, takenOver } from './identity.ts';
import { follow } from './live.ts';
import { silentReports } from './reporting.ts';
import { isOn, patience } from './silence.ts';
import { CLOSED, type Terminal, UNKNOWN } from './terminal.ts';
import { firstSerial, returned } from './verdict.ts';

/** A terminal that is met for the first time is asked who it is when its login is over. */
const INTRODUCED_S = 60;
const SERIAL_NEW = 24;
/** Near its end a number begins anew by itself. */
const SERIAL_WRAPS = 0xff00;
/** The severity of the fact that two devices speak as one. */
const TWO_DEVICES = 4;
const SERIAL_NEAR = 256;
/** Reconnections by which it is known that serial numbers outlive them, each way. */
const KEEPS = 3;
/** A pause that is looked at when it is over. */
const PAUSE_S = 40;

/** Something was heard of it. */
export function heard(desk: Desk, t: Terminal): void {
  const { now, seq } = desk.docket;
  if (t.lastRx !== 0) {
    const quiet = now - t.lastRx;
    if (t.overdue === 1) {
      t.overdue = 0;
      desk.fleet.restore(t, t.lastRx, now);
      desk.touched('@fleet');
    }
    const patient = quiet < patience(t);
    if (t.gap?.backAt === 0 || quiet > PAUSE_S) returned(desk, t, seq);
    if (patient) learnPace(t, quiet);
    if (patient && t.maxSleep > 0 && quiet > 0.8 * t.maxSleep && t.sleeps < 100) t.sleeps++;
  } else {
    t.introduceAt = now + INTRODUCED_S;
    t.timer = t.introduceAt;
  }
  if (t.joined === 0) {
    desk.fleet.join(t);
    desk.touched('@fleet');
  }
  if (desk.fleet.alive(t, now)) desk.touched('@fleet');
  t.lastRx = now;
  t.quietFrom = now;
  t.look = 0;
}

function learnPace(t: Terminal, quiet: number): void {
  if (quiet === 0) return;
  if (isOn(t)) t.every = follow(t.every, quiet);
  else {
    t.everyOff = follow(t.everyOff, quiet);
    if (t.quiets < 1000) t.quiets++;
  }
}

export function linkRecord(desk: Desk, t: Terminal, view: RecordView): void {
  const fact = decodeFact<LinkFact>(view.b, view.payloadStart, view.payloadEnd);
  if (fact === undefined) return;
  if (fact.fact === 'closed') {
    if (view.link !== t.link) return;
    t.closed = closeKind(fact.how);
    t.closedAt = desk.docket.now;
    return;
  }
  // Somebody who was not let in is no sign of life.
  if (fact.fact === 'refused' || fact.fact === 'mismatch') return;
  heard(desk, t);
  if (fact.fact === 'heartbeat') {
    serialSeen(t, view.link, fact.serial);
    silentReports(desk, t);
    return;
  }
  login(desk, t, view.link, fact);
}

/** The link speaks for the terminal from now on. */
function login(desk: Desk, t: Terminal, link: number, fact: Extract<LinkFact, { fact: 'authenticated' }>): void {
  const host = hostOf(fact.peer);
  const serial = t.pendingLink === link ? t.pendingSerial : UNKNOWN;
  if (t.link !== 0 && t.link !== link) {
    if (t.closed === CLOSED.open || t.closed === CLOSED.superseded) takenOver(desk, t, { host, serial });
    habitOfSerials(desk, t, serial);
    t.serialBefore = t.lastSerial;
    t.hostBefore = t.host;
  }
  if (t.gap !== undefined && t.gap.backAt !== 0 && serial !== UNKNOWN) firstSerial(t, t.gap, serial);
  t.link = link;
  t.loggedAt = desk.docket.now;
  t.host = host;
  t.closed = CLOSED.open;
  t.lastSerial = serial;
  t.cells = 0;
  shows(desk, t, 'imei', fact.imei);
  runs(desk, t, fact.softwareVersion);
}

/** Whether serial numbers go on over a reconnection, are begun anew by habit, or by a boot. */
function habitOfSerials(desk: Desk, t: Terminal, serial: number): void {
  if (serial === UNKNOWN || t.lastSerial === UNKNOWN) return;
  const delta = (serial - t.lastSerial) & 0xffff;
  const fresh = serial <= SERIAL_NEW && serial < t.lastSerial && t.lastSerial < SERIAL_WRAPS;
  if (delta > 0 && delta <= SERIAL_NEAR && !fresh) {
    t.serialsKept = Math.min(100, t.serialsKept + 1);
    return;
  }
  // Two devices that take turns count each for itself.
  if (!fresh || desk.docket.find(t, 'identity')?.fact === TWO_DEVICES) return;
  // What is left of a link after a boot may be reset when the next one stands: those that count on by habit have booted, however it ended.
  const keeps = t.serialsKept >= KEEPS && t.serialsKept > KEEPS * t.serialsReset;
  const orderly = t.closed === CLOSED.fin || t.closed === CLOSED.reset || t.closed === CLOSED.gateway;
  if (orderly && !keeps) t.serialsReset = Math.min(100, t.serialsReset + 1);
  else if (t.serialsReset <= t.serialsKept || t.closed === CLOSED.open) {
    t.bootPending = 1;
    // What it runs now it says only when asked.
    desk.ask(t, 'queryTerminalAttributes');
  }
}

/** The serial number of a frame: of the link that speaks, or of one that has not logged in yet. */
export function serialSeen(t: Terminal, link: number, serial: number): void {
  if (link === t.link) t.lastSerial = serial;
  else if (t.pendingLink !== link) {
    t.pendingLink = link;
    t.pendingSerial = serial;
  }
}

export function registrationRecord(desk: Desk, t: Terminal, view: RecordView): void {
  const fact = decodeFact<RegistrationFact>(view.b, view.payloadStart, view.payloadEnd);
  if (fact?.fact === 'registered') shows(desk, t, 'terminalId', fact.registration.terminalId);
  if (fact?.fact !== 'deregistered') return;
  t.closed = CLOSED.deregistered;
  const { docket } = desk;
  const order = docket.licence(t, 'T409', docket.now)?.id;
  const severity = order === undefined ? docket.severity(t, 'T409') : 0;
  const said = { axis: 'mount', code: order === undefined ? 'T409' : 'N606', severity, evidence: 'X1' } as const;
  desk.statements.say(t, { ...said, ...(order === undefined ? {} : { order }) });
}

/** What the platform itself changes is nobody's alteration. */
export function commandRecord(t: Terminal, view: RecordView, now: number): void {
  const step = decodeFact<CommandStep>(view.b, view.payloadStart, view.payloadEnd);
  const type = step?.order?.type;
  if (type === undefined) return;
  if (/upgrade/i.test(type)) t.upgradeAt = now;
  if (type === 'setTerminalParameters' || type === 'terminalControl') t.parametersSetAt = now;
}

/** In octets of its own: a part of a string keeps the whole alive, and takes as much again. */
function hostOf(peer: string): string {
  const at = peer.lastIndexOf(':');
  return at > peer.indexOf('://') + 2 ? Buffer.from(peer.slice(0, at)).toString() : peer;
}

function closeKind(how: Extract<LinkFact, { fact: 'closed' }>['how']): number {
  switch (how) {
    case 'ended':
      return CLOSED.fin;
    case 'reset':
      return CLOSED.reset;
    case 'superseded':
      return CLOSED.superseded;
    case 'deregistered':
      return CLOSED.deregistered;
    default:
      return CLOSED.ours;
  }
}
