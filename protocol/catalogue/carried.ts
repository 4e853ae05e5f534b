/** What is carried without being looked into: CAN frames, transparent data, compressed data, public keys. */
import {
  among,
  bcd,
  both,
  countOf,
  differs,
  enumeration,
  equal,
  list,
  octets,
  packed,
  prefix,
  struct,
  u32,
  when,
} from '../schema/field.ts';
import { message } from '../schema/message.ts';
import { PERIPHERAL_IDENTITY, PERIPHERAL_QUERY, PERIPHERAL_STATUS, PERIPHERAL_TYPES } from '../safety/peripherals.ts';

const CAN_ITEM = struct({
  canId: packed(4, {
    id: { bit: 0, width: 29 },
    computed: { bit: 29, width: 1 },
    extended: { bit: 30, width: 1 },
    channel: { bit: 31, width: 1, names: { can1: 0, can2: 1 } },
  }).about('CAN ID', 'computed: a value made over the interval instead of raw data'),
  canData: octets(8).about('CAN DATA'),
});

export const canBusDataUpload = message(
  0x0705,
  'canBusDataUpload',
  { zh: 'CAN总线数据上传', en: 'CAN bus data upload', from: 'terminal', revisions: [2013, 2019], replies: [0x8001] },
  {
    count: countOf(2, 'items').about('数据项个数'),
    time: bcd(5).about('CAN总线数据接收时间', 'hhmmss and four digits of milliseconds, of the first item'),
    items: list({ from: 'count' }, CAN_ITEM).about('CAN总线数据项'),
  },
);

/** 2011 has the octet without these names; 0xF0–0xFF are users' own, 0xF7 and 0xF8 those of active safety. */
const type = enumeration(1, { gnssData: 0, icCard: 11, serialPort1: 65, serialPort2: 66 }).about(
  '透传消息类型',
  'icCard: 64 octets up, 24 down, within 30 s',
);
const { peripheralStatus, peripheralIdentity } = PERIPHERAL_TYPES;
const data = when(both(differs('type', peripheralStatus), differs('type', peripheralIdentity)), octets('rest')).about(
  '透传消息内容',
);

export const uplinkTransparentData = message(
  0x0900,
  'uplinkTransparentData',
  {
    zh: '数据上行透传',
    en: 'Uplink transparent data',
    from: 'terminal',
    revisions: [2011, 2013, 2019],
    replies: [0x8001],
  },
  {
    type,
    data,
    peripheralStatus: when(equal('type', peripheralStatus), PERIPHERAL_STATUS),
    peripheralIdentity: when(equal('type', peripheralIdentity), PERIPHERAL_IDENTITY),
  },
);

export const downlinkTransparentData = message(
  0x8900,
  'downlinkTransparentData',
  {
    zh: '数据下行透传',
    en: 'Downlink transparent data',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0001],
  },
  {
    type,
    data,
    peripherals: when(among('type', peripheralStatus, peripheralIdentity), PERIPHERAL_QUERY),
  },
);

export const compressedDataReport = message(
  0x0901,
  'compressedDataReport',
  {
    zh: '数据压缩上报',
    en: 'Compressed data report',
    from: 'terminal',
    revisions: [2011, 2013, 2019],
    replies: [0x8001],
  },
  { data: octets(prefix(4, 'length')).about('压缩消息体', 'GZIP') },
);

const key = {
  e: u32.about('e', 'public exponent'),
  n: octets(128).about('n', 'modulus of 1024 bits, high octet first'),
};

export const terminalRsaPublicKey = message(
  0x0a00,
  'terminalRsaPublicKey',
  { zh: '终端RSA公钥', en: 'Terminal RSA public key', from: 'terminal', revisions: [2011, 2013, 2019] },
  key,
);

export const platformRsaPublicKey = message(
  0x8a00,
  'platformRsaPublicKey',
  {
    zh: '平台RSA公钥',
    en: 'Platform RSA public key',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0a00],
  },
  key,
);
