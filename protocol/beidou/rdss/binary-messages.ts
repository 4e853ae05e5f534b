/** The messages of the binary interface (4.0), by id. What only one maker knows is kept as octets. */
import type { OctetShape } from './octet-cells.ts';
import { address, bits, code, numbersOf, rest, restNumbers, restText, uint } from './octet-cells.ts';
import { addresses, clock, degrees, height, moment, receipts, separation, weather } from './binary-cells.ts';
import { binaryContent, bitLength, feedbackDetail, messageInfo } from './binary-content.ts';

/** One kind of message. */
export interface BinaryType<S extends OctetShape = OctetShape> {
  /** Four capitals. */
  readonly id: string;
  /** What it is, in one word: the same for both interfaces. */
  readonly name: string;
  readonly zh: string;
  readonly shape: S;
  /** Where one id stands for two layouts: whether a body with this first octet is of this one. */
  readonly fits?: (first: number | undefined) => boolean;
}

function binary<S extends OctetShape>(
  id: string,
  name: string,
  zh: string,
  shape: S,
  fits?: BinaryType<S>['fits'],
): BinaryType<S> {
  return { id, name, zh, shape, ...(fits === undefined ? {} : { fits }) };
}

const u8 = uint(1);
const u16 = uint(2);
/** Received power of beams 1 to 6, level 0 to 4. */
const levels = numbersOf(6);

/** Highest bits 010: communication; then ordinary. */
const TXSQ_ORDINARY = 0x44;
const TXXX_ORDINARY = 0x40;

const TO_DEVICE = {
  ICJC: binary('ICJC', 'cardQuery', 'IC检测', { frame: u8 }),
  /** Seconds; 0 once. */
  XTZJ: binary('XTZJ', 'selfTestRequest', '系统自检', { period: u16 }),
  GLJC: binary('GLJC', 'powerRequest', '功率检测', { period: u8 }),
  SJSC: binary('SJSC', 'timeRequest', '时间输出', { period: u16 }),
  BSSZ: binary('BSSZ', 'setBeams', '波束设置', { beams: restNumbers }),
  DWSQ: binary('DWSQ', 'positionRequest', '定位申请', {
    info: bits({ urgent: [5, 1], heightMode: [2, 2], multipleAntennas: [1, 1], highAltitude: [0, 1] }),
    height: u16,
    antennaHeight: u16,
    weather,
    interval: u16,
  }),
  TXSQ: binary('TXSQ', 'messageRequest', '通信申请', {
    info: messageInfo({ category: [5, 3], key: [4, 1], ordinary: [2, 2], code: [1, 1] }, TXSQ_ORDINARY),
    destination: address,
    bits: bitLength,
    acknowledge: u8,
    content: binaryContent(0),
  }),
  CKSC: binary('CKSC', 'setBaudRate', '串口输出设置', {
    baud: code({ 0: '19200', 1: '1200', 2: '2400', 3: '4800', 4: '9600', 5: '38400', 6: '57600', 7: '115200' }),
  }),
  BBDQ: binary('BBDQ', 'versionQuery', '版本读取', {}),
  LZDQ: binary('LZDQ', 'zeroValueQuery', '零值读取', {}),
  LZSZ: binary('LZSZ', 'setZeroValue', '零值设置', { value: u16 }),
  XHDQ: binary('XHDQ', 'serialNumberQuery', '序号读取', {}),
  GXDQ: binary('GXDQ', 'managementQuery', '管信读取', {}),
  GXSZ: binary('GXSZ', 'setManagement', '管信设置', { octets: rest }),
  HZSQ: binary('HZSQ', 'receiptRequest', '通信回执申请', { octets: rest }),
  HXSQ: binary('HXSQ', 'receiptQuery', '通信回执查询', { octets: rest }),
  CXSQ: binary('CXSQ', 'messageQuery', '通信查询申请', { octets: rest }),
  DSSQ: binary('DSSQ', 'timingRequest', '定时申请', { octets: rest }),
  JJZH: binary('JJZH', 'selfDestroy', '紧急自毁', { octets: rest }),
  JSZL: binary('JSZL', 'endCommand', '结束指令', { octets: rest }),
} as const;

const FROM_DEVICE = {
  ICXX: binary(
    'ICXX',
    'cardInfo',
    'IC信息',
    {
      frame: u8,
      broadcastAddress: address,
      /** 0 commands others. */
      userClass: u8,
      serviceInterval: u16,
      level: u8,
      encrypted: u8,
      subordinates: u16,
    },
    (first) => first === 0,
  ),
  /** The frames behind the first one: addresses of subordinates. */
  ICXXn: binary('ICXX', 'subordinates', '下属用户信息', { frame: u8, addresses }, (first) => first !== 0),
  ZJXX: binary('ZJXX', 'selfTest', '自检信息', {
    cardStatus: u8,
    hardwareStatus: u8,
    /** Percent. */
    battery: u8,
    /** 2: may send. */
    inboundStatus: u8,
    levels,
  }),
  GLZK: binary('GLZK', 'beamStatus', '功率状况', { levels }),
  DWXX: binary('DWXX', 'positionResult', '定位信息', {
    info: bits({
      category: [6, 2],
      queried: [5, 1],
      key: [4, 1],
      coarse: [3, 1],
      urgent: [2, 1],
      multipleSolutions: [1, 1],
      highAltitude: [0, 1],
    }),
    card: address,
    time: clock,
    longitude: degrees(180),
    latitude: degrees(90),
    altitude: height,
    geoidSeparation: separation,
  }),
  TXXX: binary('TXXX', 'message', '通信信息', {
    info: messageInfo({ category: [6, 2], code: [5, 1], receipt: [4, 1], answer: [3, 1], key: [2, 1] }, TXXX_ORDINARY),
    sender: address,
    /** Of sending; 0 and 0 for a live message. */
    hour: u8,
    minute: u8,
    bits: bitLength,
    content: binaryContent(1),
    /** 0: what came over the air was whole. */
    crc: u8,
  }),
  FKXX: binary('FKXX', 'feedback', '反馈信息', {
    code: code({
      0: 'success',
      1: 'failed',
      2: 'notLocked',
      3: 'lowPower',
      4: 'intervalNotReached',
      5: 'encryptionError',
      6: 'checkError',
      7: 'suppressed',
      8: 'radioSilence',
    }),
    detail: feedbackDetail,
  }),
  TXHZ: binary('TXHZ', 'receipts', '通信回执', { receiver: address, receipts }),
  SJXX: binary('SJXX', 'time', '时间信息', { time: moment }),
  BBXX: binary('BBXX', 'version', '版本信息', { text: restText }),
  LZXX: binary('LZXX', 'zeroValue', '零值信息', { octets: rest }),
  XHXX: binary('XHXX', 'serialNumber', '序号信息', { octets: rest }),
  GXXX: binary('GXXX', 'management', '管信信息', { octets: rest }),
  GLXX: binary('GLXX', 'managementInfo', '管理信息', { octets: rest }),
  GBXX: binary('GBXX', 'broadcast', '广播信息', { octets: rest }),
} as const;

/** All messages; `ICXXn` is the second layout of ICXX. */
export const RDSS_MESSAGES = { ...TO_DEVICE, ...FROM_DEVICE } as const;
