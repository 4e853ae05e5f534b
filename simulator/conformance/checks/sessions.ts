/** Retransmission, serials, and what becomes of links. JT/T 808-2019 5 and 6. */
import { MESSAGE, RESULT } from '../../firmware/effects.ts';
import { type Check, demand } from '../check.ts';

export const SESSIONS: readonly Check[] = [
  {
    id: 'repeated',
    clause: '6.1',
    level: 'must',
    zh: '原样重发的消息再次得到应答',
    en: 'a message sent again, octet for octet, is answered again',
    async run(trial) {
      const probe = await trial.enter();
      const { serial } = probe;
      const frame = probe.frame(MESSAGE.report, trial.report());
      probe.raw(frame);
      demand((await trial.result(probe, MESSAGE.report, serial)) === RESULT.success, 'the first was refused');
      probe.raw(frame);
      const twice = (): boolean => trial.results(probe, MESSAGE.report, serial).length > 1;
      demand(await probe.until(twice, trial.stand.answerMs), `the second: ${trial.silence(probe)}`);
      const [, second] = trial.results(probe, MESSAGE.report, serial);
      demand(second === RESULT.success, `the second: result ${second}`);
      return undefined;
    },
  },
  {
    id: 'repeated-later',
    clause: '5.3; 6.1',
    level: 'must',
    stream: true,
    zh: '断线重连后原样重发的消息得到应答',
    en: 'a message whose answer was lost with the link is answered on the next',
    async run(trial) {
      const before = await trial.enter();
      before.serial = 500;
      const frame = before.frame(MESSAGE.report, trial.report());
      before.raw(frame);
      before.close();
      const probe = await trial.enter();
      probe.raw(frame);
      const result = await trial.result(probe, MESSAGE.report, 500);
      demand(result === RESULT.success, `result ${result}`);
      return undefined;
    },
  },
  {
    id: 'serials-wrap',
    clause: '4.4.3',
    level: 'must',
    zh: '流水号由 65535 回到 0',
    en: 'serials go on from 65535 to 0',
    async run(trial) {
      const probe = await trial.enter();
      probe.serial = 0xfffe;
      for (let i = 0; i < 4; i++) await trial.accepted(probe, MESSAGE.report, trial.report());
      return undefined;
    },
  },
  {
    id: 'serials-restart',
    clause: '4.4.3',
    level: 'must',
    zh: '同一连接上流水号重新从 0 开始仍得到应答',
    en: 'a terminal that begins to count anew is still answered',
    async run(trial) {
      const probe = await trial.enter();
      for (const serial of [300, 7]) {
        probe.serial = serial;
        await trial.accepted(probe, MESSAGE.report, trial.report());
      }
      return undefined;
    },
  },
  {
    id: 'takeover',
    clause: '5.3',
    level: 'must',
    stream: true,
    zh: '同一终端的新连接接管会话',
    en: 'a second link of the same terminal takes the session over',
    async run(trial) {
      await trial.enter();
      const second = await trial.enter();
      await trial.accepted(second, MESSAGE.report, trial.report());
      return undefined;
    },
  },
  {
    id: 'takeover-closes',
    clause: '5.3',
    level: 'should',
    stream: true,
    zh: '接管之后旧连接被平台断开',
    en: 'the link that was taken over is closed',
    async run(trial) {
      const first = await trial.enter();
      await trial.enter();
      demand(await first.until(() => first.ended !== undefined, trial.stand.answerMs), 'it stays open');
      return undefined;
    },
  },
];
