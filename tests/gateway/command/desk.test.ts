import { describe, expect, it } from 'vitest';
import type { GroupRequest, GroupStep } from '../../../gateway/command/group.ts';
import { RECORD_KIND } from '../../../gateway/journal/record.ts';
import { ID, locationBody, NOON, type Speaker } from '../../support/terminal-frames.ts';
import { factsOf, Rig, type RigOptions, type Terminal } from '../support/rig.ts';
import { acknowledge, asked, HOUR, lastSerial, order, outcomeOf, states, submit } from './support.ts';

const FLEET: readonly Speaker[] = [
  { phone: '013900000001', revision: 2013 },
  { phone: '013900000002', revision: 2013 },
  { phone: '00000000013900000003', revision: 2019, version: 1 },
];
const NAMES = ['13900000001', '13900000002', '13900000003'];

const text = (id: string, over: Partial<GroupRequest> = {}): GroupRequest => ({
  id,
  target: { terminals: NAMES },
  scope: '',
  type: 'textMessage',
  body: { flag: ['urgent'], textType: 'notification', text: '集合' },
  expiresAt: NOON + HOUR,
  by: 'dispatcher',
  ...over,
});

async function many(rig: Rig, request: GroupRequest): Promise<string> {
  const outcome = outcomeOf(rig.core.desk.many(request));
  await rig.run();
  return outcome;
}

/** Three terminals that are logged in, a degree of latitude apart from the first. */
async function fleet(options?: RigOptions): Promise<{ rig: Rig; cars: Terminal[] }> {
  const rig = await new Rig(options).start();
  const cars: Terminal[] = [];
  for (const [i, speaker] of FLEET.entries()) {
    const car = await rig.login(speaker);
    car.say(ID.location, locationBody({ latitude: 24 + i, longitude: 102, time: rig.clock.now() }, speaker.revision));
    await rig.run();
    car.forget();
    cars.push(car);
  }
  return { rig, cars };
}

const groupSteps = (rig: Rig): GroupStep[] =>
  (factsOf(rig.disk, 'command') as GroupStep[]).filter(({ group }) => group !== undefined);
const chosen = (rig: Rig, id: string): string[] =>
  rig.core.groups.get(id)!.order.terminals.map(({ terminal }) => terminal);

describe('a command to many', () => {
  it('is one for each of them, in the form of its revision, with the reply of each', async () => {
    const { rig, cars } = await fleet();
    expect(await many(rig, text('g'))).toBe('accepted');
    expect(cars.map((car) => car.answers.map(({ body }) => body))).toEqual([
      [{ flag: 1, text: '集合' }],
      [{ flag: 1, text: '集合' }],
      [{ flag: 2, textType: 'notification', text: '集合' }],
    ]);
    acknowledge(cars[0]!, ID.text);
    await rig.run();
    expect(NAMES.map((name) => rig.core.commands.get(`g:${name}`)?.state)).toEqual(['done', 'sent', 'sent']);
    expect(rig.core.commands.get('g:13900000001')?.order).toMatchObject({ group: 'g', by: 'dispatcher' });
    expect(rig.core.groups.get('g')).toMatchObject({ state: 'launched', order: { by: 'dispatcher' } });
  });

  it('is the same command when it comes again, and a conflict when it is another', async () => {
    const { rig, cars } = await fleet();
    const both = Promise.all([rig.core.desk.many(text('g')), rig.core.desk.many(text('g'))]);
    await rig.run();
    await both;
    expect(await many(rig, text('g'))).toBe('accepted');
    expect(cars.map((car) => asked(car).length)).toEqual([1, 1, 1]);
    expect(await many(rig, text('g', { body: { flag: [], text: 'other' } }))).toBe('COMMAND_CONFLICT');
    expect(await many(rig, text('g', { target: { division: '53' } }))).toBe('COMMAND_CONFLICT');
    expect(await outcomeOf(rig.core.desk.one(order('g', 'locationQuery', {}, { terminal: NAMES[0]! })))).toBe(
      'COMMAND_CONFLICT',
    );
    expect(await submit(rig, order('single', 'locationQuery', {}, { terminal: NAMES[0]! }))).toBe('accepted');
    expect(await many(rig, text('single'))).toBe('COMMAND_CONFLICT');
  });

  it('to a division reaches those of it, also those that come back later', async () => {
    const { rig, cars } = await fleet();
    cars[1]!.link.close('local');
    await rig.run();
    await many(rig, text('here', { target: { division: '5301' } }));
    await many(rig, text('now', { target: { division: '5301', online: true } }));
    expect(await many(rig, text('there', { target: { division: '13' } }))).toBe('COMMAND_TARGET');
    expect([chosen(rig, 'here'), chosen(rig, 'now')]).toEqual([NAMES, [NAMES[0], NAMES[2]]]);
    const back = await rig.login(FLEET[1]!, cars[1]!.code);
    expect(states(rig, 'here:13900000002')).toEqual(['accepted', 'sent']);
    expect(back).toBeDefined();
  });

  it('to the nearest takes those that are online with a recent position, by distance', async () => {
    const { rig, cars } = await fleet();
    const near = { latitude: 25.9, longitude: 102, count: 2 };
    await many(rig, text('n', { target: { nearest: near } }));
    expect(rig.core.groups.get('n')!.order.terminals).toEqual([
      { terminal: NAMES[2], distance: 11120 },
      { terminal: NAMES[1], distance: 100_076 },
    ]);
    await many(rig, text('close', { target: { nearest: { ...near, radius: 50_000 } } }));
    expect(chosen(rig, 'close')).toEqual([NAMES[2]]);
    cars[2]!.link.close('local');
    await rig.run();
    await many(rig, text('online', { target: { nearest: near } }));
    expect(chosen(rig, 'online')).toEqual([NAMES[1], NAMES[0]]);
    // Said once, chosen once.
    await many(rig, text('n', { target: { nearest: near } }));
    expect(chosen(rig, 'n')).toEqual([NAMES[2], NAMES[1]]);
    for (let minute = 0; minute < 12; minute++) {
      cars[0]!.say(ID.heartbeat);
      await rig.run(60_000);
    }
    expect(await many(rig, text('stale', { target: { nearest: near } }))).toBe('COMMAND_TARGET');
  });

  it('goes to those that it fits, and names the others', async () => {
    const { rig, cars } = await fleet();
    // 2019 wants the kind of a text.
    await many(rig, text('g', { body: { flag: [], text: 'x' } }));
    expect(cars.map((car) => asked(car).length)).toEqual([1, 1, 0]);
    expect(rig.core.groups.get('g')?.refused).toEqual({
      13900000003: expect.stringMatching(/^COMMAND_BODY: /) as string,
    });
    expect(await many(rig, text('none', { body: { colour: 'red' } }))).toBe('COMMAND_BODY');
  });

  it.each([
    ['names one that nobody knows', { target: { terminals: [...NAMES, '999'] } }, 'COMMAND_TERMINAL'],
    ['names one of another division', { scope: '13' }, 'COMMAND_TERMINAL'],
    ['is for nobody within reach', { scope: '13', target: { division: '' } }, 'COMMAND_TARGET'],
    ['is no message', { type: 'makeCoffee' }, 'COMMAND_TYPE'],
    ['has expired', { expiresAt: NOON - 1 }, 'COMMAND_EXPIRED'],
    ['may do harm and must not', { type: 'vehicleControl', body: {}, mayHarm: false }, 'COMMAND_BODY'],
  ] as const)('that %s changes nothing', async (_what, over, code) => {
    const { rig } = await fleet();
    expect(await many(rig, text('x', over as Partial<GroupRequest>))).toBe(code);
    expect(factsOf(rig.disk, 'command')).toEqual([]);
  });

  it('leaves out a vehicle that stays out, which is not there for a command of its own either', async () => {
    const { rig, cars } = await fleet();
    const { registry } = rig.core;
    registry.exempt = (terminal) => (terminal === NAMES[0] ? ({ id: 'e1' } as never) : undefined);
    await many(rig, text('all', { target: { division: '' } }));
    expect(chosen(rig, 'all')).toEqual([NAMES[1], NAMES[2]]);
    expect(await many(rig, text('named'))).toBe('COMMAND_TERMINAL');
    expect(await submit(rig, order('one', 'locationQuery', {}, { terminal: NAMES[0]! }))).toBe('COMMAND_TERMINAL');
    expect(asked(cars[0]!)).toEqual([]);
  });

  it('half launched as the gateway is killed is whole after the next start, for those that were chosen', async () => {
    const { rig, cars } = await fleet();
    for (const car of cars) car.link.close('local');
    await rig.run();
    const step: GroupStep = {
      group: 'g',
      state: 'accepted',
      order: { ...text('g'), terminals: NAMES.map((terminal) => ({ terminal })) },
    };
    const b = new TextEncoder().encode(JSON.stringify(step));
    const about = { kind: RECORD_KIND.command, receivedAt: rig.clock.now(), link: 0, terminal: '', ackable: false };
    await submit(
      rig,
      order('g:13900000002', 'textMessage', { flag: ['urgent'], text: '集合' }, { terminal: NAMES[1]! }),
    );
    rig.journal.append({ ...about, b, start: 0, end: b.length }, null, 0);
    await rig.run();
    rig.kill();
    await rig.start();
    await rig.run();
    expect(groupSteps(rig).map(({ state }) => state)).toEqual(['accepted', 'launched']);
    expect(NAMES.map((name) => states(rig, `g:${name}`))).toEqual([['accepted'], ['accepted'], ['accepted']]);
    rig.kill();
    await rig.start();
    await rig.run();
    expect(groupSteps(rig).length).toBe(2);
  });

  it('waits for a disk that is full, and loses none', async () => {
    const { rig } = await fleet();
    rig.storage.faults.full = true;
    expect(await many(rig, text('g'))).toBe('JOURNAL_REFUSED');
    rig.storage.faults.full = false;
    await rig.run(3000);
    expect(await many(rig, text('g'))).toBe('accepted');
    expect(NAMES.map((name) => rig.core.commands.get(`g:${name}`)?.state)).toEqual(['sent', 'sent', 'sent']);
  });
});

describe('with approval of what can do harm', () => {
  const DANGEROUS = { core: { commandApproval: 'dangerous' } } as const;
  const reset = (id: string, over = {}) =>
    order(id, 'terminalControl', { command: 'reset' }, { terminal: NAMES[0]!, ...over });
  const second = { name: 'second', scope: '' };

  it('a command waits, is sent when a second person lets it through, and says who did', async () => {
    const { rig, cars } = await fleet(DANGEROUS);
    expect(await submit(rig, reset('r'))).toBe('accepted');
    expect([asked(cars[0]!), states(rig, 'r')]).toEqual([[], ['accepted']]);
    expect(await outcomeOf(rig.core.desk.approve('r', { name: 'dispatcher', scope: '' }))).toBe('COMMAND_SAME_PERSON');
    expect(await outcomeOf(rig.core.desk.approve('r', { name: 'far', scope: '13' }))).toBe('COMMAND_UNKNOWN');
    const approved = outcomeOf(rig.core.desk.approve('r', second));
    await rig.run();
    expect(await approved).toBe('accepted');
    expect(asked(cars[0]!)).toEqual(['8105#3']);
    expect(rig.core.commands.get('r')).toMatchObject({
      state: 'sent',
      approvedBy: 'second',
      order: { by: 'dispatcher' },
    });
    expect(await outcomeOf(rig.core.desk.approve('r', second))).toBe('COMMAND_NOT_AWAITING');
    acknowledge(cars[0]!, 0x8105, lastSerial(cars[0]!));
    await rig.run();
    expect(rig.core.commands.get('r')).toMatchObject({ state: 'done', approvedBy: 'second' });
  });

  it('what does no harm does not wait', async () => {
    const { rig, cars } = await fleet(DANGEROUS);
    await submit(rig, order('q', 'locationQuery', {}, { terminal: NAMES[0]! }));
    expect(asked(cars[0]!).length).toBe(1);
  });

  it('waits over a restart and a login, and expires where nobody lets it through', async () => {
    const { rig, cars } = await fleet(DANGEROUS);
    await submit(rig, reset('r', { expiresAt: rig.clock.now() + 120_000 }));
    rig.kill();
    await rig.start();
    const back = await rig.login(FLEET[0]!, cars[0]!.code);
    expect(asked(back)).toEqual([]);
    await rig.run(121_000);
    expect(rig.core.commands.get('r')).toMatchObject({ state: 'expired', reason: 'Nobody approved it in time.' });
  });

  it('is turned down with a reason', async () => {
    const { rig, cars } = await fleet(DANGEROUS);
    await submit(rig, reset('r'));
    await rig.core.desk.reject('r', second, 'not today');
    await rig.run();
    expect(rig.core.commands.get('r')).toMatchObject({
      state: 'failed',
      code: 'COMMAND_REJECTED',
      reason: 'second: not today',
    });
    expect(await outcomeOf(rig.core.desk.approve('r', second))).toBe('COMMAND_NOT_AWAITING');
    expect(asked(cars[0]!)).toEqual([]);
  });

  it('a command to many waits as one, and none of them is asked before', async () => {
    const { rig, cars } = await fleet(DANGEROUS);
    await many(rig, text('g', { type: 'terminalControl', body: { command: 'reset' } }));
    await many(
      rig,
      text('h', { type: 'terminalControl', body: { command: 'reset' }, expiresAt: rig.clock.now() + 60_000 }),
    );
    expect([cars.flatMap(asked), [...rig.core.commands.terminals()]]).toEqual([[], []]);
    rig.kill();
    await rig.start();
    const approved = outcomeOf(rig.core.desk.approve('g', second));
    await rig.run();
    expect(await approved).toBe('accepted');
    expect(NAMES.map((name) => states(rig, `g:${name}`))).toEqual([['accepted'], ['accepted'], ['accepted']]);
    expect(rig.core.groups.get('g')).toMatchObject({ state: 'launched', approvedBy: 'second' });
    await rig.run(61_000);
    expect(rig.core.groups.get('h')).toMatchObject({ state: 'expired' });
    expect(await outcomeOf(rig.core.desk.approve('h', second))).toBe('COMMAND_NOT_AWAITING');
  });

  it('takes the right to do harm as well', async () => {
    const { rig } = await fleet(DANGEROUS);
    expect(await submit(rig, reset('r', { mayHarm: false }))).toBe('COMMAND_RIGHT');
    expect(await many(rig, text('g', { type: 'terminalControl', body: { command: 'reset' }, mayHarm: false }))).toBe(
      'COMMAND_RIGHT',
    );
    expect(await submit(rig, order('q', 'locationQuery', {}, { terminal: NAMES[0]!, mayHarm: false }))).toBe(
      'accepted',
    );
  });
});
