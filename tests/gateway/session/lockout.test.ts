import { describe, expect, it } from 'vitest';
import { type GuessingAlarm, Lockout } from '../../../gateway/session/lockout.ts';
import { VirtualClock } from '../../../protocol/index.ts';

const MINUTE = 60_000;

function desk(): { clock: VirtualClock; lockout: Lockout; alarms: Parameters<GuessingAlarm>[0][] } {
  const clock = new VirtualClock();
  const alarms: Parameters<GuessingAlarm>[0][] = [];
  const lockout = new Lockout(clock, { wrongCodes: 3, lockMs: 15 * MINUTE }, (guess) => alarms.push(guess));
  return { clock, lockout, alarms };
}

describe('a source that guesses', () => {
  it('is not heard for that terminal any more, until its time is up', () => {
    const { clock, lockout, alarms } = desk();
    for (let i = 0; i < 3; i++) {
      expect(lockout.locked('10.0.0.1', 't')).toBe(false);
      lockout.wrong('10.0.0.1', 't');
    }
    expect(lockout.locked('10.0.0.1', 't')).toBe(true);
    expect(alarms).toEqual([{ source: '10.0.0.1', terminal: 't', wrong: 3, until: clock.now() + 15 * MINUTE }]);
    clock.advance(15 * MINUTE);
    expect(lockout.locked('10.0.0.1', 't')).toBe(false);
  });

  it('locks out neither the terminal elsewhere nor other terminals behind the same address', () => {
    const { lockout } = desk();
    for (let i = 0; i < 3; i++) lockout.wrong('10.0.0.1', 't');
    expect([lockout.locked('10.0.0.2', 't'), lockout.locked('10.0.0.1', 'u')]).toEqual([false, false]);
  });

  it('that tries many terminals is not heard at all', () => {
    const { lockout, alarms } = desk();
    for (let i = 0; i < 30; i++) for (let j = 0; j < 3; j++) lockout.wrong('10.0.0.1', `t${i}`);
    expect(lockout.locked('10.0.0.1', 'u')).toBe(true);
    expect(alarms).toHaveLength(30);
  });

  it('is a fleet with old codes where each of many is tried once or twice', () => {
    const { lockout, alarms } = desk();
    for (let i = 0; i < 1000; i++) for (let j = 0; j < 2; j++) lockout.wrong('10.0.0.1', `t${i}`);
    expect([lockout.locked('10.0.0.1', 't1'), alarms]).toEqual([false, []]);
  });

  it('begins anew with a right code, and when the wrong ones are long ago', () => {
    const { clock, lockout } = desk();
    for (const word of ['wrong', 'wrong', 'right', 'wrong', 'wrong'] as const) lockout[word]('10.0.0.1', 't');
    expect(lockout.locked('10.0.0.1', 't')).toBe(false);
    clock.advance(15 * MINUTE);
    lockout.wrong('10.0.0.1', 't');
    expect(lockout.locked('10.0.0.1', 't')).toBe(false);
  });

  it('is remembered among so many others and no more', () => {
    const { lockout } = desk();
    for (let i = 0; i < 3; i++) lockout.wrong('10.0.0.1', 't');
    for (let i = 0; i < 20_000; i++) lockout.wrong(`10.1.${i >> 8}.${i & 255}`, 'x');
    expect(lockout.locked('10.0.0.1', 't')).toBe(false);
  });
});
