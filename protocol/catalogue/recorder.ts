/**
 * The driving recorder (行驶记录仪): asked (0x8700), told (0x0700) and set (0x8701).
 *
 * The data is a frame of GB/T 19056: start word, command, length, a reserved octet, the block, and the XOR of all
 * before it. A block that cannot be read is its octets, and so is a frame.
 */
import {
  among,
  both,
  differs,
  enumeration,
  equal,
  type Field,
  lengthOf,
  octets,
  optional,
  type OptionalField,
  sized,
  struct,
  time,
  u8,
  u16,
  type ValueOf,
  when,
  xorCheck,
} from '../schema/field.ts';
import { message } from '../schema/message.ts';
import { REPORTED, SET } from './recorder-blocks.ts';

const COLLECTED = {
  standardVersion: 0,
  currentDriver: 1,
  realTimeClock: 2,
  accumulatedMileage: 3,
  pulseCoefficient: 4,
  vehicleInformation: 5,
  statusSignalConfiguration: 6,
  uniqueRecorderNumber: 7,
  speedRecords: 8,
  locationRecords: 9,
  accidentSuspicionRecords: 16,
  overtimeDrivingRecords: 17,
  driverIdentityRecords: 18,
  externalPowerRecords: 19,
  parameterModificationRecords: 20,
  speedStatusLog: 21,
} as const;
const SETTINGS = {
  setVehicleInformation: 130,
  setFirstInstallationDate: 131,
  setStatusSignalConfiguration: 132,
  setRecorderTime: 194,
  setPulseCoefficient: 195,
  setInitialMileage: 196,
} as const;
/** Stand in the frame of an answer that says that nothing came of the command. */
const ERRORS = { collectError: 250, setError: 251 } as const;

const start = u16.about('起始字头', '0xAA75 to the recorder, 0x557A from it; some write the latter both ways');
/** Blocks by name: the command that has one, and its layout. */
type Blocks = Readonly<Record<string, readonly [command: number, layout: Field<unknown>]>>;
type BlockFields<B extends Blocks> = { readonly [K in keyof B]: OptionalField<ValueOf<B[K][1]> | Uint8Array> };

/** A field for each block, there with its command. */
function blockFields<const B extends Blocks>(table: B): BlockFields<B> {
  const fields = Object.entries(table).map(([name, [command, layout]]) => [
    name,
    when(equal('command', command), sized({ from: 'length' }, layout)),
  ]);
  return Object.fromEntries(fields) as BlockFields<B>;
}

function frame<const N extends Record<string, number>, const B extends Blocks>(commands: N, table: B) {
  const others = both(...Object.values(table).map(([command]) => differs('command', command)));
  return sized(
    'rest',
    struct({
      start,
      command: enumeration(1, { ...commands, ...ERRORS }).about('命令字'),
      length: lengthOf(2, ...Object.keys(table), 'block').about('数据块长度'),
      reserved: u8.about('保留字'),
      ...blockFields(table),
      block: when(others, octets({ from: 'length' })).about('数据块', 'of a command without a layout here'),
      check: xorCheck.about('校验字'),
    }),
  );
}

/** From the commands 0x08 to 0x15 on, records are asked for by their time. */
const RECORDS = [8, 9, 16, 17, 18, 19, 20, 21] as const;
const query = struct({
  startTime: time.about('开始时间'),
  endTime: time.about('结束时间'),
  maxBlocks: u16.about('最大单位数据块个数'),
});

export const drivingRecorderDataCollectionCommand = message(
  0x8700,
  'drivingRecorderDataCollectionCommand',
  {
    zh: '行驶记录数据采集命令',
    en: 'Driving-recorder data collection command',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0700],
  },
  {
    command: enumeration(1, COLLECTED).about('命令字'),
    data: optional(
      sized(
        'rest',
        struct({
          start,
          command: enumeration(1, COLLECTED).about('命令字'),
          length: lengthOf(2, 'query', 'block').about('数据块长度'),
          reserved: u8.about('保留字'),
          query: when(among('command', ...RECORDS), sized({ from: 'length' }, query)).about('采集条件'),
          block: when(both(...RECORDS.map((command) => differs('command', command))), octets({ from: 'length' })).about(
            '数据块',
          ),
          check: xorCheck.about('校验字'),
        }),
      ),
    ).about('数据块'),
  },
);

export const drivingRecorderDataUpload = message(
  0x0700,
  'drivingRecorderDataUpload',
  { zh: '行驶记录数据上传', en: 'Driving-recorder data upload', from: 'terminal', revisions: [2011, 2013, 2019] },
  {
    replySerial: u16.about('应答流水号', 'of the 0x8700'),
    command: enumeration(1, COLLECTED).about('命令字'),
    data: optional(frame(COLLECTED, REPORTED)).about('数据块'),
  },
);

export const drivingRecorderParameterCommand = message(
  0x8701,
  'drivingRecorderParameterCommand',
  {
    zh: '行驶记录参数下传命令',
    en: 'Driving-recorder parameter command',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0001],
  },
  { command: enumeration(1, SETTINGS).about('命令字'), data: optional(frame(SETTINGS, SET)).about('数据块') },
);
