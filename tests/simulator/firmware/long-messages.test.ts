import { describe, expect, it } from 'vitest';
import { codecFor, MAX_BODY } from '../../../protocol/index.ts';
import type { Input } from '../../../simulator/firmware/effects.ts';
import { fileOf } from '../../../simulator/firmware/media.ts';
import { Drill } from '../support/drill.ts';

/** An upgrade package of the platform in parts, first serial 100. */
function upgradeParts(size: number): Input[] {
  const octets = new Uint8Array(2 * size);
  const body = { upgradeType: 'terminal', manufacturerId: 'XJSIM', version: 'V9', data: new Uint8Array(size) } as const;
  const end = codecFor(0x8108, 2019).encode(body, octets, 0);
  const total = Math.ceil(end / MAX_BODY);
  return Array.from({ length: total }, (_, i) => ({
    kind: 'part',
    id: 0x8108,
    serial: 100 + i,
    total,
    number: i + 1,
    body: octets.subarray(i * MAX_BODY, Math.min(end, (i + 1) * MAX_BODY)),
  }));
}

const acked = (drill: Drill, from: number): string[] =>
  drill.sent(0x0001, from).map(({ body }) => Buffer.from(body).toString('hex'));

describe('a long message of the platform', () => {
  it('is joined in any order and answered once, under the serial of its last part', () => {
    const drill = new Drill('A').until(60);
    const parts = upgradeParts(3000);
    for (const part of [parts[2]!, parts[0]!, parts[0]!, parts[1]!]) drill.input(part);
    expect(acked(drill, 60)).toEqual(['0066810800']);
  });

  it('of which parts are missing is asked for three times, then given up', () => {
    const drill = new Drill('A').until(60);
    const [first, , third] = upgradeParts(3000);
    drill.input(first!).input(third!).until(200);
    const asked = drill.sent(0x0005, 60);
    expect(asked.map(({ t }) => t)).toEqual([70, 80, 90]);
    expect(Buffer.from(asked[0]!.body).toString('hex')).toBe('006400010002');
    expect(drill.terminal.joining).toBeUndefined();
  });

  it('too long is refused', () => {
    const drill = new Drill('A').until(60);
    drill.input({ kind: 'part', id: 0x8108, serial: 5, total: 65_535, number: 1, body: new Uint8Array(9) });
    expect(acked(drill, 60)).toEqual(['0005810803']);
  });
});

describe('an upgrade', () => {
  it('starts the terminal anew; it logs in as another and tells', () => {
    const drill = new Drill('A').until(60);
    for (const part of upgradeParts(3000)) drill.input(part);
    drill.until(160);
    expect(drill.notes().map(([, what]) => what)).toEqual([
      'booted',
      'registered',
      'online',
      'upgraded',
      'powerLost',
      'booted',
      'online',
    ]);
    expect(drill.terminal.papers?.software).toBe('V9');
    expect(drill.sent(0x0108).map(({ body }) => [...body])).toEqual([[0, 0]]);
    const login = drill.decode(0x0102 as 0x0200, drill.sent(0x0102).at(-1)!.body) as unknown as {
      softwareVersion: string;
    };
    expect(login.softwareVersion).toBe('V9');
  });
});

describe('a picture', () => {
  const shoot = { channelId: 1, command: 2, interval: 3, saveFlag: 'uploadInRealTime', resolution: '320x240' } as const;
  const look = { quality: 5, brightness: 0, contrast: 0, saturation: 0, chroma: 0 };

  it('that is asked for is taken, named, and sent in parts with serials of their own', () => {
    const drill = new Drill('A').until(60);
    drill.ask(0x8801, { ...shoot, ...look });
    drill.until(70);
    const answer = drill.decode(0x0805 as 0x0200, drill.sent(0x0805)[0]!.body);
    expect(answer).toMatchObject({ result: 'success', multimediaIds: [1, 2] });
    const parts = drill.sent(0x0801);
    expect(parts.length).toBe(Math.ceil((36 + fileOf({ type: 'image', width: 320, height: 240 }).length) / MAX_BODY));
    expect(parts.map(({ number }) => number)).toEqual(parts.map((_, i) => i + 1));
    expect(parts.map(({ serial }) => serial - parts[0]!.serial)).toEqual(parts.map((_, i) => i));
    const whole = Buffer.concat(parts.map(({ body }) => body));
    expect(drill.decode(0x0801 as 0x0200, whole)).toMatchObject({ multimediaId: 1, type: 'image', channelId: 1 });
  });

  it('of which parts are missing sends those again; then the next one goes', () => {
    const drill = new Drill('A').until(60);
    drill.ask(0x8801, { ...shoot, ...look });
    drill.until(64);
    const again = drill.ask(0x8800, { multimediaId: 1, packageIds: [2, 4] });
    expect(again.map(({ number, again: repeated }) => [number, repeated])).toEqual([
      [2, true],
      [4, true],
    ]);
    drill.ask(0x8800, { multimediaId: 1 });
    expect(drill.terminal.kept?.media.has(1)).toBe(false);
    expect(drill.until(65).terminal.kept?.uploading).toBe(2);
    drill.ask(0x8800, { multimediaId: 2 });
    expect(drill.terminal.kept?.outbox).toEqual([]);
  });

  it('that is stored is found, and sent when it is asked for', () => {
    const drill = new Drill('A').until(60);
    drill.ask(0x8801, { ...shoot, ...look, saveFlag: 'store' });
    drill.until(70);
    expect(drill.sent(0x0801)).toEqual([]);
    const period = { startTime: Number.NaN, endTime: Number.NaN };
    const [found] = drill.ask(0x8802, { type: 'image', channelId: 0, event: 'platformCommand', ...period });
    expect(drill.decode(0x0802 as 0x0200, found!.body)).toMatchObject({
      items: [{ multimediaId: 1 }, { multimediaId: 2 }],
    });
    drill.ask(0x8805, { multimediaId: 2, deleteFlag: 'keep' });
    expect(drill.until(71).sent(0x0801).length).toBeGreaterThan(1);
  });

  it('is given up after three links that died with it', () => {
    const drill = new Drill('A').until(60);
    drill.ask(0x8801, { ...shoot, ...look, command: 1 });
    drill.until(1200);
    expect(drill.terminal.kept?.outbox).toEqual([]);
    expect(drill.terminal.phase).toBe('online');
  });

  it('is a JPEG of that size, and sound is a WAV', () => {
    const jpeg = fileOf({ type: 'image', width: 640, height: 480 });
    expect([...jpeg.subarray(0, 3), ...jpeg.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xff, 0xd9]);
    const frame = Buffer.from(jpeg).indexOf(Buffer.of(0xff, 0xc0));
    expect(new DataView(jpeg.buffer).getUint16(frame + 5)).toBe(480);
    expect(new DataView(jpeg.buffer).getUint16(frame + 7)).toBe(640);
    expect(fileOf({ type: 'audio', width: 2, height: 0 }).length).toBe(44 + 16_000);
  });

  it.each([
    [0, 1],
    [2 ** 8, 0],
  ])('is taken on an alarm where a parameter says so, and sent or stored (0x0053: %i)', (stored, sent) => {
    const drill = new Drill('A').until(60);
    drill.ask(0x8103, { params: { alarmPhotoSwitch: 2 ** 8, alarmPhotoStoreFlag: stored } });
    drill.set({ supply: 0 }).until(66);
    expect(drill.terminal.kept?.media.size).toBe(1);
    expect(drill.sent(0x0801).filter(({ number }) => number === 1)).toHaveLength(sent);
  });

  it('is taken every so many metres where a parameter says so', () => {
    const drill = new Drill('A', { acc: true, speed: 36, supply: 14 }).until(60);
    // Channel 1, stored, every 200 m.
    drill.ask(0x8103, { params: { fixedDistancePhotoControl: (200 << 17) | 1 } });
    drill.until(102);
    expect([...(drill.terminal.kept?.media.values() ?? [])].map(({ event }) => event)).toEqual([
      'fixedDistance',
      'fixedDistance',
    ]);
  });

  it('is taken by the clock where a parameter says so', () => {
    const drill = new Drill('A').until(60);
    // Channel 1, sent, every 30 s.
    drill.ask(0x8103, { params: { timedPhotoControl: (30 << 17) | 0x0101 } });
    drill.until(100);
    expect(drill.sent(0x0800).map(({ t }) => t)).toEqual([90]);
    expect(drill.sent(0x0801).length).toBeGreaterThan(1);
  });
});

it('a retransmission of parts has the octets and serials of the first time', () => {
  const drill = new Drill('A').until(60);
  drill.ask(0x8801, {
    channelId: 1,
    command: 1,
    interval: 0,
    saveFlag: 'uploadInRealTime',
    resolution: '320x240',
    quality: 1,
    brightness: 0,
    contrast: 0,
    saturation: 0,
    chroma: 0,
  });
  drill.until(62);
  const parts = drill.sent(0x0801);
  const again = drill.ask(0x8003, { originalSerial: parts[0]!.serial, packageIds: [3] });
  expect(again).toMatchObject([{ serial: parts[2]!.serial, number: 3, again: true, body: parts[2]!.body }]);
});
