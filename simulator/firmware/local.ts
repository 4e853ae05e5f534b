/** What a driver, an installer or an intruder does to a terminal. */
import type { EpochMs } from '../../protocol/index.ts';
import type { Effect, LocalEvent } from './effects.ts';
import { MESSAGE } from './effects.ts';
import { request } from './exchange.ts';
import { keptBy } from './kept.ts';
import { linkLost } from './login.ts';
import { newDriver } from './driving.ts';
import { alarmBit, applyParameters } from './parameters.ts';
import { codecFor } from '../../protocol/index.ts';
import { driverBody } from './driver-card.ts';
import { encoded } from './encoded.ts';
import { reboot } from './power.ts';
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
      terminal.authCode = undefined;
      effects.push({ kind: 'note', what: 'deregistered' });
      return tell(MESSAGE.deregistration, NOTHING);
    case 'reboot':
      if (device === undefined) return;
      reboot(device.power, now);
      effects.push({ kind: 'hangUp', how: 'silent' });
      linkLost(terminal, now, effects);
      terminal.phase = 'off';
      terminal.powerAt = device.power.readyAt;
      return;
    case 'coldStart':
      if (device === undefined) return;
      device.receiver.cold = true;
      device.receiver.fix = false;
      device.receiver.usableSince = now;
      return;
    case 'card':
      keptBy(terminal).slot = { card: event.card, at: now };
      if (device !== undefined && event.card !== undefined) newDriver(device.driving);
      return tell(
        MESSAGE.driver,
        encoded(
          codecFor(MESSAGE.driver, identity.revision),
          driverBody({ card: event.card, at: now }, identity.revision),
        ),
      );
    case 'parameters':
      return applyParameters(terminal, event.params);
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
    case 'waybill':
      return tell(MESSAGE.waybill, encoded(codecFor(MESSAGE.waybill, identity.revision), { content: event.content }));
    case 'safety':
      return;
    default:
      event satisfies never;
  }
}
