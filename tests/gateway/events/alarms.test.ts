import { describe, expect, it } from 'vitest';
import { batchBody, ID, locationBody, NOON } from '../../support/terminal-frames.ts';
import { Rig } from '../support/rig.ts';
import { bits, report, reports, SPEAKER, stepsOf, T, told, UNJUDGED } from './support.ts';

const rigged = async () => {
  const rig = await new Rig(UNJUDGED).start();
  return { rig, terminal: await rig.login(SPEAKER) };
};

describe('an alarm bit', () => {
  it('raises an event at once and clears it when it has been gone for half a minute', async () => {
    const { rig, terminal } = await rigged();
    await reports(rig, terminal, 60_000, { alarm: bits(1) });
    expect(told(rig)).toEqual(['A1 raised']);
    await reports(rig, terminal, 20_000);
    expect(told(rig)).toEqual(['A1 raised']);
    await reports(rig, terminal, 20_000);
    const [raised, cleared] = stepsOf(rig);
    expect(told(rig)).toEqual(['A1 raised', 'A1 cleared']);
    expect(cleared).toMatchObject({
      event: raised!.event,
      step: 1,
      status: 'cleared',
      origin: 'terminal',
      severity: 2,
    });
    expect(cleared!.at - cleared!.endTime!).toBe(30_000);
    expect(raised).toMatchObject({ terminal: T, vehicle: '云A12345', factTime: NOON, alarm: { reports: 1 } });
  });

  it('is cleared though nothing more is heard', async () => {
    const { rig, terminal } = await rigged();
    await report(rig, terminal, { alarm: bits(9) });
    await report(rig, terminal);
    await rig.run(60_000);
    expect(told(rig)).toEqual(['A9 raised', 'A9 cleared']);
  });

  it('that flaps is one event, held for longer each time', async () => {
    const { rig, terminal } = await rigged();
    for (let i = 0; i < 4; i++) {
      await reports(rig, terminal, 20_000, { alarm: bits(24) });
      await reports(rig, terminal, 50_000);
    }
    expect(told(rig)).toEqual(['A24 raised', 'A24 cleared', 'A24 reopened']);
    expect(new Set(stepsOf(rig).map(({ event }) => event)).size).toBe(1);
  });

  it('that comes back much later is another event', async () => {
    const { rig, terminal } = await rigged();
    await report(rig, terminal, { alarm: bits(19) });
    await reports(rig, terminal, 600_000);
    await report(rig, terminal, { alarm: bits(19) });
    expect(told(rig)).toEqual(['A19 raised', 'A19 cleared', 'A19 raised']);
    expect(new Set(stepsOf(rig).map(({ event }) => event)).size).toBe(2);
  });

  it('of each of the 32 has an event of its own', async () => {
    const { rig, terminal } = await rigged();
    await report(rig, terminal, { alarm: 0xffffffff });
    expect(told(rig)).toEqual(Array.from({ length: 32 }, (_, bit) => `A${bit} raised`));
    await report(rig, terminal);
    await rig.run(60_000);
    expect(told(rig).filter((one) => one.endsWith('cleared'))).toHaveLength(32);
  });
});

describe('alarms of video', () => {
  it('are read from their bits, and from a detail that comes without', async () => {
    const { rig, terminal } = await rigged();
    await report(rig, terminal, { items: { videoAlarm: 0b10, videoOccluded: 0b100, storageFault: 1 } });
    expect(told(rig)).toEqual(['V1 raised', 'V2 raised']);
    expect(stepsOf(rig)[0]!.alarm).toEqual({ serial: expect.any(Number), reports: 1, item: { bits: 4 } });
    await report(rig, terminal);
    await rig.run(40_000);
    expect(told(rig).slice(2)).toEqual(['V1 cleared', 'V2 cleared']);
  });
});

const IDENTIFICATION = { terminalId: 'T1', time: NOON, sequence: 0, attachmentCount: 1, reserved: new Uint8Array(1) };
const PLACE = { speed: 60, altitude: 0, latitude: 24.8, longitude: 102.8, time: NOON, vehicleStatus: 1 };

function dsm(flag: 'instant' | 'start' | 'end', alarmId = 7) {
  const more = { type: 'phoneCall', level: 2, fatigue: 0, reserved: new Uint8Array(4) } as const;
  return { dsm: { alarmId, flag, ...more, ...PLACE, identification: IDENTIFICATION } } as never;
}

describe('alarms of active safety', () => {
  it('begin and end as the terminal says', async () => {
    const { rig, terminal } = await rigged();
    await report(rig, terminal, { items: dsm('start') });
    await reports(rig, terminal, 120_000);
    expect(told(rig)).toEqual(['S6502 raised']);
    await report(rig, terminal, { items: dsm('end') });
    await rig.run(40_000);
    expect(told(rig)).toEqual(['S6502 raised', 'S6502 cleared']);
    expect(stepsOf(rig)[0]!.alarm?.item).toMatchObject({ alarmId: 7, level: 2, speed: 60 });
  });

  it('of a moment are over a minute after the last of them', async () => {
    const { rig, terminal } = await rigged();
    await report(rig, terminal, { items: dsm('instant') });
    await rig.run(30_000);
    await report(rig, terminal, { items: dsm('instant', 8) });
    await rig.run(50_000);
    expect(told(rig)).toEqual(['S6502 raised']);
    await rig.run(15_000);
    expect(told(rig)).toEqual(['S6502 raised', 'S6502 cleared']);
  });
});

describe('alarms that a terminal stored', () => {
  it('are one event that is over, whatever the order in which they come', async () => {
    const orders = [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
      [2, 2, 0, 3, 1, 0],
    ];
    const all: string[][] = [];
    for (const order of orders) {
      const { rig, terminal } = await rigged();
      const hour = 3_600_000;
      const at = (i: number) => locationBody({ time: NOON - hour + i * 60_000, alarm: i < 3 ? bits(2) : 0 });
      terminal.say(ID.batch, batchBody(order.map(at)));
      await rig.run(40_000);
      all.push(stepsOf(rig).map((step) => `${step.event} ${step.code} ${step.state} ${step.endTime ?? ''}`));
    }
    expect(all[0]).toHaveLength(2);
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
  });

  it('are no second event where the alarm is up now', async () => {
    const { rig, terminal } = await rigged();
    await report(rig, terminal, { alarm: bits(2) });
    await rig.run(600_000);
    terminal.say(ID.batch, batchBody([locationBody({ time: NOON + 60_000, alarm: bits(2) })]));
    await rig.run(60_000);
    expect(told(rig)).toEqual(['A2 raised']);
  });
});

describe('a terminal of 2011, which has no 0x8203', () => {
  it('is told by the answer to its next report that somebody took notice', async () => {
    const rig = await new Rig(UNJUDGED).start();
    const terminal = await rig.login({ ...SPEAKER, revision: 2011 });
    const results = async (alarm: number): Promise<unknown> => {
      terminal.forget();
      await report(rig, terminal, { alarm });
      return terminal.acks.map((ack) => ack.split(':')[2]);
    };
    expect(await results(bits(0, 1))).toEqual(['success']);
    const { event } = stepsOf(rig)[0]!;
    const acting = rig.core.judging.act(T, { action: 'acknowledge', event, by: 'li' });
    await rig.run(20);
    expect(await acting).toBe('done');
    expect(await results(bits(0, 1))).toEqual(['alarmHandlingConfirmed']);
    expect(await results(bits(0, 27))).toEqual(['success']);
    expect(await results(bits(1))).toEqual(['success']);
  });
});
