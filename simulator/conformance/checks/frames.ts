/** Frames: escapes, boundaries, and what becomes of octets that are none. JT/T 808-2019 4.4. */
import { MESSAGE, RESULT } from '../../firmware/effects.ts';
import { type Check, demand } from '../check.ts';
import { altered } from '../alter.ts';
import type { Probe } from '../probe.ts';
import { NOTHING, type Trial } from '../trial.ts';

const JOINED = 20;
const FLAG = 0x7e;

/** A check that sends octets that are no message: nothing may be taken of them, and the link goes on. */
function ignored(
  id: string,
  clause: string,
  titles: { readonly zh: string; readonly en: string },
  spoil: (frame: Uint8Array) => Uint8Array,
): Check {
  return {
    id,
    clause,
    level: 'must',
    ...titles,
    async run(trial) {
      const probe = await trial.enter();
      const { serial } = probe;
      probe.raw(spoil(probe.frame(MESSAGE.report, trial.report())));
      await trial.settled(probe);
      const results = trial.results(probe, MESSAGE.report, serial);
      demand(!results.includes(RESULT.success), 'taken for a report');
      return results.length === 0 ? undefined : `result ${results.join(', ')}`;
    },
  };
}

export const FRAMES: readonly Check[] = [
  {
    id: 'escapes',
    clause: '4.4.2',
    level: 'must',
    zh: '流水号为 0x7E7D、0x7D7E 的消息得到正确转义的应答',
    en: 'serials of 0x7E and 0x7D go there and back',
    async run(trial) {
      const probe = await trial.enter();
      for (const serial of [0x7e7d, 0x7d7e, 0x7d01, 0x7d02]) {
        probe.serial = serial;
        await trial.accepted(probe, MESSAGE.report, trial.report());
      }
      return undefined;
    },
  },
  {
    id: 'octet-by-octet',
    clause: '4.4.2',
    level: 'must',
    stream: true,
    zh: '逐字节到达的帧得到应答',
    en: 'a frame that comes in two pieces, and one octet by octet, is answered',
    async run(trial) {
      const probe = await trial.enter();
      const { serial } = probe;
      const [whole, second] = [probe.frame(MESSAGE.report, trial.report()), probe.frame(MESSAGE.heartbeat, NOTHING)];
      for (const octet of whole) {
        probe.raw(Uint8Array.of(octet));
        await probe.until(() => false, 1);
      }
      probe.raw(second.subarray(0, 7));
      await probe.until(() => false, 50);
      probe.raw(second.subarray(7));
      demand((await trial.result(probe, MESSAGE.report, serial)) === RESULT.success, 'the first was refused');
      demand((await trial.result(probe, MESSAGE.heartbeat, serial + 1)) === RESULT.success, 'the second was refused');
      return undefined;
    },
  },
  {
    id: 'joined',
    clause: '4.4.2; 6.1',
    level: 'must',
    stream: true,
    zh: `一次写入的 ${JOINED} 帧各得到一个应答`,
    en: `${JOINED} frames in one write are answered, each once`,
    async run(trial) {
      const probe = await trial.enter();
      const first = probe.serial;
      const frames = Array.from({ length: JOINED }, () => probe.frame(MESSAGE.report, trial.report()));
      probe.raw(joined(frames));
      await trial.settled(probe);
      for (let i = 0; i < JOINED; i++) await trial.result(probe, MESSAGE.report, first + i);
      const counts = Array.from({ length: JOINED }, (_, i) => trial.results(probe, MESSAGE.report, first + i).length);
      demand(
        counts.every((count) => count === 1),
        `answers: ${counts.join(' ')}`,
      );
      return undefined;
    },
  },
  {
    id: 'shared-flag',
    clause: '4.4.2',
    level: 'should',
    stream: true,
    zh: '相邻两帧共用一个标识位、或多余标识位时均得到应答',
    en: 'frames that share a flag, and flags with nothing between them, are borne',
    async run(trial) {
      const probe = await trial.enter();
      const { serial } = probe;
      const frames = [0, 1, 2].map(() => probe.frame(MESSAGE.report, trial.report()));
      const [a, b, c] = frames as [Uint8Array, Uint8Array, Uint8Array];
      probe.raw(joined([a, b.subarray(1), Uint8Array.of(FLAG, FLAG), c]));
      for (let i = 0; i < 3; i++) {
        const result = await trial.result(probe, MESSAGE.report, serial + i);
        demand(result === RESULT.success, `frame ${i + 1}: result ${result}`);
      }
      return undefined;
    },
  },
  ignored(
    'bad-check',
    '4.4.4',
    { zh: '校验码错误的帧不被接收，连接继续', en: 'a wrong check code: not taken, the link goes on' },
    (frame) => altered(frame, () => undefined, 0x40),
  ),
  ignored(
    'wrong-length',
    '4.4.3',
    { zh: '消息体长度不符的帧不被接收，连接继续', en: 'a wrong length in the header: not taken, the link goes on' },
    (frame) => altered(frame, (packet) => (packet[3] = (packet[3] as number) ^ 0x03)),
  ),
  ignored(
    'bad-escape',
    '4.4.2',
    { zh: '转义错误的帧不被接收，连接继续', en: 'an escape that is none: not taken, the link goes on' },
    (frame) => {
      frame.set([0x7d, 0x05], 20);
      return frame;
    },
  ),
  ignored(
    'unfinished',
    '4.4.2',
    { zh: '半帧之后的完整帧得到应答', en: 'half a frame: the one behind it is answered' },
    (frame) => frame.subarray(0, frame.length >> 1),
  ),
  ignored(
    'encrypted',
    '4.4.3',
    {
      zh: '未协商密钥的加密消息体不被当作明文接收',
      en: 'a body that is said to be encrypted is not read as if it were not',
    },
    (frame) => altered(frame, (packet) => (packet[2] = (packet[2] as number) ^ 0x04)),
  ),
  {
    id: 'noise',
    clause: '4.4.2',
    level: 'should',
    stream: true,
    zh: '帧间杂字节之后的消息得到应答',
    en: 'octets between frames that belong to none are passed over',
    async run(trial) {
      const probe = await trial.enter();
      probe.raw(new TextEncoder().encode('AT+CSQ\r\nOK\r\n'));
      await trial.accepted(probe, MESSAGE.report, trial.report());
      return undefined;
    },
  },
  {
    id: 'answer-headers',
    clause: '4.4.3',
    level: 'must',
    zh: '应答帧头：手机号、版本标识与终端一致，流水号递增，每帧可读',
    en: 'answers carry the phone and the edition of the terminal and serials that count up, and can be read',
    async run(trial) {
      const probe = await trial.enter();
      for (let i = 0; i < 3; i++) await trial.accepted(probe, MESSAGE.report, trial.report());
      answersFit(probe, trial);
      return undefined;
    },
  },
];

function answersFit(probe: Probe, { revision }: Trial): void {
  const { identity, heard, faults } = probe;
  demand(faults.length === 0, `unreadable: ${faults.join(', ')}`);
  for (const one of heard) {
    const { id, phone, flagged, version, serial } = one;
    const name = `0x${id.toString(16)}`;
    demand(phone === identity.phone, `${name} is for ${phone}`);
    demand(flagged === (revision === 2019), `${name} ${flagged ? 'has' : 'lacks'} the version flag`);
    demand(!flagged || version === 1, `${name} is of version ${version}`);
    const before = heard[heard.indexOf(one) - 1];
    const steps = before === undefined ? 1 : (serial - before.serial) & 0xffff;
    demand(steps === 1, `${name} has serial ${serial} after ${before?.serial}`);
  }
}

function joined(frames: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(frames.reduce((size, frame) => size + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}
