import { describe, expect, it } from 'vitest';
import { ALARM_BITS, type AlarmName } from '../../../protocol/index.ts';
import type { Causes } from '../../../simulator/world/causes.ts';
import { Drill } from '../support/drill.ts';

const DRIVING: Partial<Causes> = { acc: true, engine: true, speed: 60, supply: 14.1 };
const bit = (name: AlarmName): number => 2 ** ALARM_BITS[name];
const words = (drill: Drill, from: number): number[] => drill.reports(from).map(({ alarm }) => Number(alarm));

describe('an alarm', () => {
  it.each<AlarmName>(['emergency', 'illegalIgnition'])('%s is told until the platform has answered', (name) => {
    const drill = new Drill('A', DRIVING).until(102);
    drill.answering = false;
    drill.local({ what: 'alarm', name, on: true }).until(103);
    expect(words(drill, 102)).toEqual([bit(name)]);
    drill.answering = true;
    drill.until(130);
    expect(words(drill, 120).every((word) => word === 0)).toBe(true);
  });

  it('of danger is answered away before 2019, and lasts as its condition since', () => {
    const danger = (profile: string): number =>
      new Drill(profile, DRIVING).until(100).local({ what: 'alarm', name: 'danger', on: true }).until(150).lastReport()
        .alarm;
    expect(danger('C')).toBe(0);
    expect(danger('A')).toBe(bit('danger'));
  });

  it('of a condition lasts as long as that, whatever the platform answers', () => {
    const drill = new Drill('A').until(100).set({ supply: 0 }).until(400);
    expect(words(drill, 104).every((word) => word === bit('mainPowerOff'))).toBe(true);
    drill.set({ supply: 12.6 }).until(410);
    // Its end is told at once too.
    expect(drill.reports(400).map(({ t, alarm }) => [t, alarm])).toEqual([[400, 0]]);
  });

  it('is cleared by a person at the platform', () => {
    const drill = new Drill('A', DRIVING).until(100);
    drill.answering = false;
    drill.local({ what: 'alarm', name: 'illegalDisplacement', on: true }).until(101);
    drill.ask(0x8203, { alarmSerial: 0, alarmTypes: bit('illegalDisplacement') });
    expect(drill.until(115).lastReport().alarm).toBe(0);
  });

  it('that is masked is neither told nor a reason to tell', () => {
    const drill = new Drill('A').until(100);
    drill.ask(0x8103, { params: { alarmMask: bit('mainPowerOff') } });
    drill.until(101).set({ supply: 0 }).until(140);
    expect(drill.reports(101).filter(({ t }) => t < 140)).toEqual([]);
    expect(Number(drill.until(200).lastReport().alarm)).toBe(0);
  });

  it('that is a key alarm is sent before all else when the link is back (0x0054)', () => {
    const drill = new Drill('A', DRIVING).until(100);
    drill.ask(0x8103, { params: { keyAlarmFlag: bit('mainPowerOff') } });
    drill.set({ csq: 0 }).until(500).set({ supply: 0 }).until(520).set({ supply: 14 }).until(900).set({ csq: 25 });
    const [first] = drill.until(1000).sent(0x0704, 900);
    const { items } = drill.decode(0x0704 as 0x0200, first!.body) as unknown as {
      items: { location: { alarm: number } }[];
    };
    const told = items.map(({ location }) => location.alarm);
    const urgent = told.filter((alarm) => alarm === bit('mainPowerOff'));
    expect(urgent.length).toBeGreaterThan(1);
    expect(told.slice(0, urgent.length)).toEqual(urgent);
  });

  it('that the hardware cannot see is not told', () => {
    expect(new Drill('D', DRIVING).until(100).set({ gnssAntenna: 'open' }).until(200).lastReport().alarm).toBe(0);
  });

  it('in a maker’s own bits says open case and removal', () => {
    const drill = new Drill('C').until(100).set({ caseOpen: true, mount: 'removed' }).until(101);
    expect(drill.reports(100).map(({ t, alarm }) => [t, alarm])).toEqual([[100, 2 ** 16 + 2 ** 17]]);
  });

  it('of displacement comes when it is moved with the key off, once', () => {
    const drill = new Drill('A').until(100).set({ speed: 40 }).until(300);
    const told = drill.reports(100).filter(({ alarm }) => (Number(alarm) & bit('illegalDisplacement')) !== 0);
    expect(told.length).toBeGreaterThanOrEqual(2);
    // 500 m at 40 km/h.
    expect(told[0]!.t).toBeGreaterThan(140);
  });
});

describe('driving', () => {
  const limits = {
    maximumSpeed: 80,
    overSpeedDuration: 5,
    overSpeedWarningMargin: 10,
    continuousDrivingLimit: 600,
    fatigueWarningMargin: 120,
    minimumRestTime: 300,
    longestParkingTime: 1000,
    daysAccumulatedDrivingLimit: 1500,
  };
  const driver = (causes: Partial<Causes> = DRIVING): Drill => {
    const drill = new Drill('A', causes).until(60);
    drill.ask(0x8103, { params: limits });
    return drill;
  };

  it('too fast for longer than allowed is told, with a warning before', () => {
    const drill = driver()
      .until(100)
      .set({ speed: 75 })
      .until(110)
      .set({ speed: 90 })
      .until(130)
      .set({ speed: 60 })
      .until(140);
    expect(words(drill, 100)).toContain(bit('overspeedWarning'));
    expect(drill.reports(100).find(({ alarm }) => alarm === bit('overspeed'))?.t).toBe(115);
    expect(drill.lastReport().alarm).toBe(0);
  });

  it('too long is told until the driver has rested for long enough', () => {
    const drill = driver().until(800);
    const first = (name: AlarmName): number => drill.reports().find(({ alarm }) => Number(alarm) === bit(name))!.t;
    expect(first('fatigueWarning')).toBeCloseTo(25 + 480, -1);
    expect(first('fatigue')).toBeCloseTo(25 + 600, -1);
    drill.set({ speed: 0 }).until(1000).set({ speed: 60 }).until(1010);
    expect(drill.lastReport().alarm).toBe(bit('fatigue'));
    drill.set({ speed: 0 }).until(1400);
    expect(drill.lastReport().alarm).toBe(0);
  });

  it('another driver’s card begins anew', () => {
    const card = { name: '李四', certificateCode: 'C2', issuer: '云南', validUntil: '20300101', idCard: '531' };
    const drill = driver().until(800).local({ what: 'card', card }).until(820);
    expect(drill.lastReport().alarm).toBe(0);
  });

  it('at hours at which it is forbidden is told (2019)', () => {
    const drill = driver().until(100);
    // The drill begins at eight in the morning.
    const night = { startHour: 22, startMinute: 50, endHour: 8, endMinute: 5 };
    drill.ask(0x8103, { params: { forbiddenDrivingPeriod: night } });
    expect(drill.until(200).lastReport().alarm).toBe(bit('violation'));
    expect(drill.until(320).lastReport().alarm).toBe(0);
  });

  it('too much in a day, and too long parked, are told', () => {
    const drill = driver()
      .until(700)
      .set({ speed: 0 })
      .until(1100)
      .set({ speed: 60 })
      .until(1100 + 850);
    expect(Number(drill.lastReport().alarm) & bit('dayDrivingTimeout')).not.toBe(0);
    drill.set({ speed: 0 }).until(3200);
    expect(Number(drill.lastReport().alarm) & bit('parkingTimeout')).not.toBe(0);
  });
});
