/** RDSS 2.1 sentences of BeiDou-1 and -2: `$CC…` to the user machine, `$BD…` from it. */
import { decimal, either, type FieldCell, named, namedOrText, others, quantity, whole, word } from '../field-cells.ts';
import { required } from '../cell.ts';
import { sentence } from '../sentence-type.ts';
import { dayMonthYear } from '../nmea/motion-sentences.ts';
import { latitude, longitude, timeOfDay } from '../time-cells.ts';
import { NO_CARD } from './card-number.ts';
import { FORMS, lastContent } from './content.ts';
import { beam, beamLevels, card, hourMinute, wait } from './rdss-cells.ts';

const form = required(namedOrText(FORMS));

const CCICA = sentence('CCICA', 'cardQuery', 'IC检测', { kind: whole(1, 0, 9), frame: word });

const BDICI = sentence(
  'BDICI',
  'cardInfo',
  'IC信息',
  {
    card: required(card),
    serialNumber: word,
    broadcastAddress: card,
    /** 0 commands others. */
    userClass: whole(1, 0, 99),
    /** Seconds between two messages; 9999 where there is no card. */
    serviceInterval: decimal,
    level: whole(1, 0, 9),
    encrypted: either('E', 'N'),
    subordinates: whole(3, 0, 999),
  },
  { also: ({ card: number }) => ({ cardPresent: number !== NO_CARD }) },
);

const CCTXA = sentence('CCTXA', 'messageRequest', '通信申请', {
  destination: required(card),
  class: named({ 0: 'fast', 1: 'ordinary' }),
  form,
  content: lastContent('form'),
});

const BDTXR = sentence('BDTXR', 'message', '通信信息', {
  kind: namedOrText({ 1: 'ordinary', 2: 'fast', 3: 'broadcast', 4: 'newestStored', 5: 'storedBySender' }),
  sender: required(card),
  form,
  /** Of sending; absent for a live message. */
  time: hourMinute,
  content: lastContent('form'),
});

const CCCXA = sentence('CCCXA', 'messageQuery', '通信查询申请', {
  class: named({ 0: 'position', 1: 'message' }),
  mode: namedOrText({ 1: 'newest', 2: 'byAddress', 3: 'receipt' }),
  address: card,
});

/** Pairs of times hhmm: when a message was sent, and when it was acknowledged. */
const receipts: FieldCell<readonly { readonly sent: string; readonly acknowledged: string }[]> = {
  read(from) {
    const pairs = [];
    while (from.left > 0) pairs.push({ sent: from.next(), acknowledged: from.next() });
    return pairs;
  },
  write(value = [], out) {
    for (const { sent, acknowledged } of value) others.write([sent, acknowledged], out, {});
  },
};

const BDHZR = sentence('BDHZR', 'receipts', '通信回执', {
  receiver: card,
  count: whole(1, 0, 99),
  receipts,
});

/** The command that is answered stands first, by its three letters. */
const BDFKI = sentence(
  'BDFKI',
  'feedback',
  '反馈信息',
  {
    command: required(word),
    executed: either('Y', 'N'),
    intervalKept: either('Y', 'N'),
    suppression: namedOrText({ 0: 'none', 1: 'system', 2: 'lowPower', 3: 'radioSilence' }),
    waitSeconds: wait,
  },
  { fits: ([first = '']) => !/^\d/.test(first) },
);

const highAltitude = either('H', 'L');
const urgent = either('A', 'V');

const CCDWA = sentence('CCDWA', 'positionRequest', '定位申请', {
  card,
  urgent,
  heightMode: whole(1, 0, 3),
  highAltitude,
  height: decimal,
  antennaHeight: decimal,
  pressure: decimal,
  temperature: decimal,
  interval: whole(1, 0, 65_535),
});

const BDDWR = sentence('BDDWR', 'positionResult', '定位信息', {
  kind: namedOrText({ 1: 'own', 2: 'queried', 3: 'forwarded' }),
  card: required(card),
  time: timeOfDay,
  latitude,
  longitude,
  altitude: quantity('M'),
  geoidSeparation: quantity('M'),
  /** Metres. */
  precision: namedOrText({ 0: '20', 1: '100' }),
  urgent,
  multipleSolutions: urgent,
  highAltitude,
});

const REPORT = {
  kind: word,
  interval: decimal,
  card,
  time: timeOfDay,
  latitude,
  longitude,
  altitude: quantity('M'),
} as const;

const CCWAA = sentence('CCWAA', 'sendPositionReport', '位置报告1发送', REPORT);
const BDWAA = sentence('BDWAA', 'positionReport', '位置报告1', REPORT);
const CCWBA = sentence('CCWBA', 'requestPositionReport2', '位置报告2', {
  card,
  highAltitude,
  antennaHeight: decimal,
  interval: decimal,
});

const CCRMO = sentence('CCRMO', 'setOutput', '语句输出设置', {
  /** Three letters; absent means all. */
  sentence: word,
  mode: named({ 1: 'off', 2: 'on', 3: 'allOff', 4: 'allOn' }),
  period: decimal,
});

const CCBSS = sentence('CCBSS', 'setBeams', '波束设置', { responseBeam: beam, timeDifferenceBeam: beam });

const BDBSI = sentence('BDBSI', 'beamStatus', '波束状态', {
  responseBeam: beam,
  timeDifferenceBeam: beam,
  levels: beamLevels,
});

const fault = either('1', '0');

/** Makers agree on four faults, and on no order or number of what follows them. */
const BDZTI = sentence('BDZTI', 'status', '状态信息', {
  amplifierFault: fault,
  encryptionFault: fault,
  antennaFault: fault,
  channelFault: fault,
  others,
});

/** Eleven fields; the sentence of the same id with six is NMEA's. */
const BDZDA = sentence(
  'BDZDA',
  'rdssTime',
  '时间信息',
  {
    mode: word,
    time: timeOfDay,
    date: dayMonthYear,
    zoneHours: whole(2, -13, 14),
    zoneMinutes: whole(2, -59, 59),
    correctionTime: word,
    correctionNs: word,
    precision: whole(2, 0, 99),
    locked: either('Y', 'N'),
  },
  { fits: (fields) => fields.length >= 11 },
);

const ZERO_VALUE = { action: named({ 1: 'read', 2: 'set', 3: 'answer' }), value: word } as const;
const CCLZM = sentence('CCLZM', 'zeroValueRequest', '零值', ZERO_VALUE);
const BDLZM = sentence('BDLZM', 'zeroValue', '零值', ZERO_VALUE);

const DEVICE = {
  vendor: word,
  type: word,
  software: word,
  serialProtocol: word,
  icd: word,
  serialNumber: word,
  id: word,
} as const;
const CCSBX = sentence('CCSBX', 'deviceQuery', '设备信息查询', DEVICE);
const BDSBX = sentence('BDSBX', 'device', '设备信息', DEVICE);

/** All of them, by id. */
export const TEXT_SENTENCES = {
  CCICA,
  BDICI,
  CCTXA,
  BDTXR,
  CCCXA,
  BDHZR,
  BDFKI,
  CCDWA,
  BDDWR,
  CCWAA,
  BDWAA,
  CCWBA,
  CCRMO,
  CCBSS,
  BDBSI,
  BDZTI,
  BDZDA,
  CCLZM,
  BDLZM,
  CCSBX,
  BDSBX,
} as const;
