/** What the driving recorder holds, as the blocks of GB/T 19056-2012 that 0x0700 carries. */
import type { BodyOf, EpochMs } from '../../protocol/index.ts';
import { clockOf } from './device.ts';
import { papersFor } from './identity.ts';
import type { Terminal } from './terminal.ts';

type Data = Exclude<BodyOf<0x0700>['data'], Uint8Array | undefined>;
type Command = BodyOf<0x8700>['command'];

/** Pulses a kilometre. */
const PULSES = 6250;
/** Blocks in one answer: with 666 octets each, an answer of a few parts. */
const MOST_BLOCKS = 10;
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

/** The block that a command asks for; undefined where the recorder has none of the kind. */
export function recorderBlock(
  terminal: Terminal,
  command: Command,
  asked: BodyOf<0x8700>['data'],
  now: EpochMs,
): Partial<Data> | undefined {
  const { device, kept } = terminal;
  const realTime = device === undefined ? now : clockOf(device, now);
  const { plate, terminalId, model, vin } = papersFor(terminal);
  const mileage = Math.round((device?.mileage ?? 0) * 10);
  const query = asked === undefined || asked instanceof Uint8Array ? undefined : asked.query;
  const bounds = query === undefined || query instanceof Uint8Array ? undefined : query;
  // A time that is no moment bounds nothing.
  const from = orElse(bounds?.startTime, 0);
  const to = orElse(bounds?.endTime, Number.POSITIVE_INFINITY);
  const most = bounds === undefined || bounds.maxBlocks === 0 ? MOST_BLOCKS : Math.min(bounds.maxBlocks, MOST_BLOCKS);
  const within = (time: number): boolean => time >= from && time <= to;
  switch (command) {
    case 'standardVersion':
      return { command, standardVersion: { year: '12', modification: 0 } };
    case 'currentDriver':
      return { command, currentDriver: { licence: kept?.slot?.card?.certificateCode ?? '' } };
    case 'realTimeClock':
      return { command, realTimeClock: { realTime } };
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
      return { command, vehicleInformation: { vin, plate, plateClass: '大型汽车' } };
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
      return { command, speedRecords: device?.recorder.speedRecords(from, to, most) ?? [] };
    case 'locationRecords':
      return { command, locationRecords: device?.recorder.locationRecords(from, to, most) ?? [] };
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

function orElse(time: number | undefined, otherwise: number): number {
  return time === undefined || Number.isNaN(time) ? otherwise : time;
}
