/** Registration, authentication, deregistration: who is let in. */
import { MESSAGE, RESULT } from '../../firmware/effects.ts';
import { type Check, demand } from '../check.ts';
import { NOTHING } from '../trial.ts';

const UNFIT_CODE = 'NO-SUCH-CODE';

export const LOGIN: readonly Check[] = [
  {
    id: 'registration',
    clause: '5.1; 8 (0x0100, 0x8100)',
    level: 'must',
    zh: '注册得到 0x8100 应答：结果 0 并带鉴权码',
    en: 'registration is answered by 0x8100 with result 0 and a code',
    async run(trial) {
      const probe = await trial.call();
      const { result, authCode } = await trial.registration(probe);
      demand(result >= 0 && result <= 4, `result ${result} is not in the table`);
      demand(result === RESULT.success, `result ${result}: ${REFUSALS[result] ?? ''}`);
      demand(authCode !== undefined, '0x8001 instead of 0x8100: no code came');
      trial.subject.authCode = authCode;
      return authCode === '' ? 'the code is empty' : undefined;
    },
  },
  {
    id: 'authentication',
    clause: '5.1; 8 (0x0102)',
    level: 'must',
    zh: '用所得鉴权码在新连接上鉴权成功',
    en: 'the code opens a session on a later link',
    async run(trial) {
      await trial.enter();
      return undefined;
    },
  },
  {
    id: 'registration-again',
    clause: '8 (0x0100, 0x8100)',
    level: 'must',
    zh: '重复注册得到 0x8100，结果在表内；已有会话不受影响',
    en: 'registering again is answered with a result of the table; a session can still be had',
    async run(trial) {
      const probe = await trial.enter();
      const { result, authCode } = await trial.registration(probe);
      demand(result >= 0 && result <= 4, `result ${result} is not in the table`);
      if (result === RESULT.success && authCode !== undefined) trial.subject.authCode = authCode;
      await trial.enter();
      return `result ${result}`;
    },
  },
  {
    id: 'registration-malformed',
    clause: '8 (0x0100)',
    level: 'must',
    zh: '残缺的注册消息不得成功',
    en: 'a registration of five octets does not succeed',
    async run(trial) {
      const probe = await trial.call();
      const serial = probe.send(MESSAGE.registration, Uint8Array.of(0, 53, 0, 102, 88));
      const heard = await probe.message(
        ({ id, body }) =>
          (id === MESSAGE.registrationResponse || id === MESSAGE.platformAck) && body[1] === (serial & 0xff),
        trial.stand.answerMs,
      );
      if (heard === undefined) return trial.silence(probe);
      const result = heard.body[heard.id === MESSAGE.platformAck ? 4 : 2];
      demand(result !== RESULT.success, 'answered with success');
      return `result ${result}`;
    },
  },
  {
    id: 'wrong-code',
    clause: '5.1; 8 (0x0102)',
    level: 'must',
    zh: '错误的鉴权码被拒绝',
    en: 'a wrong code is refused',
    async run(trial) {
      const probe = await trial.call();
      const serial = probe.send(
        MESSAGE.authentication,
        trial.body(MESSAGE.authentication, {
          authCode: UNFIT_CODE,
          ...(trial.revision === 2019 ? { imei: trial.subject.papers.imei, softwareVersion: 'X' } : {}),
        }),
      );
      const result = await trial.ack(probe, MESSAGE.authentication, serial);
      demand(result !== RESULT.success, 'any code will do');
      demand(result !== undefined || probe.ended !== undefined, trial.silence(probe));
      return result === undefined ? trial.silence(probe) : `result ${result}`;
    },
  },
  {
    id: 'stranger',
    clause: '5.1; 8 (0x0102)',
    level: 'must',
    zh: '未注册的终端鉴权不得成功',
    en: 'a terminal that never registered is not let in',
    async run(trial) {
      const stranger = trial.stand.stranger(trial.revision);
      const probe = await trial.call(stranger);
      const body = trial.body(MESSAGE.authentication, {
        authCode: UNFIT_CODE,
        ...(trial.revision === 2019 ? { imei: stranger.papers.imei, softwareVersion: 'X' } : {}),
      });
      const result = await trial.ack(probe, MESSAGE.authentication, probe.send(MESSAGE.authentication, body));
      demand(result !== RESULT.success, 'let in');
      return result === undefined ? trial.silence(probe) : `result ${result}`;
    },
  },
  {
    id: 'report-before-login',
    clause: '5.1',
    level: 'should',
    zh: '鉴权之前的位置汇报不被当作已接收',
    en: 'a report before authentication is not taken',
    async run(trial) {
      const probe = await trial.call();
      const result = await trial.ack(probe, MESSAGE.report, probe.send(MESSAGE.report, trial.report()));
      demand(result !== RESULT.success, 'answered with success: anybody may report for this terminal');
      return result === undefined ? trial.silence(probe) : `result ${result}`;
    },
  },
];

/** Last: the terminal is unknown afterwards, so that the platform is left as it was found. */
export const FAREWELL: readonly Check[] = [
  {
    id: 'deregistration',
    clause: '8 (0x0003)',
    level: 'must',
    zh: '注销得到 0x8001 应答',
    en: 'deregistration is answered',
    async run(trial) {
      const probe = await trial.enter();
      const result = await trial.result(probe, MESSAGE.deregistration, probe.send(MESSAGE.deregistration, NOTHING));
      demand(result === RESULT.success, `result ${result}`);
      return undefined;
    },
  },
  {
    id: 'code-after-deregistration',
    clause: '5.1; 8 (0x0003)',
    level: 'should',
    zh: '注销后原鉴权码失效',
    en: 'the code is worthless after deregistration',
    async run(trial) {
      const probe = await trial.call();
      const { result } = await trial.authenticate(probe);
      trial.subject.authCode = undefined;
      demand(result !== RESULT.success, 'still let in');
      return `result ${result}`;
    },
  },
];

/** JT/T 808-2019, 0x8100. */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'the vehicle is registered already',
  2: 'no such vehicle',
  3: 'the terminal is registered already; deregister it, or choose others with --first-phone',
  4: 'no such terminal; enter it at the platform, or choose others with --first-phone',
};
