import { describe, expect, it } from 'vitest';
import { commissioned, found, states } from './support.ts';

/** What the simulated terminal says of itself. */
const OWN = { terminal: '13800000077', plateColor: 'yellow', terminalId: 'X000000' } as const;

describe('commissioning a terminal on a cable', () => {
  it('passes a good one, with everything measured and drilled', async () => {
    const { outcomes, notes, asked } = await commissioned({
      expected: OWN,
      hand: {},
      template: { params: { heartbeatInterval: 30, defaultReportInterval: 15 } },
    });
    expect(found(outcomes)).toEqual([]);
    expect(states(outcomes)).toEqual({
      connect: 'passed',
      device: 'passed',
      identity: 'passed',
      parameters: 'passed',
      gnss: 'passed',
      clock: 'passed',
      cellular: 'passed',
      power: 'passed',
      acc: 'passed',
      speed: 'passed',
      drillPower: 'passed',
      drillAntenna: 'passed',
      drillCase: 'passed',
      camera: 'passed',
      roundTrip: 'no-gateway',
      lifeCycle: 'no-gateway',
    });
    expect(asked).toContain('cutPower');
    expect(notes.changed).toEqual([
      { name: 'heartbeatInterval', before: 60, after: 30 },
      { name: 'defaultReportInterval', before: 10, after: 15 },
    ]);
    expect(notes.baseline.restMv).toBeCloseTo(12_600, -3);
    expect(notes.photos).toHaveLength(1);
  });

  const ORDER = {
    ...OWN,
    workOrder: 'WO-1',
    plate: '云A12345',
    plateColor: 'blue',
    vin: 'LXJTEST0000000001',
    division: '530102',
    iccid: '89860000000000000042',
  };
  const GOOD =
    'set plateNumber=云A12345 plateColor=blue provinceId=53 cityId=102 vin=LXJTEST0000000001 iccid=89860000000000000042 mainServerAddress=jt808.example.cn:8808';
  const SERVER = { server: { host: 'jt808.example.cn', port: 8808 } };

  it.each([
    ['is right', [], []],
    ['has no BeiDou', ['set systems=gps'], ['device no-beidou-module', 'gnss no-beidou']],
    ['has its antenna open', ['unplug-antenna'], ['gnss antenna-open']],
    ["has another vehicle's plate", ['set plateNumber=云B99999'], ['identity wrong-plate']],
    ["reports to another's server", ['set mainServerAddress=other.example.com:7611'], ['parameters wrong-server']],
    ['has its ACC wire tied', ['tie-acc'], ['acc acc-tied']],
    ['has a flat backup battery', ['charge 5'], ['power backup-flat']],
    ['has the SIM of another order', ['set iccid=89860000000000000099'], ['device other-iccid']],
    ['has its clock off', ['clock 600'], ['clock clock-off']],
  ])('one that %s', async (_what, before, expected) => {
    const { outcomes, notes } = await commissioned({ expected: ORDER, template: SERVER, before: [GOOD, ...before] });
    expect(found(outcomes)).toEqual(expected);
    // What was another's is the order's when it is left.
    expect(notes.after).toMatchObject({ plateNumber: '云A12345', mainServerAddress: 'jt808.example.cn:8808' });
  });
});
