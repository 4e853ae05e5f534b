/** How a terminal becomes known (0x0100, 0x8100) and shows later that it is the same (0x0102). */
import { ascii, enumeration, equal, optional, prefix, revised, since, text, u16, when } from '../schema/field.ts';
import { message } from '../schema/message.ts';
import type { Revision } from '../schema/revision.ts';

const COLORS = { noPlate: 0, blue: 1, yellow: 2, black: 3, white: 4, other: 9 } as const;
/** JT/T 415-2006 until 2013; JT/T 697.7-2014 and what was added to it since. */
export const PLATE_COLORS = {
  ...COLORS,
  green: 5,
  agriculturalYellow: 91,
  agriculturalGreen: 92,
  yellowGreen: 93,
  gradientGreen: 94,
} as const;

/** Octets before the plate in 2011; in 2013 it is 37. */
const FIXED_2011 = 25;
const FIXED_2013 = 37;
const VIN_SIZE = 17;

/**
 * 2011 and 2013 have the same header. A body shorter than the fixed part of 2013 can only be of 2011; so is one that
 * ends in a vehicle identification number just where 2011 puts it, behind the colour of a vehicle without a plate.
 */
function revisionOfRegistration(b: Uint8Array, start: number, end: number): Revision {
  const size = end - start;
  if (size < FIXED_2013) return 2011;
  if (size !== FIXED_2011 + VIN_SIZE || b[start + FIXED_2011 - 1] !== COLORS.noPlate) return 2013;
  for (let i = start + FIXED_2011; i < end; i++) if (!isAlphanumeric(b[i]!)) return 2013;
  return 2011;
}

function isAlphanumeric(octet: number): boolean {
  const letter = octet & 0xdf;
  return (octet >= 0x30 && octet <= 0x39) || (letter >= 0x41 && letter <= 0x5a);
}

export const terminalRegistration = message(
  0x0100,
  'terminalRegistration',
  {
    zh: '终端注册',
    en: 'Terminal registration',
    from: 'terminal',
    revisions: [2011, 2013, 2019],
    replies: [0x8100],
    revisionOf: revisionOfRegistration,
  },
  {
    provinceId: u16.about('省域ID', 'first two digits of the GB/T 2260 code; 0 leaves it to the platform'),
    cityId: u16.about('市县域ID', 'last four digits of the GB/T 2260 code; 0 leaves it to the platform'),
    manufacturerId: revised({ 2011: ascii(5), 2013: ascii(5), 2019: ascii(11) }).about('制造商ID'),
    terminalModel: revised({ 2011: ascii(8), 2013: ascii(20), 2019: ascii(30) }).about('终端型号'),
    terminalId: revised({ 2011: ascii(7), 2013: ascii(7), 2019: ascii(30) }).about('终端ID'),
    plateColor: enumeration(1, PLATE_COLORS).about('车牌颜色'),
    plate: text('rest').about('车辆标识', 'plate number; the VIN where there is no plate'),
  },
);

export const registrationResponse = message(
  0x8100,
  'registrationResponse',
  { zh: '终端注册应答', en: 'Registration response', from: 'platform', revisions: [2011, 2013, 2019] },
  {
    replySerial: u16.about('应答流水号', 'of the 0x0100'),
    result: enumeration(1, {
      success: 0,
      vehicleAlreadyRegistered: 1,
      noSuchVehicleInDatabase: 2,
      terminalAlreadyRegistered: 3,
      noSuchTerminalInDatabase: 4,
    }).about('结果'),
    authCode: when(equal('result', 0), text('rest')).about('鉴权码', 'only with success'),
  },
);

export const terminalAuthentication = message(
  0x0102,
  'terminalAuthentication',
  { zh: '终端鉴权', en: 'Terminal authentication', from: 'terminal', revisions: [2011, 2013, 2019], replies: [0x8001] },
  {
    authCode: revised({
      2011: text('rest').about('鉴权码'),
      2013: text('rest').about('鉴权码'),
      2019: text(prefix(1, 'authCodeLength')).about('鉴权码内容'),
    }),
    imei: since(2019, optional(ascii(15), 'always')).about('终端IMEI'),
    softwareVersion: since(2019, optional(ascii(20), 'always')).about('软件版本号'),
  },
);
