/** What a driver, an installer or an intruder does to a terminal. */
import { codecFor, type EpochMs } from '../../protocol/index.ts';
import { type Effect, type LocalEvent, MESSAGE } from './effects.ts';
import { request } from './exchange.ts';
import { keptBy } from './kept.ts';
import { newDriver } from './driving.ts';
import { alarmBit } from './alarm-bit.ts';
import { applyParameters } from './parameters.ts';
import { type DriverCard, driverBody } from './driver-card.ts';
import { seeDanger } from './safety.ts';
import { encoded } from './encoded.ts';
import { gzip } from './gzip.ts';
import { restart } from './switch.ts';
import type { Terminal } from './terminal.ts';

const NOTHING = new Uint8Array(0);

/** Takes a local event at `now`. What it has to tell it tells if there is a session; alarms are told when there is one. */
export function happen(terminal: Terminal, event: LocalEvent, now: EpochMs, effects: Effect[]): void {
  const { device, identity } = terminal;
  const tell = (id: number, body: Uint8Array): void => {
    if (terminal.phase === 'online') request(terminal, { id, body }, now, effects);
  };
  switch (event.what) {
    case 'alarm':
      if (device === undefined) return;
      device.pressed = event.on ? device.pressed | alarmBit(event.name) : device.pressed & ~alarmBit(event.name);
      terminal.nextReportAt = Math.min(terminal.nextReportAt, now);
      return;
    case 'deregister':
      if (terminal.phase === 'online') return deregister(terminal, now, effects);
      // Whoever is at its menu wakes it.
      terminal.leaving = true;
      terminal.nextReportAt = Math.min(terminal.nextReportAt, now);
      return;
    case 'reboot':
      return restart(terminal, now, effects);
    case 'coldStart':
      if (device === undefined) return;
      device.receiver.cold = true;
      device.receiver.fix = false;
      // The search begins anew, if there is anything to be found.
      if (device.receiver.usableSince < now) device.receiver.usableSince = now;
      return;
    case 'card':
      changeCard(terminal, event.card, now);
      if (device !== undefined && event.card !== undefined) newDriver(device.driving);
      return tell(
        MESSAGE.driver,
        encoded(
          codecFor(MESSAGE.driver, identity.revision),
          driverBody({ card: event.card, at: now }, identity.revision),
        ),
      );
    case 'parameters':
      return applyParameters(terminal, event.params, now);
    case 'event':
      return tell(MESSAGE.event, encoded(codecFor(MESSAGE.event, identity.revision), { eventId: event.id }));
    case 'information':
      return tell(
        MESSAGE.information,
        encoded(codecFor(MESSAGE.information, identity.revision), {
          infoType: event.type,
          flag: event.on ? 'request' : 'cancel',
        }),
      );
    case 'askTime':
      if (identity.revision === 2019) tell(MESSAGE.timeQuery, NOTHING);
      return;
    case 'passOn': {
      const [id, body] =
        event.type === 'compressed'
          ? [MESSAGE.compressed, { data: gzip(event.data) }]
          : [MESSAGE.passThrough, { type: event.type, data: event.data }];
      return tell(id, encoded(codecFor(id, identity.revision), body));
    }
    case 'waybill':
      return tell(MESSAGE.waybill, encoded(codecFor(MESSAGE.waybill, identity.revision), { content: event.content }));
    case 'safety':
      if (device === undefined) return;
      keptBy(terminal).fences.once.push(seeDanger(terminal, device, event, now));
      terminal.nextReportAt = Math.min(terminal.nextReportAt, now);
      return;
    default:
      event satisfies never;
  }
}

/** Leaves the platform: the code is worthless from then on. JT/T 808-2019 8.7. */
export function deregister(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  terminal.leaving = false;
  terminal.authCode = undefined;
  effects.push({ kind: 'note', what: 'deregistered' });
  request(terminal, { id: MESSAGE.deregistration, body: NOTHING }, now, effects);
}

const MAX_DRIVER_EVENTS = 200;

/** Another card, or none; the recorder logs both. */
function changeCard(terminal: Terminal, card: DriverCard | undefined, now: EpochMs): void {
  const kept = keptBy(terminal);
  const before = kept.slot?.card;
  if (before !== undefined) kept.driverEvents.push({ time: now, licence: before.certificateCode, event: 'logout' });
  if (card !== undefined) kept.driverEvents.push({ time: now, licence: card.certificateCode, event: 'login' });
  while (kept.driverEvents.length > MAX_DRIVER_EVENTS) kept.driverEvents.shift();
  kept.slot = { card, at: now };
}
