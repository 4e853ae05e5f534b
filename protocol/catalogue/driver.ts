/** Who drives (0x8702, 0x0702), and what the vehicle carries (0x0701). */
import {
  both,
  date,
  enumeration,
  equal,
  octets,
  optional,
  prefix,
  since,
  text,
  time,
  u8,
  when,
} from '../schema/field.ts';
import { message } from '../schema/message.ts';
import type { Revision } from '../schema/revision.ts';
import { bcdTime } from '../text/time.ts';

/** 2011 begins with the length of a name; later editions with 1 or 2 and a time. */
function revisionOfDriver(b: Uint8Array, start: number, end: number): Revision {
  const status = b[start];
  const timed = end - start >= 7 && (status === 1 || status === 2) && !Number.isNaN(bcdTime(b, start + 1));
  return timed ? 2013 : 2011;
}

const inserted = equal('status', 1);
const read = both(inserted, equal('cardResult', 0));
const driverName = text(prefix(1, 'driverNameLength'));
const issuer = text(prefix(1, 'issuerLength'));

const cardStatus = enumeration(1, { inserted: 1, removed: 2 }).about('状态', 'of the IC card');
const cardTime = time.about('时间', 'of inserting or removing');
const cardResult = enumeration(1, {
  readOk: 0,
  keyNotAuthenticated: 1,
  cardLocked: 2,
  cardRemoved: 3,
  dataCheckError: 4,
}).about('IC卡读取结果');

/** The names of 2011 are part of the value; their places are those of `IDENTITY_2011`. */
const IDENTITY = {
  status: since(2013, cardStatus),
  time: since(2013, cardTime),
  cardResult: since(2013, when(inserted, cardResult)),
  driverName: when(read, driverName).about('驾驶员姓名'),
  certificateCode: when(read, text(20)).about('从业资格证编码'),
  issuer: when(read, issuer).about('从业资格证发证机构名称'),
  validUntil: since(2013, when(read, date)).about('证件有效期'),
  idCard: since(2019, when(read, text(20))).about('驾驶员身份证号'),
};
const IDENTITY_2011 = {
  driverName: driverName.about('驾驶员姓名'),
  idCard: text(20).about('驾驶员身份证编码'),
  certificateCode: text(40).about('从业资格证编码'),
  issuer: issuer.about('发证机构名称'),
};

export const driverIdentityReport = message(
  0x0702,
  'driverIdentityReport',
  {
    zh: '驾驶员身份信息采集上报',
    en: 'Driver identity report',
    from: 'terminal',
    revisions: [2011, 2013, 2019],
    replies: [0x8001],
    alsoAnswers: true,
    revisionOf: revisionOfDriver,
  },
  IDENTITY,
  [
    { revisions: [2011], body: IDENTITY_2011 },
    { quirk: 'other-edition', revisions: [2011], as: 2013 },
    { quirk: 'other-edition', revisions: [2013], as: 2019 },
    { quirk: 'other-edition', revisions: [2019], as: 2013 },
    // Units that compare the face with the card add how well they agree, and what the card is called.
    {
      quirk: 'supplement',
      revisions: [2019],
      body: {
        ...IDENTITY,
        faceMatch: when(read, u8.unit('%')).about('人脸匹配度'),
        uid: optional(text(20)).about('卡UID'),
      },
    },
    // All fields whatever the card says, as with a card that is taken out.
    {
      quirk: 'unconditional',
      revisions: [2013, 2019],
      body: {
        status: cardStatus,
        time: cardTime,
        cardResult,
        driverName: driverName.about('驾驶员姓名'),
        certificateCode: text(20).about('从业资格证编码'),
        issuer: issuer.about('从业资格证发证机构名称'),
        validUntil: date.about('证件有效期'),
        idCard: since(2019, text(20)).about('驾驶员身份证号'),
      },
    },
  ],
);

/** The terminal says who drives, as it does when a card is put in or taken out. */
export const requestDriverIdentity = message(
  0x8702,
  'requestDriverIdentity',
  {
    zh: '上报驾驶员身份信息请求',
    en: 'Request driver identity',
    from: 'platform',
    revisions: [2013, 2019],
    replies: [0x0702],
  },
  {},
);

export const electronicWaybillReport = message(
  0x0701,
  'electronicWaybillReport',
  {
    zh: '电子运单上报',
    en: 'Electronic waybill report',
    from: 'terminal',
    revisions: [2011, 2013, 2019],
    replies: [0x8001],
  },
  { content: octets(prefix(4, 'length')).about('电子运单内容') },
);
