/** Orders to the terminal and to the vehicle: where it is, tracking, control, upgrade, doors, keys, the driver's card. */
import { parseHex, STATUS_BITS, splitControlParameters } from '../../../protocol/index.ts';
import { clearAlarms } from '../alarms.ts';
import { acknowledge, type Answer, type Answers, reply, replyOctets, tell } from './answering.ts';
import { encodePosition } from '../bodies.ts';
import { driverBody } from '../driver-card.ts';
import { clockOf } from '../device.ts';
import { MESSAGE } from '../effects.ts';
import { keptBy } from '../kept.ts';
import { linkLost } from '../login.ts';
import { papersFor } from '../identity.ts';
import { restoreFactory } from '../parameters.ts';
import { sendPartsAgain } from '../parts.ts';
import { restart, switchOff } from '../switch.ts';

/** From an upgrade's last part to the new firmware. */
const UPGRADE_MS = 20_000;
const DOOR_LOCKED = 2 ** STATUS_BITS.doorLocked;
/** Tracking without an end that could be meant: a day. */
const MAX_TRACKING_MS = 86_400_000;

/** Every simulated terminal has the same key of 1024 bits; nobody has the private one, and nothing is enciphered with it. */
const PUBLIC_EXPONENT = 65_537;
const MODULUS = parseHex(
  'dc664e0b02d81381f34da8f85c731f5430bbf3561c43fba254bf22528d8b5ff05405f92d01ea3d54a6b2ff36896af0c4' +
    '176f0cbdff4527d944bd10b71a42fa011eb708ae11f2c7497aad886fb3e7fba26dd010adda8b670e004454983e8ad71e' +
    '021299da428b7dc79b98d3d54c35c5feadb86d1d653027512defe750cf987a3d',
) as Uint8Array;

const locationQuery: Answer<0x8201> = (context) =>
  replyOctets(context, MESSAGE.position, encodePosition(context.terminal, context.asked, context.now));

const track: Answer<0x8202> = ({ terminal, now }, { interval, validity = 0 }) => {
  const kept = keptBy(terminal);
  if (interval === 0) kept.tracking = undefined;
  else {
    const until = now + Math.min(validity * 1000, MAX_TRACKING_MS);
    kept.tracking = { intervalMs: interval * 1000, until };
    terminal.nextReportAt = Math.min(terminal.nextReportAt, now + interval * 1000);
  }
  return 'success';
};

const confirmAlarms: Answer<0x8203> = ({ terminal }, { alarmTypes }) => {
  clearAlarms(terminal, Number(alarmTypes));
  return 'success';
};

const control: Answer<0x8105> = (context, { command, parameters }) => {
  const { terminal, now, effects } = context;
  switch (command) {
    case 'wirelessUpgrade': {
      const { firmwareVersion } = splitControlParameters('wirelessUpgrade', parameters ?? '');
      beginUpgrade(context, 'terminal', firmwareVersion ?? papersFor(terminal).software);
      return 'success';
    }
    case 'connectToServer':
      // It has one way to one platform, and is on it.
      return 'unsupported';
    case 'powerOff':
      acknowledge(context, 'success');
      switchOff(terminal, effects);
      return 'answered';
    case 'reset':
      acknowledge(context, 'success');
      restart(terminal, now, effects);
      return 'answered';
    case 'restoreFactorySettings':
      restoreFactory(terminal, now);
      return 'success';
    case 'closeDataCommunication':
    case 'closeAllWirelessCommunication':
      acknowledge(context, 'success');
      effects.push({ kind: 'hangUp', how: 'local' });
      linkLost(terminal, now, effects);
      // Until it is switched on anew.
      terminal.dialAt = Number.POSITIVE_INFINITY;
      return 'answered';
    default:
      return 'unsupported';
  }
};

/** Bits of 0x0107 in their order. */
const SYSTEMS = ['gps', 'beidou', 'glonass', 'galileo'] as const;

const attributes: Answer<0x8107> = (context) => {
  const { terminalId, manufacturerId, model, hardware, software, systems } = papersFor(context.terminal);
  return reply(context, 0x0107, {
    // Passenger vehicles, under one lid.
    terminalType: 1,
    manufacturerId,
    terminalModel: model,
    terminalId,
    iccid: context.terminal.device?.modem.iccid.padStart(20, '0') ?? '89860000000000000000',
    hardwareVersion: hardware,
    firmwareVersion: software,
    gnssAttributes: SYSTEMS.reduce((bits, system, bit) => bits + (systems.includes(system) ? 2 ** bit : 0), 0),
    // TD-LTE.
    commAttributes: 0b10_0000,
  });
};

const upgrade: Answer<0x8108> = (context, { upgradeType, version }) => {
  beginUpgrade(context, upgradeType, version);
  return 'success';
};

function beginUpgrade({ terminal, now }: Parameters<typeof upgrade>[0], type: string | number, version: string): void {
  keptBy(terminal).upgrade = { at: now + UPGRADE_MS, version, type };
}

/** The door; its lock shows in the status of the answer. 2019 says 1 for open, the bit of before says 1 for locked. */
const vehicleControl: Answer<0x8500> = (context, { flag, controls }) => {
  const kept = keptBy(context.terminal);
  const door = controls?.find(({ controlId }) => controlId === 'door');
  if (controls !== undefined && controls.length > 0 && door === undefined) return 'unsupported';
  const locked = door === undefined ? (Number(flag ?? 0) & 1) === 1 : door.param === 0;
  kept.statusOrdered = locked ? kept.statusOrdered | DOOR_LOCKED : kept.statusOrdered & ~DOOR_LOCKED;
  acknowledge(context, 'success');
  return replyOctets(context, 0x0500, encodePosition(context.terminal, context.asked, context.now));
};

const exchangeKeys: Answer<0x8a00> = (context, key) => {
  keptBy(context.terminal).platformKey = key;
  return reply(context, 0x0a00, { e: PUBLIC_EXPONENT, n: MODULUS });
};

/** 0x0702 is answered by 0x8001 even where it answers. */
const driver: Answer<0x8702> = (context) => {
  const { terminal, now } = context;
  const slot = terminal.kept?.slot ?? { card: undefined, at: now };
  tell(context, MESSAGE.driver, driverBody(slot, terminal.identity.revision));
  return 'answered';
};

/** A response itself: what is asked for comes again, and nothing else. */
const partsAgain: Answer<0x8003> = ({ terminal, now, effects }, { originalSerial, packageIds }) => {
  sendPartsAgain(terminal, { numbers: packageIds, firstSerial: originalSerial }, now, effects);
  return 'answered';
};

/** Sets the clock; nothing answers it. */
const serverTime: Answer<0x8004> = ({ terminal, now, effects }, { time }) => {
  const { device, pending } = terminal;
  if (pending.settleWhere(({ id }) => id === MESSAGE.timeQuery) === undefined) {
    effects.push({ kind: 'note', what: 'strayAnswer' });
    return 'answered';
  }
  if (device !== undefined) device.clockCorrection += time - clockOf(device, now);
  effects.push({ kind: 'note', what: 'clockSet' });
  return 'answered';
};

export const ANSWER_CONTROL: Answers = {
  0x8003: partsAgain,
  0x8004: serverTime,
  0x8105: control,
  0x8107: attributes,
  0x8108: upgrade,
  0x8201: locationQuery,
  0x8202: track,
  0x8203: confirmAlarms,
  0x8204: () => 'success',
  0x8500: vehicleControl,
  0x8702: driver,
  0x8a00: exchangeKeys,
};
