import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BatchCursor, QuirkSet } from '../../../protocol/index.ts';
import type { Effect, Input } from '../../../simulator/firmware/effects.ts';
import { gzip } from '../../../simulator/firmware/gzip.ts';
import { nextDeadline, step } from '../../../simulator/firmware/step.ts';
import { isSettled } from '../../../simulator/firmware/terminal.ts';
import { Drill } from '../support/drill.ts';
import { ack, ask, closed, continued, LOGIN, play, START, terminalOf, wake } from '../support/machine.ts';

describe('reports that go together (0x0704 of type 0)', () => {
  const settings = { batch: 3, reportMs: 1000 };

  it('go when there are enough, in the order of their making', () => {
    const terminal = terminalOf({ settings });
    play(terminal, LOGIN);
    const effects: Effect[] = [];
    for (let due = nextDeadline(terminal); due <= START + 2600; due = nextDeadline(terminal))
      step(terminal, wake, due, effects);
    const sent = effects.flatMap((effect) => (effect.kind === 'send' ? [effect] : []));
    expect(sent.map(({ id, fresh }) => [id, fresh])).toEqual([[0x0704, 3]]);
    const { body } = sent[0]!;
    // Count, then type.
    expect([...body.subarray(0, 3)]).toEqual([0, 3, 0]);
    const cursor = new BatchCursor(body, 0, body.length, new QuirkSet());
    const seconds: number[] = [];
    while (cursor.next()) seconds.push(body[cursor.from + 27]!);
    expect(seconds).toEqual([0x00, 0x01, 0x02]);
  });

  it('are stored when the link goes, and sent when reports end', () => {
    const terminal = terminalOf({ settings, reportForMs: 5000 });
    const { told, rows } = continued(terminal, [...LOGIN, [500, wake, 'made'], [600, closed]]);
    expect(told).toEqual(rows);
    expect([terminal.blind.size, terminal.gathered.length]).toEqual([1, 0]);
    const other = terminalOf({ settings, reportForMs: 1000 });
    play(other, LOGIN);
    const effects: Effect[] = [];
    for (let due = nextDeadline(other); due <= START + 2000; due = nextDeadline(other)) step(other, wake, due, effects);
    const serial = effects.find((effect) => effect.kind === 'send' && effect.id === 0x0704) as { serial: number };
    expect(isSettled(other)).toBe(false);
    step(other, ack(0x0704, serial.serial), START + 2010, effects);
    expect(isSettled(other)).toBe(true);
  });
});

describe('a second server', () => {
  const servers = (effects: readonly Effect[]): number[] =>
    effects.flatMap((effect) => (effect.kind === 'dial' ? [effect.server] : []));
  /** Servers called when nobody answers. */
  function calls(terminal: ReturnType<typeof terminalOf>, count: number): number[] {
    const effects: Effect[] = [];
    for (let now = START; servers(effects).length < count; now = Math.max(now + 1, nextDeadline(terminal))) {
      const before = effects.length;
      step(terminal, wake, now, effects);
      if (effects.slice(before).some(({ kind }) => kind === 'dial'))
        step(terminal, { kind: 'unreachable' }, now, effects);
    }
    return servers(effects);
  }

  it('is called when the first has not answered three times, and then in turns', () => {
    expect(calls(terminalOf({ settings: { servers: 2 } }), 8)).toEqual([0, 0, 0, 1, 0, 1, 0, 1]);
    expect(calls(terminalOf({ settings: { servers: 1 } }), 6)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('may be named by the platform: one in 0x0017, in 2019 lists in 0x0013 and 0x0017', () => {
    const terminal = terminalOf({ revision: 2019 });
    play(terminal, LOGIN);
    const params = { mainServerAddress: 'a:1;b:2', backupServerAddress: 'c:3' };
    step(terminal, ask(0x8103, 9, { params }), START + 40, []);
    step(terminal, { kind: 'closed' } satisfies Input, START + 50, []);
    expect(calls(terminal, 7)).toEqual([0, 0, 1, 2, 0, 1, 2]);
  });
});

describe('what else a terminal can say', () => {
  it('asks the platform for the time, and sets its clock by it (2019)', () => {
    const drill = new Drill('A', { acc: true, clockOffset: 90 }).until(120);
    const ahead = drill.lastReport().time - (START + 1000 * drill.lastReport().t);
    expect(Math.round(ahead / 1000)).toBe(90);
    drill.local({ what: 'askTime' });
    expect(drill.sent(0x0004).length).toBe(1);
    drill.ask(0x8004, { time: START + 120_000 });
    drill.until(140);
    const after = drill.lastReport();
    expect(Math.abs(after.time - (START + 1000 * after.t))).toBeLessThan(1000);
    expect(drill.notes().map(([, note]) => note)).toContain('clockSet');
    // Nobody asked for this one.
    drill.ask(0x8004, { time: START });
    expect(drill.notes().at(-1)?.[1]).toBe('strayAnswer');
    expect(new Drill('B', { acc: true }).until(120).local({ what: 'askTime' }).sent(0x0004)).toEqual([]);
  });

  it('passes octets of other devices on, as they are or as GZIP', () => {
    const drill = new Drill('A', { acc: true }).until(60);
    const data = new TextEncoder().encode('from a meter '.repeat(20));
    drill.local({ what: 'passOn', type: 0x41, data }).local({ what: 'passOn', type: 'compressed', data });
    expect(Buffer.from(drill.sent(0x0900)[0]!.body)).toEqual(Buffer.from([0x41, ...data]));
    const { body } = drill.sent(0x0901)[0]!;
    expect(new DataView(body.buffer, body.byteOffset).getUint32(0)).toBe(body.length - 4);
    expect(Buffer.from(gunzipSync(body.subarray(4))).equals(data)).toBe(true);
  });

  it.each([0, 1, 65_535, 65_536, 200_000])('%i octets as GZIP are read by others', (size) => {
    const data = Uint8Array.from({ length: size }, (_, i) => (i * 31) & 0xff);
    expect(Buffer.from(gunzipSync(gzip(data))).equals(data)).toBe(true);
  });
});

describe('the acceleration sensor', () => {
  it('tells a blow that is hard and long enough, for ten seconds', () => {
    const drill = new Drill('A', { acc: true }).until(120);
    drill.ask(0x8103, { params: { collisionAlarmParameters: { acceleration: 2, collisionTime: 30 } } });
    drill.set({ acceleration: 3 }).until(120.01).set({ acceleration: 0 }).until(125);
    expect(drill.lastReport().alarm & (2 ** 29)).toBe(0);
    drill.set({ acceleration: 1.9 }).until(126).set({ acceleration: 0 }).until(130);
    expect(drill.lastReport().alarm & (2 ** 29)).toBe(0);
    drill.set({ acceleration: 3 }).until(130.1).set({ acceleration: 0 });
    expect(drill.reports(130).some(({ t, alarm }) => t < 130.2 && (alarm >>> 29) & 1)).toBe(true);
    drill.until(160);
    expect((drill.lastReport().alarm >>> 29) & 1).toBe(0);
  });

  it('tells of a vehicle that lies on its side, as long as it lies', () => {
    const drill = new Drill('C', { acc: true }).until(120);
    drill.set({ tilt: 29 }).until(125).set({ tilt: 80 }).until(127);
    expect(drill.reports(125).some(({ alarm }) => (alarm >>> 30) & 1)).toBe(true);
    drill.set({ tilt: 0 }).until(150);
    expect((drill.lastReport().alarm >>> 30) & 1).toBe(0);
    drill.ask(0x8103, { params: { rolloverAlarmAngle: 0 } });
    drill.set({ tilt: 80 }).until(170);
    expect((drill.lastReport().alarm >>> 30) & 1).toBe(0);
  });
});

describe('parameters that are seen elsewhere than in reports', () => {
  it('set how often the receiver speaks (0x0092)', () => {
    const drill = new Drill('A', { acc: true }, { nmea: true }).until(60);
    const spoken = (from: number): number[] =>
      drill.effects.flatMap(({ t, effect }) => (effect.kind === 'nmea' && t > from ? [t] : []));
    drill.ask(0x8103, { params: { gnssDetailedDataOutputRate: 'every4000Ms' } });
    drill.until(80);
    expect(spoken(61)).toEqual([64, 68, 72, 76, 80]);
  });

  it('set the colour of the plate that it registers with (0x0084)', () => {
    const drill = new Drill('A').until(60);
    drill.ask(0x8103, { params: { plateColor: 'blue' } });
    drill.local({ what: 'deregister' }).input({ kind: 'closed' }).until(90);
    const [first, second] = drill
      .sent(0x0100)
      .map(({ body }) => (drill.decode(0x0100, body) as unknown as { plateColor: string }).plateColor);
    expect([first, second]).toEqual(['yellow', 'blue']);
  });
});
