/** What a terminal is (0x8107, 0x0107) and how it becomes another (0x8108, 0x0108). */
import { ascii, bcd, enumeration, flags, octets, optional, prefix, revised, text } from '../schema/field.ts';
import { message } from '../schema/message.ts';

/** Of JT/T 1078 and 808 alike: which parts of a terminal are upgraded. */
const UPGRADE_TYPES = { terminal: 0, icCardReader: 12, gnssModule: 52 } as const;
const GNSS = { gps: 0, beidou: 1, glonass: 2, galileo: 3 } as const;
const NETWORKS = { gprs: 0, cdma: 1, tdScdma: 2, wcdma: 3, cdma2000: 4, tdLte: 5, other: 7 } as const;

/** Five octets in every edition; some terminals and platforms write the eleven of 0x0100-2019. */
const attributes = (manufacturer: 5 | 11) => ({
  terminalType: flags(2, {
    passenger: 0,
    dangerousGoods: 1,
    freight: 2,
    taxi: 3,
    hddRecording: 6,
    splitUnit: 7,
    trailer: 8,
  }).about('终端类型', 'trailer since 2019'),
  manufacturerId: ascii(manufacturer).about('制造商ID'),
  terminalModel: revised({ 2011: ascii(20), 2013: ascii(20), 2019: ascii(30) }).about('终端型号'),
  terminalId: revised({ 2011: ascii(7), 2013: ascii(7), 2019: ascii(30) }).about('终端ID'),
  iccid: bcd(10).about('终端SIM卡ICCID', 'hex digits are met'),
  hardwareVersion: text(prefix(1, 'hardwareVersionLength')).about('终端硬件版本号'),
  firmwareVersion: text(prefix(1, 'firmwareVersionLength')).about('终端固件版本号'),
  gnssAttributes: optional(flags(1, GNSS), 'always').about('GNSS模块属性'),
  commAttributes: optional(flags(1, NETWORKS), 'always').about('通信模块属性'),
});

export const queryTerminalAttributes = message(
  0x8107,
  'queryTerminalAttributes',
  {
    zh: '查询终端属性',
    en: 'Query terminal attributes',
    from: 'platform',
    revisions: [2013, 2019],
    replies: [0x0107],
  },
  {},
);

/** Carries no serial of the 0x8107. */
export const queryAttributesResponse = message(
  0x0107,
  'queryAttributesResponse',
  { zh: '查询终端属性应答', en: 'Query-attributes response', from: 'terminal', revisions: [2013, 2019] },
  attributes(5),
  [
    { quirk: 'manufacturer-11', revisions: [2019], body: attributes(11) },
    { quirk: 'other-edition', revisions: [2019], as: 2013 },
    { quirk: 'other-edition', revisions: [2011, 2013], as: 2019 },
  ],
);

const upgrade = (manufacturer: 5 | 11) => ({
  upgradeType: enumeration(1, UPGRADE_TYPES).about('升级类型'),
  manufacturerId: ascii(manufacturer).about('制造商ID'),
  version: text(prefix(1, 'versionLength')).about('版本号'),
  data: octets(prefix(4, 'dataLength')).about('升级数据包'),
});

export const deliverUpgradePackage = message(
  0x8108,
  'deliverUpgradePackage',
  {
    zh: '下发终端升级包',
    en: 'Deliver upgrade package',
    from: 'platform',
    revisions: [2013, 2019],
    replies: [0x0001],
  },
  upgrade(5),
  [{ quirk: 'manufacturer-11', revisions: [2011, 2013, 2019], body: upgrade(11) }],
);

export const upgradeResultNotification = message(
  0x0108,
  'upgradeResultNotification',
  {
    zh: '终端升级结果通知',
    en: 'Upgrade result notification',
    from: 'terminal',
    revisions: [2013, 2019],
    replies: [0x8001],
  },
  {
    upgradeType: enumeration(1, UPGRADE_TYPES).about('升级类型'),
    result: enumeration(1, { success: 0, failure: 1, cancelled: 2 }).about('升级结果'),
  },
);
