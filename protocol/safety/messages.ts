/**
 * How the evidence of an alarm is asked for (0x9208) and announced, file by file, on a link of its own. T/JSATL
 * 12-2017 4.6; 0x1FC4 is Guangdong's.
 */
import { ascii, enumeration, list, octets, prefix, type Shape, struct, text, u8, u16, u32 } from '../schema/field.ts';
import { type About, type Layout, message } from '../schema/message.ts';
import { IDENTIFICATION, type Identification, type Province, PROVINCES } from './identification.ts';

const revisions = [2013, 2019] as const satisfies About['revisions'];
/** Headers of every edition carry every layout: it is the body that shows which. */
const provinces = (layout: (identification: Identification, province: Province) => Shape): readonly Layout[] =>
  (Object.keys(PROVINCES) as Province[]).map((name) => ({
    quirk: 'province',
    name,
    revisions: [2011, 2013, 2019],
    body: layout(PROVINCES[name], name),
  }));

const alarmNumber = text(32).about('报警编号', 'unique, given by the platform');

const uploadOf = (identification: Identification) => ({
  serverAddress: text(prefix(1, 'serverAddressLength')).about('附件服务器IP地址', 'IP address or host name'),
  tcpPort: u16.about('附件服务器端口(TCP)', '0 where TCP is not used'),
  udpPort: u16.about('附件服务器端口(UDP)', '0 where UDP is not used'),
  identification: identification.about('报警标识号', 'as in the alarm'),
  alarmNumber,
  reserved: octets(16).about('预留'),
});

export const alarmAttachmentUpload = message(
  0x9208,
  'alarmAttachmentUpload',
  { zh: '报警附件上传指令', en: 'Upload the attachments of an alarm', from: 'platform', revisions, replies: [0x0001] },
  uploadOf(IDENTIFICATION),
  provinces(uploadOf),
);

const fileName = text(prefix(1, 'nameLength')).about('文件名称');
const fileSize = u32.unit('B').about('文件大小');

const informationOf = (identification: Identification, idSize: number) => ({
  terminalId: ascii(idSize).about('终端ID', 'not there in Heilongjiang'),
  identification,
  alarmNumber,
  infoType: enumeration(1, { normal: 0, again: 1 }).about('信息类型'),
  files: list(prefix(1, 'count'), struct({ name: fileName, size: fileSize })).about('附件信息列表'),
});

export const alarmAttachments = message(
  0x1210,
  'alarmAttachments',
  { zh: '报警附件信息消息', en: 'Attachments of an alarm', from: 'terminal', revisions, replies: [0x8001] },
  informationOf(IDENTIFICATION, 7),
  provinces((identification, province) => informationOf(identification, province === 'heilongjiang' ? 0 : 30)),
);

/** Guangdong has 4 for the features of a face, and 5 for what is 4 elsewhere. */
const fileType = enumeration(1, { image: 0, audio: 1, video: 2, text: 3, other: 4 }).about('文件类型');
const FILE = { name: fileName, type: fileType, size: fileSize } as const;

export const attachmentFile = message(
  0x1211,
  'attachmentFile',
  { zh: '文件信息上传', en: 'Attachment begins', from: 'terminal', revisions, replies: [0x8001] },
  FILE,
);

export const attachmentFinished = message(
  0x1212,
  'attachmentFinished',
  { zh: '文件上传完成消息', en: 'Attachment finished', from: 'terminal', revisions, replies: [0x9212] },
  FILE,
);

export const attachmentFinishedResponse = message(
  0x9212,
  'attachmentFinishedResponse',
  { zh: '文件上传完成消息应答', en: 'Attachment finished response', from: 'platform', revisions },
  {
    name: fileName,
    type: fileType,
    result: enumeration(1, { complete: 0, resend: 1 }).about('上传结果'),
    ranges: list(prefix(1, 'count'), struct({ offset: u32.about('数据偏移量'), length: u32.about('数据长度') })).about(
      '补传数据包列表',
    ),
  },
);

export const upgradeProgress = message(
  0x1fc4,
  'upgradeProgress',
  { zh: '终端升级进度上报', en: 'Upgrade progress', from: 'terminal', revisions: [2019], replies: [0x8001] },
  {
    replySerial: u16.about('应答流水号', 'of the 0x8108'),
    upgradeType: u8.about('升级类型', 'as in 0x8108, or the id of a peripheral'),
    status: enumeration(1, { downloading: 1 }).about('升级状态'),
    progress: u8.unit('%').about('上传进度'),
    errorCode: u8.about('错误码'),
  },
);

/** By ascending id. */
export const SAFETY_MESSAGES = [
  alarmAttachments,
  attachmentFile,
  attachmentFinished,
  upgradeProgress,
  alarmAttachmentUpload,
  attachmentFinishedResponse,
] as const;
