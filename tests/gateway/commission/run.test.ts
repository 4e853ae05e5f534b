import { describe, expect, it } from 'vitest';
import { GatewayFault, type GatewayView } from '../../../gateway/commission/server.ts';
import type { LifeState } from '../../../gateway/registry/life-cycle.ts';
import { commissioned, found, states } from './support.ts';

/** What the simulated terminal says of itself. */
const OWN = { terminal: '13800000077', plateColor: 'yellow', terminalId: 'X000024' } as const;

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

/** A gateway that knows the terminal, raises what it is told to, and takes every step. */
function gateway(over: Partial<GatewayView> & { readonly raises?: readonly string[] } = {}) {
  const taken: unknown[] = [];
  let state: LifeState | undefined = 'inService';
  const view: GatewayView = {
    url: 'http://gateway',
    terminal: async () => ({ online: true, lastHeardAt: null }),
    events: async () => (over.raises ?? []).map((code) => ({ code, at: '2099-01-01T00:00:00Z' })),
    roundTrip: async () => ({ state: 'done', ms: 120 }),
    lifeState: async () => state,
    order: async () => undefined,
    advance: async (_terminal, to, more) => {
      taken.push([to, more]);
      state = to;
    },
    ...over,
  };
  return { view, taken };
}

describe('drills', () => {
  it('that the terminal does not tell of fail by their names', async () => {
    const { outcomes } = await commissioned({
      expected: OWN,
      hand: { cutPower: 'nothing', unplugAntenna: 'nothing', openCase: 'nothing', keyOn: 'nothing' },
    });
    expect(found(outcomes)).toEqual([
      'acc acc-cut',
      'drillPower cut-not-seen',
      'drillAntenna unplug-not-seen',
      'drillCase case-not-seen',
    ]);
  });

  it('show a backup battery that does not hold', async () => {
    const { outcomes } = await commissioned({ expected: OWN, before: ['remove-battery'], hand: {} });
    expect(found(outcomes)).toContain('drillPower cut-silent');
  });

  it('whose end is not seen leave something open', async () => {
    const { outcomes } = await commissioned({ expected: OWN, hand: { closeCase: 'nothing' } });
    expect(found(outcomes)).toEqual(['drillCase case-open']);
  });

  it('are left out by the person who cannot do them', async () => {
    const hand = { cutPower: 'skip', unplugAntenna: 'skip', openCase: 'skip', drive: 'skip' } as const;
    const { outcomes } = await commissioned({ expected: OWN, hand });
    expect(found(outcomes)).toEqual([]);
    expect(states(outcomes)).toMatchObject({ drillPower: 'declined', drillCase: 'declined', speed: 'declined' });
  });

  it('show a speed wire that is cut', async () => {
    const { outcomes } = await commissioned({ expected: OWN, before: ['cut-pulses'], hand: { cutPower: 'skip' } });
    expect(found(outcomes)).toContain('speed no-pulses');
  });

  it('are looked up at the gateway', async () => {
    const seen = await commissioned({
      expected: OWN,
      hand: {},
      gateway: gateway({ raises: ['A8', 'A5', 'T104'] }).view,
    });
    expect(found(seen.outcomes)).toEqual([]);
    expect(seen.notes.events).toContain('A8');
    const blind = await commissioned({ expected: OWN, hand: { openCase: 'skip' }, gateway: gateway().view });
    expect(found(blind.outcomes)).toEqual(['drillPower gateway-blind', 'drillAntenna gateway-blind']);
  });
});

describe('with a gateway', () => {
  it('a job that passed takes the terminal on, with what was measured', async () => {
    const { view, taken } = gateway();
    const { outcomes, notes } = await commissioned({ expected: { ...OWN, workOrder: 'WO-1' }, gateway: view });
    expect(states(outcomes)).toMatchObject({ roundTrip: 'passed', lifeCycle: 'passed' });
    expect(taken).toEqual([['commissioned', { workOrder: 'WO-1', baseline: notes.baseline, record: 'C-1' }]]);
  });

  it('a job that failed takes it nowhere', async () => {
    const { view, taken } = gateway();
    const { outcomes } = await commissioned({ expected: OWN, before: ['clock 600'], gateway: view });
    expect([states(outcomes)['lifeCycle'], taken]).toEqual(['failed-before', []]);
  });

  it.each([
    ['does not know it', { terminal: async () => undefined }, ['roundTrip gateway-unknown']],
    ['has lost it', { terminal: async () => ({ online: false, lastHeardAt: null }) }, ['roundTrip gateway-offline']],
    ['gets no reply', { roundTrip: async () => ({ state: 'timedOut', ms: 30_000 }) }, ['roundTrip no-reply']],
    [
      'is gone',
      { terminal: () => Promise.reject(new GatewayFault('no gateway answers')) },
      ['roundTrip gateway-failed'],
    ],
    ['refuses the step', { advance: () => Promise.reject(new GatewayFault('409')) }, ['lifeCycle life-refused']],
    ['knows it recycled', { lifeState: async (): Promise<LifeState> => 'recycled' }, ['lifeCycle life-refused']],
  ])('that %s, the step says so', async (_what, over, expected) => {
    const { outcomes } = await commissioned({ expected: OWN, gateway: gateway(over).view });
    expect(found(outcomes)).toEqual(expected);
  });
});

describe('other jobs', () => {
  it('a removal notes how the terminal was left, and takes it out of its life in the vehicle', async () => {
    const { view, taken } = gateway();
    const { outcomes, notes } = await commissioned({
      job: 'removal',
      expected: { ...OWN, workOrder: 'WO-9' },
      gateway: view,
    });
    expect(states(outcomes)).toEqual({ connect: 'passed', device: 'passed', lastState: 'passed', lifeCycle: 'passed' });
    expect(taken.map((step) => (step as [LifeState])[0])).toEqual(['removalApproved', 'removed']);
    expect([notes.changed, notes.position !== undefined]).toEqual([[], true]);
  });

  it('a recycled terminal forgets its platform', async () => {
    const { view, taken } = gateway({ lifeState: async () => (taken.length === 0 ? 'removed' : 'recycled') });
    const { outcomes, notes } = await commissioned({
      job: 'recycling',
      expected: OWN,
      template: { server: { host: 'jt808.example.cn', port: 8808 } },
      before: ['set mainServerAddress=jt808.example.cn:8808'],
      gateway: view,
    });
    expect(found(outcomes)).toEqual([]);
    expect([notes.before!['mainServerAddress'], notes.after!['mainServerAddress']]).toEqual([
      'jt808.example.cn:8808',
      '127.0.0.1',
    ]);
  });

  it('another terminal than the order names is left alone', async () => {
    const { outcomes, notes } = await commissioned({
      expected: { ...OWN, terminal: '13900000000' },
      template: { params: { heartbeatInterval: 30 } },
    });
    expect(found(outcomes)).toEqual(['connect other-terminal']);
    expect(states(outcomes)['parameters']).toBe('failed-before');
    expect(notes.changed).toEqual([]);
  });
});

describe('terminals of other kinds', () => {
  it.each([
    ['of 2013 without items of a maker', 'B', { power: 'not-told', drillCase: 'not-told', camera: 'no-camera' }],
    ['of 2013 with its maker’s items', 'C', { power: 'passed', camera: 'no-camera' }],
    ['of 2019 with standard items', 'A', { power: 'not-told', camera: 'passed' }],
  ])('one %s has left out what it cannot tell', async (_what, profile, expected) => {
    const { outcomes } = await commissioned({ profile, expected: { terminal: OWN.terminal } });
    expect(found(outcomes)).toEqual([]);
    expect(states(outcomes)).toMatchObject(expected);
  });

  it('one that dials is looked at as one on a cable, without its receiver’s sentences', async () => {
    const { outcomes } = await commissioned({ way: 'tcp', expected: OWN });
    expect(found(outcomes)).toEqual([]);
    const { measured } = outcomes.find(({ step }) => step === 'gnss')!;
    expect([measured['beidouUsed'], measured['cn0']]).toEqual([true, undefined]);
  });

  it('one that refuses a parameter is asked one by one, and the others are set', async () => {
    const { outcomes, notes } = await commissioned({
      expected: OWN,
      template: { params: { heartbeatInterval: 0, defaultReportInterval: 15 } },
    });
    const { findings } = outcomes.find(({ step }) => step === 'parameters')!;
    expect(findings).toEqual([{ code: 'set-refused', found: 'failure', expected: { heartbeatInterval: 0 } }]);
    expect(notes.changed).toEqual([{ name: 'defaultReportInterval', before: 10, after: 15 }]);
  });
});
