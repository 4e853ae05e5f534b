import { describe, expect, it } from 'vitest';
import { ALARM_BITS, type AlarmName, STATUS_BITS } from '../../../protocol/index.ts';
import { alarmWord } from '../../../simulator/firmware/device.ts';
import type { Causes } from '../../../simulator/world/causes.ts';
import { Drill } from '../support/drill.ts';

const has = (word: number, name: AlarmName): boolean => ((word >>> ALARM_BITS[name]) & 1) === 1;
const DRIVING: Partial<Causes> = { acc: true, engine: true, speed: 60, supply: 14.1 };

/** When the terminal, parked or driving since the start, first reported the alarm; NaN: never. */
function reportedAt(drill: Drill, name: AlarmName, from: number): number {
  return drill.reports(from).find(({ alarm }) => has(Number(alarm), name))?.t ?? Number.NaN;
}

describe('a case', () => {
  it.each(['C', 'D', 'E'])('that is opened is told at once by profile %s, parked as it may be', (profile) => {
    const drill = new Drill(profile).until(610).set({ caseOpen: true }).until(613);
    expect(drill.reports(610)).toHaveLength(1);
    drill.until(1000).set({ caseOpen: false }).until(1003);
    expect(drill.reports(1000)).toHaveLength(1);
  });
});

describe('supply', () => {
  it.each([
    [12, 6.4, 3],
    [24, 8.9, 3],
  ] as const)('of class %i V is lost below its threshold, and told 3 s later', (system, supply, after) => {
    const drill = new Drill('A', { system, supply: system === 12 ? 12.6 : 25.4 }).until(600).set({ supply }).until(660);
    expect(reportedAt(drill, 'mainPowerOff', 600)).toBe(600 + after);
    expect(has(alarmWord(drill.terminal.device!), 'mainPowerLow')).toBe(false);
  });

  it.each([
    [12, 10.9],
    [24, 21.9],
  ] as const)('of class %i V is low below its threshold, and told 10 s later', (system, supply) => {
    const drill = new Drill('A', { system, supply: system === 12 ? 12.6 : 25.4 }).until(600).set({ supply }).until(660);
    expect(reportedAt(drill, 'mainPowerLow', 600)).toBe(610);
    drill.set({ supply: system === 12 ? 12.6 : 25.4 }).until(700);
    expect(Number(drill.lastReport().alarm)).toBe(0);
  });

  it('that dips as a starter turns is nothing', () => {
    const drill = new Drill('A').until(600).set({ supply: 8.5 }).until(601.5).set({ supply: 14 }).until(700);
    expect(drill.reports(600).every(({ alarm }) => alarm === 0)).toBe(true);
  });

  it.each([
    ['A', 900],
    ['C', 10_800],
    ['stress', 1800],
  ])('that is gone is bridged by the battery of profile %s for %i s, then nobody is told', (profile, lasts) => {
    const drill = new Drill(profile)
      .until(600)
      .set({ supply: 0 })
      .until(600 + lasts - 1);
    expect(drill.terminal.phase).not.toBe('off');
    drill.until(600 + lasts + 1);
    expect(drill.terminal.phase).toBe('off');
    const last = drill.effects.flatMap(({ effect }) => (effect.kind === 'hangUp' ? [effect.how] : [])).at(-1);
    expect(last ?? 'silent').toBe('silent');
  });

  it('that is gone with the battery is silence in the same instant, and 40 s after it comes back a login', () => {
    const drill = new Drill('D', DRIVING).until(600).set({ supply: 0, backupPresent: false });
    const before = drill.effects.length;
    drill.until(3600);
    expect(drill.effects.length).toBe(before);
    drill.set({ supply: 14, backupPresent: true }).until(3700);
    expect(drill.notes().filter(([t]) => t >= 3600)).toEqual([
      [3625, 'booted'],
      [3640, 'online'],
    ]);
    expect(drill.lastReport().items.mileage).toBeCloseTo(1000 + 60 / 6 + (60 * 75) / 3600, 0);
  });

  it('restarts a unit without battery when it dips too far', () => {
    const drill = new Drill('B').until(600).set({ supply: 5.5 }).until(603).set({ supply: 14 }).until(700);
    expect(drill.notes().filter(([t]) => t >= 600)).toEqual([
      [600, 'powerLost'],
      [628, 'booted'],
      [643, 'online'],
    ]);
  });

  it('fills the battery again in two hours', () => {
    const drill = new Drill('A').until(600).set({ supply: 0 }).until(1050).set({ supply: 12.6 });
    expect(drill.terminal.device?.power.charge).toBeCloseTo(0.5, 2);
    drill.until(1050 + 3600);
    expect(drill.terminal.device?.power.charge).toBeCloseTo(1, 2);
  });

  it('is given up when the unit gets too hot', () => {
    const drill = new Drill('A').until(600).set({ temperature: 90 }).until(700);
    expect(drill.terminal.phase).toBe('off');
    drill.set({ temperature: 60 }).until(800);
    expect(drill.terminal.phase).toBe('online');
  });
});

describe('the receiver', () => {
  const positioned = (drill: Drill): boolean => ((Number(drill.lastReport().status) >>> 1) & 1) === 1;

  it.each([
    ['gnssAntennaCut', 'open'],
    ['gnssAntennaShort', 'short'],
  ] as const)('tells %s a second after the antenna is %s', (name, gnssAntenna) => {
    const drill = new Drill('A', DRIVING).until(600).set({ gnssAntenna }).until(660);
    expect(reportedAt(drill, name, 600)).toBe(601);
    expect(positioned(drill)).toBe(false);
    expect(drill.lastReport().items.satellites).toBe(0);
  });

  it('sees nothing wrong in a load that hides the open circuit, but has no fix', () => {
    const drill = new Drill('A', DRIVING).until(600).set({ gnssAntenna: 'dummy' }).until(660);
    expect(Number(drill.lastReport().alarm)).toBe(0);
    expect(positioned(drill)).toBe(false);
  });

  it('tells a fault of its module', () => {
    const drill = new Drill('A', DRIVING).until(600).set({ gnssModule: 'fault' }).until(660);
    expect(reportedAt(drill, 'gnssFault', 600)).toBe(605);
  });

  it.each([
    [-140, 0, true, 0],
    [-96, 12.3, true, 1],
    [-78, 30, false, 2],
  ])('with interference of %d dBm loses %d dB', (gnssJam, drop, fix, state) => {
    const drill = new Drill('E', DRIVING).until(600).set({ gnssJam }).until(660);
    const { items } = drill.lastReport();
    const vendor = new Map(items.unknown?.map(({ id, bytes }) => [id, bytes]));
    const told = vendor.get(0xe5)!;
    expect(((told[0]! << 8) | told[1]!) / 10).toBeCloseTo(drop, 0);
    expect(vendor.get(0xe6)).toEqual(Uint8Array.of(state));
    expect(positioned(drill)).toBe(fix);
  });

  it('under a cover is as without sky, and its gain does not move', () => {
    const drill = new Drill('E', DRIVING).until(600).set({ gnssCover: 32 }).until(660);
    expect(positioned(drill)).toBe(false);
    expect(drill.terminal.device?.receiver.agcDrop).toBe(0);
  });

  it.each([
    ['hot', 120, 5],
    ['warm', 7300, 35],
  ])('finds its place %s, after %i s without, in %i s', (_how, gone, takes) => {
    const drill = new Drill('A', DRIVING)
      .until(600)
      .set({ skyAttenuation: 60 })
      .until(600 + gone);
    drill.set({ skyAttenuation: 0 }).until(600 + gone + takes - 1);
    expect(drill.terminal.device?.receiver.fix).toBe(false);
    drill.until(600 + gone + takes);
    expect(drill.terminal.device?.receiver.fix).toBe(true);
  });

  it('finds it in four minutes when it has forgotten everything', () => {
    const drill = new Drill('A', DRIVING).until(600).local({ what: 'coldStart' }).until(839);
    expect(drill.terminal.device?.receiver.fix).toBe(false);
    expect(drill.until(840).terminal.device?.receiver.fix).toBe(true);
  });

  it('forgets also while it is dark, and then needs the four minutes from the power on', () => {
    const drill = new Drill('B').until(600).set({ supply: 0 }).until(700).local({ what: 'coldStart' }).until(800);
    drill.set({ supply: 12.6 }).until(1039);
    expect(drill.terminal.device?.receiver.fix).toBe(false);
    expect(drill.until(1040).terminal.device?.receiver.fix).toBe(true);
  });

  it('stays where it was last while it has no fix', () => {
    const drill = new Drill('A', DRIVING).until(600);
    drill.set({ skyAttenuation: 60 }).until(660);
    const { longitude } = drill.lastReport();
    drill.until(720);
    expect(drill.lastReport().longitude).toBe(longitude);
  });

  it('believes a counterfeit of a parked vehicle while the pulses go on', () => {
    const drill = new Drill('A', DRIVING)
      .until(600)
      .set({ spoof: { type: 'static', jitter: 'none' } })
      .until(700);
    const [from, to] = [drill.reports(610).at(0)!, drill.lastReport()];
    expect([to.latitude, to.longitude, to.speed]).toEqual([from.latitude, from.longitude, 0]);
    expect(to.items.recorderSpeed).toBe(60);
  });

  it('is led astray by a drag, a repeater and a false time', () => {
    const drill = new Drill('A').until(600);
    const { longitude } = drill.terminal.device!.receiver;
    const metres = (degrees: number): number => degrees * 111_195 * Math.cos((25.04 * Math.PI) / 180);
    drill.set({ spoof: { type: 'drag', metresPerSecond: 3 }, multipath: 0 }).until(700);
    expect(metres(drill.terminal.device!.receiver.longitude - longitude)).toBeCloseTo(300, -1.3);
    drill.set({ spoof: { type: 'repeater', offset: 150 } }).until(760);
    expect(metres(drill.terminal.device!.receiver.longitude - longitude)).toBeCloseTo(150, -1.3);
    drill.set({ spoof: { type: 'time', seconds: -10_800 } }).until(830);
    const { t, time } = drill.lastReport();
    expect(time - drill.reports()[0]!.time).toBeCloseTo((t - drill.reports()[0]!.t - 10_800) * 1000, -3.5);
  });
});

describe('the modem', () => {
  it.each<[string, Partial<Causes>]>([
    ['a garage', { csq: 0 }],
    ['a wrapped antenna', { cellAttenuation: 60 }],
    ['a jammer', { cellJam: 15 }],
    ['no card', { sim: 'removed' }],
    ['a suspended card', { sim: 'suspended' }],
    ['a carrier that is down', { network: 'outage' }],
  ])('%s: the link dies without a word; service is back, and 15 s later there is a login', (_what, causes) => {
    const drill = new Drill('A', DRIVING).until(600).set(causes).until(1200);
    expect(drill.sent(0x0200, 601)).toEqual([]);
    const hangUps = drill.effects.flatMap(({ t, effect }) => (effect.kind === 'hangUp' ? [[t, effect.how]] : []));
    expect(hangUps).toEqual([[605, 'silent']]);
    drill.set({ csq: 25, cellAttenuation: 0, cellJam: -40, sim: 'ok', network: 'ok' }).until(1230);
    expect(drill.notes().at(-1)).toEqual([1215, 'online']);
    // What was made meanwhile comes afterwards, oldest first.
    const [first] = drill.sent(0x0704, 1215);
    expect(drill.decode(0x0704 as 0x0200, first!.body)).toMatchObject({ dataType: 'blindZoneSupplement' });
  });

  it('bears a gap of some seconds', () => {
    const drill = new Drill('A', DRIVING).until(600).set({ cellJam: 20 }).until(604).set({ cellJam: -40 }).until(700);
    expect(drill.notes().map(([, what]) => what)).toEqual(['booted', 'registered', 'online']);
  });

  it.each([
    ['A', 25 + 7],
    ['B', 99],
    ['stress', 25],
  ])('of profile %s, blocked, says %i of the signal', (profile, csq) => {
    const drill = new Drill(profile, DRIVING).until(600).set({ cellJam: 15 }).until(700);
    const said = drill.terminal.device!.modem.csq;
    expect(Math.abs(Math.min(31, csq) - (csq === 99 ? 31 + said - 99 : said))).toBeLessThanOrEqual(3);
  });

  it('at the edge of service comes and goes', () => {
    const drill = new Drill('A', { ...DRIVING, cellAttenuation: 44 }).until(7200);
    const notes = drill.notes().map(([, what]) => what);
    expect(notes.filter((what) => what === 'serviceLost').length).toBeGreaterThan(3);
    expect(notes.filter((what) => what === 'online').length).toBeGreaterThan(1);
  });

  it('attaches anew with another card', () => {
    const drill = new Drill('C').until(600).set({ iccid: '89861111111111111111' }).until(660);
    expect(drill.notes().filter(([t]) => t >= 600)).toEqual([
      [600, 'serviceLost'],
      // The next measurement of the network is at 610 s.
      [625, 'online'],
    ]);
    const told = drill.lastReport().items.unknown?.find(({ id }) => id === 0xf1)?.bytes;
    expect(String.fromCharCode(...(told ?? []))).toBe('89861111111111111111');
  });
});

describe('the wires', () => {
  it.each([
    ['ok', true, 1],
    ['cut', true, 0],
    ['tied_high', false, 1],
  ] as const)('of the ignition, %s: with the key at %s the status says %i', (accWire, acc, status) => {
    const drill = new Drill('A', { accWire, acc }).until(200);
    expect(Number(drill.lastReport().status) & 1).toBe(status);
  });

  it('a turned key is reported a second later', () => {
    const drill = new Drill('A').until(600).set({ acc: true }).until(605);
    expect(drill.reports(600).map(({ t }) => t)).toEqual([601]);
  });

  it('without pulses the speed is none and the way comes from the sky', () => {
    const drill = new Drill('A', { ...DRIVING, vss: 'cut' }).until(640);
    expect(drill.lastReport().items.recorderSpeed).toBe(0);
    expect(drill.lastReport().items.mileage).toBeCloseTo(1010, 0);
  });

  it('that are deceived together say that it stands, whatever is true', () => {
    const drill = new Drill('A').until(100).set({ ...DRIVING, vss: 'cut', spoof: { type: 'static', jitter: 'none' } });
    const { status, speed, items } = drill.until(200).lastReport();
    expect([speed, items.recorderSpeed, Number(status) & (2 ** STATUS_BITS.moving)]).toEqual([0, 0, 0]);
    expect(items.mileage).toBe(1000);
  });

  it('counts what the gearbox says, not what is true', () => {
    const drill = new Drill('A', { ...DRIVING, vssScale: 1.1 }).until(3625);
    expect(drill.lastReport().items.mileage).toBeCloseTo(1066, 0);
    expect(drill.lastReport().items.recorderSpeed).toBe(66);
  });
});
