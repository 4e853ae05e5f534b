/** What the driving recorder holds, as the blocks of GB/T 19056-2012 that 0x0700 carries. */
import type { BodyOf, EpochMs } from '../../protocol/index.ts';
import { clockOf } from './device.ts';
import { papersFor } from './identity.ts';
import type { Terminal } from './terminal.ts';

type Data = Exclude<BodyOf<0x0700>['data'], Uint8Array | undefined>;
type Command = BodyOf<0x8700>['command'];

/** Pulses a kilometre. */
const PULSES = 6250;
const SIGNALS = {
  d0: '自定义0',
  d1: '自定义1',
  d2: '自定义2',
  nearLight: '近光',
  farLight: '远光',
  rightTurn: '右转向',
  leftTurn: '左转向',
  brake: '制动',
} as const;
const LICENCE_SIZE = 18;

/** The block that a command asks for; undefined where the recorder has none of the kind. */
export function recorderBlock(
  terminal: Terminal,
  command: Command,
  asked: BodyOf<0x8700>['data'],
  now: EpochMs,
): Partial<Data> | undefined {
  const { device, kept } = terminal;
  const realTime = device === undefined ? now : clockOf(device, now);
  const { plate, terminalId, model } = papersFor(terminal);
  const mileage = Math.round((device?.mileage ?? 0) * 10);
  const query = asked === undefined || asked instanceof Uint8Array ? undefined : asked.query;
  const within = (time: number): boolean =>
    query === undefined || query instanceof Uint8Array || (time >= query.startTime && time <= query.endTime);
  switch (command) {
    case 'standardVersion':
      return { command, standardVersion: { year: '12', modification: 0 } };
    case 'currentDriver':
      return { command, block: licenceOf(kept?.slot?.card?.certificateCode ?? '') };
    case 'realTimeClock':
      return { command, block: bcdTime(realTime) };
    case 'accumulatedMileage': {
      const total = String(mileage).padStart(8, '0');
      return {
        command,
        accumulatedMileage: { realTime, installTime: INSTALLED, initialMileage: '00000000', totalMileage: total },
      };
    }
    case 'pulseCoefficient':
      return { command, pulseCoefficient: { realTime, pulseCoefficient: PULSES } };
    case 'vehicleInformation':
      return { command, vehicleInformation: { vin: vinOf(terminalId), plate, plateClass: '大型汽车' } };
    case 'statusSignalConfiguration':
      return { command, signalConfiguration: { realTime, signals: 0, ...SIGNALS } };
    case 'uniqueRecorderNumber':
      return {
        command,
        recorderNumber: {
          cccCode: 'C000000',
          model,
          productionDate: '260101',
          serialNumber: terminalId.substring(terminalId.length - 4),
          reserved: '',
        },
      };
    case 'speedRecords':
      return { command, block: new Uint8Array(0) };
    case 'locationRecords':
      return { command, locationRecords: [] };
    case 'accidentSuspicionRecords':
      return { command, accidentRecords: [] };
    case 'overtimeDrivingRecords':
      return { command, overtimeRecords: [] };
    case 'driverIdentityRecords':
      return {
        command,
        driverRecords: (kept?.driverEvents ?? []).filter(({ time }) => within(time)),
      };
    case 'externalPowerRecords':
      return { command, powerRecords: (device?.powerEvents ?? []).filter(({ time }) => within(time)) };
    case 'parameterModificationRecords':
      return {
        command,
        parameterRecords: (kept?.parameterEvents ?? [])
          .filter(({ time }) => within(time))
          .map(({ time }) => ({ time, event: 0 })),
      };
    case 'speedStatusLog':
      return { command, speedStatusRecords: [] };
    default:
      return undefined;
  }
}

/** 2026-01-01 in UTC+8. */
const INSTALLED: EpochMs = 1_767_196_800_000;

/** A made-up identification number of 17 characters. */
function vinOf(terminalId: string): string {
  return `LXJ${terminalId}`.padEnd(17, '0').substring(0, 17);
}

function licenceOf(text: string): Uint8Array {
  const out = new Uint8Array(LICENCE_SIZE);
  for (let i = 0; i < Math.min(text.length, LICENCE_SIZE); i++) out[i] = text.charCodeAt(i);
  return out;
}

const ZONE_MS = 28_800_000;

/** BCD[6] YYMMDDhhmmss in UTC+8. */
function bcdTime(at: EpochMs): Uint8Array {
  const digits = new Date(at + ZONE_MS).toISOString().replace(/\D/g, '').substring(2, 14);
  return Uint8Array.from({ length: 6 }, (_, i) => Number.parseInt(digits.substring(2 * i, 2 * i + 2), 16));
}
