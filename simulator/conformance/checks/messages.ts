/** Every message that a terminal sends by itself: what it is answered. */
import { MAX_BODY, type MessageId, type Revision } from '../../../protocol/index.ts';
import { driverBody } from '../../firmware/driver-card.ts';
import { MESSAGE, RESULT } from '../../firmware/effects.ts';
import { type Check, demand } from '../check.ts';
import { NOTHING, type Trial } from '../trial.ts';

/** No edition gives it to anything. */
const UNKNOWN_ID = 0x0f7f;
/** An item of 0x0200 that no table has, and one of the standard whose value is longer than it should be. */
const ODD_ITEMS = Uint8Array.of(0x01, 4, 0, 0, 0x30, 0x39, 0xd7, 3, 1, 2, 3, 0x30, 2, 0x1a, 0xff);
const CLOCK_TOLERANCE_MS = 300_000;

/** A message that must be answered with result 0, always. */
function taken(
  id: string,
  zh: string,
  en: string,
  body: (trial: Trial) => Uint8Array,
  revisions?: readonly Revision[],
) {
  return (messageId: number, clause: string): Check => ({
    id,
    clause,
    level: 'must',
    zh,
    en,
    ...(revisions === undefined ? {} : { revisions }),
    async run(trial) {
      await trial.accepted(await trial.enter(), messageId, body(trial));
      return undefined;
    },
  });
}

/** A message that a platform may have no use for: it is answered with result 0, or 3. */
function answered(
  messageId: MessageId,
  { zh, en, revisions }: { zh: string; en: string; revisions?: readonly Revision[] },
  value: (trial: Trial) => unknown,
): Check {
  const hex = `0x${messageId.toString(16).padStart(4, '0')}`;
  return {
    id: `message-${hex.substring(2)}`,
    clause: `8 (${hex}, 0x8001)`,
    level: 'must',
    zh: `${zh} ${hex} 得到应答`,
    en: `${en} ${hex} is answered`,
    ...(revisions === undefined ? {} : { revisions }),
    async run(trial) {
      const probe = await trial.enter();
      const result = await trial.result(probe, messageId, probe.send(messageId, trial.body(messageId, value(trial))));
      demand(result === RESULT.success || result === RESULT.unsupported, `0x8001 with result ${result}`);
      return result === RESULT.unsupported ? 'the platform says that it does not support it' : undefined;
    },
  };
}

const OLD: readonly Revision[] = [2011, 2013];
const NEW: readonly Revision[] = [2013, 2019];

export const MESSAGES: readonly Check[] = [
  taken(
    'heartbeat',
    '心跳得到成功应答',
    'a heartbeat is answered with success',
    () => NOTHING,
  )(MESSAGE.heartbeat, '5.2; 8 (0x0002, 0x8001)'),
  taken('report', '位置汇报得到成功应答', 'a location report is answered with success', (trial) => trial.report())(
    MESSAGE.report,
    '8 (0x0200, 0x8001)',
  ),
  taken(
    'report-unknown-items',
    '带未知附加项的位置汇报得到成功应答',
    'a report with items that no table has is taken all the same',
    (trial) => trial.report({ items: ODD_ITEMS }),
  )(MESSAGE.report, '8 (0x0200 table 27)'),
  taken(
    'report-without-fix',
    '未定位、时钟未设置的位置汇报得到成功应答',
    'a report without a fix and with a clock never set is taken',
    (trial) => trial.report({ unset: true }),
  )(MESSAGE.report, '8 (0x0200)'),
  taken('report-south-west', '南纬西经的位置汇报得到成功应答', 'a report from the south and west is taken', (trial) =>
    trial.report({ south: true }),
  )(MESSAGE.report, '8 (0x0200 status bits 2 and 3)'),
  taken(
    'report-longest',
    '消息体 1023 字节的位置汇报得到成功应答',
    'a report as long as a body may be is taken',
    (trial) => trial.report({ items: filling(MAX_BODY - 28) }),
  )(MESSAGE.report, '4.4.3'),
  taken(
    'batch',
    '定位数据批量上传得到成功应答',
    'a batch of stored reports is answered with success',
    (trial) => batchOf(trial, 5),
    NEW,
  )(MESSAGE.batch, '8 (0x0704, 0x8001)'),
  answered(MESSAGE.event, { zh: '事件报告', en: 'event report', revisions: OLD }, () => ({ eventId: 1 })),
  answered(MESSAGE.information, { zh: '信息点播', en: 'information on demand', revisions: OLD }, () => ({
    infoType: 1,
    flag: 'request',
  })),
  answered(MESSAGE.waybill, { zh: '电子运单', en: 'electronic waybill' }, () => ({
    content: Uint8Array.of(1, 2, 3, 4),
  })),
  answered(MESSAGE.driver, { zh: '驾驶员身份信息', en: 'driver identity' }, ({ revision, stand }) =>
    driverBody({ card: CARD, at: stand.startAt }, revision),
  ),
  answered(MESSAGE.can, { zh: 'CAN 总线数据', en: 'CAN bus data', revisions: NEW }, () => ({
    time: '0800000123',
    items: [{ canId: 0x58fe_f100, canData: new Uint8Array(8) }],
  })),
  answered(MESSAGE.mediaEvent, { zh: '多媒体事件', en: 'multimedia event' }, () => ({
    multimediaId: 4711,
    type: 0,
    format: 0,
    event: 0,
    channelId: 1,
  })),
  answered(0x0900, { zh: '数据上行透传', en: 'transparent data' }, () => ({ type: 65, data: Uint8Array.of(1, 2, 3) })),
  {
    id: 'server-time',
    clause: '8 (0x0004, 0x8004)',
    level: 'must',
    revisions: [2019],
    zh: '查询服务器时间得到 0x8004，时间为 UTC',
    en: 'the time is told by 0x8004, in UTC',
    async run(trial) {
      const probe = await trial.enter();
      probe.send(0x0004, NOTHING);
      const heard = await probe.message(({ id }) => id === 0x8004, trial.stand.answerMs);
      demand(heard !== undefined, trial.silence(probe));
      const { time } = trial.decoded(0x8004, heard) as { time: number };
      const off = time - trial.stand.clock.now();
      demand(Math.abs(off - 28_800_000) > CLOCK_TOLERANCE_MS, 'Beijing time: terminals will be eight hours ahead');
      demand(Math.abs(off) <= CLOCK_TOLERANCE_MS, `${Math.round(off / 1000)} s from the time here`);
      return undefined;
    },
  },
  {
    id: 'unknown-message',
    clause: '8 (0x8001 result 3)',
    level: 'must',
    zh: '未知消息 ID 得到 0x8001 结果 3（不支持）',
    en: 'a message that no edition has is answered with result 3 (not supported)',
    async run(trial) {
      const probe = await trial.enter();
      const result = await trial.result(probe, UNKNOWN_ID, probe.send(UNKNOWN_ID, Uint8Array.of(1, 2, 3)));
      demand(result === RESULT.unsupported, `result ${result}`);
      return undefined;
    },
  },
  {
    id: 'malformed-body',
    clause: '8 (0x8001 result 2)',
    level: 'must',
    zh: '消息体残缺的位置汇报得到 0x8001 结果 2（消息有误）',
    en: 'a report of ten octets is answered with result 2 (malformed)',
    async run(trial) {
      const probe = await trial.enter();
      const result = await trial.result(probe, MESSAGE.report, probe.send(MESSAGE.report, new Uint8Array(10)));
      demand(result !== RESULT.success, 'taken for a report');
      demand(result === RESULT.malformed, `result ${result}`);
      return undefined;
    },
  },
  {
    id: 'ack-unanswered',
    clause: '6.1',
    level: 'must',
    zh: '终端通用应答不再被应答',
    en: 'an answer is not answered',
    async run(trial) {
      const probe = await trial.enter();
      const serial = probe.send(MESSAGE.terminalAck, Uint8Array.of(0, 9, 0x83, 0, 0));
      await trial.settled(probe);
      demand(trial.results(probe, MESSAGE.terminalAck, serial).length === 0, 'it is: both sides could go on for ever');
      return undefined;
    },
  },
];

/** A batch of so many reports. */
export function batchOf(trial: Trial, count: number): Uint8Array {
  const items = Array.from({ length: count }, () => ({ location: trial.report() }));
  return trial.body(MESSAGE.batch, { dataType: 'blindZoneSupplement', items });
}

/** Items that take up `size` octets, of ids kept for makers. */
function filling(size: number): Uint8Array {
  const items = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const length = Math.min(200, size - at - 2);
    items[at] = 0xe1;
    items[at + 1] = length;
    at += 2 + length;
    // Where one octet is left there is no room for another item.
    if (size - at === 1) items[at - length - 1] = length + 1;
    if (size - at === 1) break;
  }
  return items;
}

const CARD = {
  name: '张三',
  certificateCode: '530102199001011234',
  issuer: '昆明市',
  validUntil: '20301231',
  idCard: '530102199001011234',
};
