import { describe, expect, it } from 'vitest';
import { STATUS_BITS } from '../../../protocol/index.ts';
import { Drill } from '../support/drill.ts';

const CARD = { name: '张三', certificateCode: 'C530100', issuer: '云南', validUntil: '20300101', idCard: '530102' };
const online = (profile = 'C'): Drill => new Drill(profile).until(60);
const result = (drill: Drill, id: number, body: unknown): number | undefined =>
  drill.ask(id, body).find((sent) => sent.id === 0x0001)?.body[4];
const answer = (drill: Drill, id: number, body: unknown, reply: number): unknown => {
  const parts = drill.ask(id, body).filter((sent) => sent.id === reply);
  const octets = Buffer.concat(parts.map((part) => part.body));
  return drill.decode(reply as 0x0200, octets);
};

describe('control of a terminal', () => {
  it('reset: it is dark, and back after a start', () => {
    const drill = online();
    expect(result(drill, 0x8105, { command: 'reset' })).toBe(0);
    expect(drill.terminal.phase).toBe('off');
    drill.until(110);
    expect(drill.notes().slice(-2)).toEqual([
      [85, 'booted'],
      [100, 'online'],
    ]);
  });

  it('power off: it stays off until its supply comes anew', () => {
    const drill = online('B');
    expect(result(drill, 0x8105, { command: 'powerOff' })).toBe(0);
    expect(drill.until(7200).terminal.phase).toBe('off');
    drill.set({ supply: 0 }).until(7210).set({ supply: 12.6 }).until(7300);
    expect(drill.terminal.phase).toBe('online');
  });

  it('close communication: it says so and is not heard of', () => {
    const drill = online();
    drill.ask(0x8105, { command: 'closeDataCommunication' });
    drill.until(7200);
    expect(drill.sent(0x0200, 61)).toEqual([]);
    expect(drill.terminal.phase).toBe('waiting');
    expect(drill.local({ what: 'reboot' }).until(7300).terminal.phase).toBe('online');
  });

  it('factory settings: what was set is forgotten', () => {
    const drill = online();
    drill.ask(0x8103, { params: { defaultReportInterval: 7, mainServerApn: 'X' } });
    drill.ask(0x8105, { command: 'restoreFactorySettings' });
    const told = answer(drill, 0x8106, { paramIds: [0x0010, 0x0029] }, 0x0104) as { params: object };
    expect(told.params).toMatchObject({ mainServerApn: 'CMNET', defaultReportInterval: 10 });
  });

  it('another server: it has only this one', () => {
    expect(result(online(), 0x8105, { command: 'connectToServer', parameters: '0;;;;;1.2.3.4;1;;' })).toBe(3);
  });
});

describe('parameters', () => {
  it('that are asked for by id are told, and no others', () => {
    const told = answer(online(), 0x8106, { paramIds: [0x0001, 0x0083, 0xf123] }, 0x0104) as { params: object };
    const there = Object.entries(told.params).filter(([, value]) => value !== undefined);
    expect(there.map(([name]) => name)).toEqual(['heartbeatInterval', 'plateNumber']);
  });

  it('that nobody knows are kept all the same', () => {
    const drill = online();
    drill.ask(0x8103, { params: { unknown: [{ id: 0xf123, bytes: Uint8Array.of(1, 2) }] } });
    drill.ask(0x8103, { params: { unknown: [{ id: 0xf124, bytes: Uint8Array.of(3) }] } });
    const told = answer(drill, 0x8106, { paramIds: [0xf123, 0xf124] }, 0x0104) as { params: { unknown: unknown[] } };
    expect(told.params.unknown).toEqual([
      { id: 0xf123, bytes: Uint8Array.of(1, 2) },
      { id: 0xf124, bytes: Uint8Array.of(3) },
    ]);
  });

  it('set the plate, the odometer, the systems in use and the wait for answers', () => {
    const drill = online();
    const params = {
      plateNumber: '云A12345',
      odometer: 5000,
      gnssMode: 2,
      tcpReplyTimeout: 9,
      tcpRetransmissionCount: 1,
    };
    drill.ask(0x8103, { params });
    drill.until(400);
    expect(drill.terminal.papers?.plate).toBe('云A12345');
    expect(drill.lastReport().items).toMatchObject({ mileage: 5000, satellites: 11 });
    expect(drill.terminal.retryRule).toEqual({ timeoutMs: 9000, retries: 1 });
  });
});

describe('a driver', () => {
  it('shows the card when asked, and the recorder has logged it', () => {
    const drill = online().local({ what: 'card', card: CARD });
    expect(answer(drill, 0x8702, {}, 0x0702)).toMatchObject({ status: 'inserted', driverName: '张三' });
    drill.local({ what: 'card', card: undefined });
    expect(answer(drill, 0x8702, {}, 0x0702)).toMatchObject({ status: 'removed' });
    const log = answer(drill, 0x8700, { command: 'driverIdentityRecords' }, 0x0700) as {
      data: { driverRecords: object[] };
    };
    expect(log.data.driverRecords).toMatchObject([
      { licence: 'C530100', event: 'login' },
      { licence: 'C530100', event: 'logout' },
    ]);
  });

  it('reads texts, picks events, asks for information and answers questions (2013)', () => {
    const drill = online();
    expect(result(drill, 0x8300, { flag: 4, text: '前方拥堵' })).toBe(0);
    expect(result(drill, 0x8301, { setType: 'update', events: [{ eventId: 4, content: '堵车' }] })).toBe(0);
    expect(result(drill, 0x8303, { setType: 'append', items: [{ infoType: 2, name: '天气' }] })).toBe(0);
    expect(drill.terminal.kept?.shown).toEqual(['前方拥堵']);
    expect([...(drill.terminal.kept?.events ?? [])]).toEqual([[4, '堵车']]);
    const question = { flag: 0, question: '到了吗', answers: [{ answerId: 9, content: '到了' }] };
    expect(answer(drill, 0x8302, question, 0x0302)).toMatchObject({ answerId: 9 });
    drill.local({ what: 'event', id: 4 }).local({ what: 'information', type: 2, on: true });
    expect([drill.sent(0x0301).length, drill.sent(0x0303).length]).toEqual([1, 1]);
    drill.ask(0x8301, { setType: 'deleteAllEvents' });
    expect(drill.terminal.kept?.events.size).toBe(0);
  });

  it('enters a waybill', () => {
    const drill = online().local({ what: 'waybill', content: Uint8Array.of(1, 2, 3) });
    expect(drill.sent(0x0701)).toHaveLength(1);
  });

  it('leaves: the terminal says so, and must register anew', () => {
    const drill = online().local({ what: 'deregister' });
    expect(drill.sent(0x0003)).toHaveLength(1);
    expect(drill.terminal.authCode).toBeUndefined();
  });

  it('leaves a terminal that has dropped its link in its sleep: it wakes, logs in, and says so', () => {
    const drill = new Drill('B').until(2400);
    expect(drill.terminal.resting).toBe(true);
    const { phase } = drill.terminal;
    expect(phase).toBe('waiting');
    drill.local({ what: 'deregister' }).until(2460);
    expect(drill.sent(0x0003)).toHaveLength(1);
    expect(drill.terminal.authCode).toBeUndefined();
  });
});

describe('a vehicle', () => {
  const LOCKED = 2 ** STATUS_BITS.doorLocked;

  it.each([
    ['C', { flag: 1 }, { flag: 0 }],
    ['A', { controls: [{ controlId: 'door', param: 0 }] }, { controls: [{ controlId: 'door', param: 1 }] }],
  ])('of profile %s locks and unlocks, and shows it', (profile, lock, unlock) => {
    const drill = online(profile);
    const locked = answer(drill, 0x8500, lock, 0x0500) as { location: { status: number } };
    expect(locked.location.status & LOCKED).toBe(LOCKED);
    const unlocked = answer(drill, 0x8500, unlock, 0x0500) as { location: { status: number } };
    expect(unlocked.location.status & LOCKED).toBe(0);
  });

  it('is told by its bus every so many seconds where a parameter says so', () => {
    const drill = new Drill('C', { acc: true, engine: true, speed: 64, supply: 14 }).until(60);
    drill.ask(0x8103, { params: { canChannel1SamplingInterval: 1000, canChannel1UploadInterval: 20 } });
    drill.until(125);
    expect(drill.sent(0x0705).map(({ t }) => t)).toEqual([80, 100, 120]);
    const { items } = drill.decode(0x0705 as 0x0200, drill.sent(0x0705)[0]!.body) as unknown as {
      items: { canData: Uint8Array }[];
    };
    expect(items[1]!.canData[2]).toBe(64);
  });

  it('tells positions as they come, where a parameter says so', () => {
    const drill = online();
    drill.ask(0x8103, { params: { gnssDetailedDataUploadMode: 'byTimeInterval', gnssDetailedDataUploadSetting: 15 } });
    drill.until(95);
    expect(drill.sent(0x0900).map(({ t }) => t)).toEqual([75, 90]);
    expect(new TextDecoder().decode(drill.sent(0x0900)[0]!.body)).toContain('GGA');
  });
});

describe('the recorder', () => {
  it.each([
    ['standardVersion', { standardVersion: { year: '12' } }],
    ['accumulatedMileage', { accumulatedMileage: { totalMileage: '00010000' } }],
    ['vehicleInformation', { vehicleInformation: { plateClass: '大型汽车' } }],
    ['externalPowerRecords', { powerRecords: [{ event: 'on' }, { event: 'off' }, { event: 'on' }] }],
    ['speedStatusLog', { speedStatusRecords: [] }],
  ])('asked for %s tells', (command, data) => {
    const drill = online().set({ supply: 0 }).until(70).set({ supply: 12.6 }).until(80);
    expect(answer(drill, 0x8700, { command }, 0x0700)).toMatchObject({ command, data });
  });

  it('tells the speed of each second and the place of each minute', () => {
    const drill = new Drill('C', { acc: true, speed: 60, supply: 14 }).until(600).set({ speed: 30 }).until(900);
    const speeds = answer(drill, 0x8700, { command: 'speedRecords' }, 0x0700) as {
      data: { speedRecords: { startTime: number; seconds: { speed: number }[] }[] };
    };
    const { speedRecords } = speeds.data;
    expect(speedRecords.length).toBe(10);
    expect(speedRecords.map(({ startTime }) => startTime)).toEqual(
      speedRecords.map(({ startTime }) => startTime).toSorted((a, b) => b - a),
    );
    expect(speedRecords[0]?.seconds.every(({ speed }) => speed === 30)).toBe(true);
    expect(speedRecords.at(-1)?.seconds.every(({ speed }) => speed === 60)).toBe(true);
    const places = answer(drill, 0x8700, { command: 'locationRecords' }, 0x0700) as {
      data: { locationRecords: { minutes: { latitude: number; averageSpeed: number }[] }[] };
    };
    const [hour] = places.data.locationRecords;
    expect(hour!.minutes[5]!.latitude / 600_000).toBeCloseTo(25.04, 3);
    expect(hour!.minutes.map(({ averageSpeed }) => averageSpeed).slice(1, 16)).toEqual([
      ...Array.from({ length: 10 }, () => 60),
      ...Array.from({ length: 5 }, () => 30),
    ]);
    expect(hour!.minutes[30]!.averageSpeed).toBe(0xff);
  });

  it('asked for what it does not have says so', () => {
    expect(answer(online(), 0x8700, { command: 77 }, 0x0700)).toMatchObject({ data: { command: 'collectError' } });
  });
});

describe('video', () => {
  it('there is none: attributes and lists say so, streams are refused, an upload fails', () => {
    const drill = online();
    expect(answer(drill, 0x9003, {}, 0x1003)).toMatchObject({ maxVideoChannels: 0 });
    expect(result(drill, 0x9301, { channel: 1, direction: 'stop', speed: 0 })).toBe(3);
    drill.input({ kind: 'request', id: 0x9206, serial: 44, body: {} }).until(61);
    expect(drill.sent(0x1206).map(({ body }) => [...body])).toEqual([[0, 44, 1]]);
  });
});
