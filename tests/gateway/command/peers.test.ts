/** A command to the nearest, whose terminals are with two workers. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { GroupRequest } from '../../../gateway/command/group.ts';
import { type Peers, refusedAll } from '../../../gateway/command/peers.ts';
import { ID, locationBody, NOON, type Speaker } from '../../support/terminal-frames.ts';
import { Rig, type Terminal } from '../support/rig.ts';
import { HOUR, outcomeOf } from './support.ts';

const speaker = (n: number): Speaker => ({ phone: `01390000000${n}`, revision: 2013 });
const name = (n: number): string => `1390000000${n}`;

const nearest = (over: Partial<GroupRequest> = {}): GroupRequest => ({
  id: 'g',
  target: { nearest: { latitude: 24, longitude: 102, count: 3 } },
  scope: '',
  type: 'textMessage',
  body: { flag: ['urgent'], text: '集合' },
  expiresAt: NOON + HOUR,
  by: 'dispatcher',
  ...over,
});

let here: Rig;
let there: Rig;
let reachable: boolean;
const cars: Terminal[] = [];

/** Cars 1 and 3 are here, 2 and 4 there; the lower the number, the nearer. */
beforeEach(async () => {
  reachable = true;
  cars.length = 0;
  const peers: Peers = {
    nearest: async (point, scope) => (reachable ? there.core.desk.nearest(point, scope) : []),
    async part(request, terminals) {
      if (!reachable) throw new Error('it is down');
      const outcome = outcomeOf(there.core.desk.part(request, terminals));
      await there.run();
      const code = await outcome;
      return code === 'accepted' ? {} : refusedAll(terminals, `${code}: no`);
    },
  };
  here = await new Rig({ peers }).start();
  there = await new Rig().start();
  for (const n of [1, 2, 3, 4]) {
    const rig = n % 2 === 1 ? here : there;
    const car = await rig.login(speaker(n));
    car.say(ID.location, locationBody({ latitude: 24 + n, longitude: 102, time: rig.clock.now() }, 2013));
    await rig.run();
    car.forget();
    cars.push(car);
  }
});

async function ask(request: GroupRequest): Promise<string> {
  const outcome = outcomeOf(here.core.desk.many(request));
  await here.run();
  await here.run();
  return outcome;
}

const got = (): number[] => cars.flatMap((car, n) => (car.answers.length > 0 ? [n + 1] : []));

describe('the nearest of two workers', () => {
  it('are chosen from all, and each is sent the command by its own', async () => {
    expect(await ask(nearest())).toBe('accepted');
    expect(got()).toEqual([1, 2, 3]);
    expect(here.core.groups.get('g')).toMatchObject({
      state: 'launched',
      order: { terminals: [{ terminal: name(1) }, { terminal: name(3) }], elsewhere: [{ terminal: name(2) }] },
    });
    expect(there.core.groups.get('g')?.order.terminals).toMatchObject([{ terminal: name(2) }]);
  });

  it('may all be with the other', async () => {
    const target = { nearest: { latitude: 26, longitude: 102, count: 1 } };
    expect(await ask(nearest({ target }))).toBe('accepted');
    expect(got()).toEqual([2]);
    expect(await ask(nearest({ id: 'none', target: { nearest: { ...target.nearest, radius: 1 } } }))).toBe('accepted');
    const nobody = { nearest: { latitude: -24, longitude: 0, count: 1, radius: 1 } };
    expect(await ask(nearest({ id: 'nobody', target: nobody }))).toBe('COMMAND_TARGET');
  });

  it('are the same when the command comes again', async () => {
    await ask(nearest());
    cars[3]!.say(ID.location, locationBody({ latitude: 24, longitude: 102, time: there.clock.now() + 1000 }, 2013));
    await there.run();
    for (const car of cars) car.forget();
    expect(await ask(nearest())).toBe('accepted');
    expect(got()).toEqual([]);
  });

  it('are told when their worker is back, and once, also over a restart of the one that chose', async () => {
    const outcome = outcomeOf(here.core.desk.many(nearest()));
    // It answers who is near, and is gone before it can be told.
    await Promise.resolve();
    reachable = false;
    await here.run();
    expect(await outcome).toBe('accepted');
    expect(here.core.groups.get('g')?.state).toBe('accepted');
    here.kill();
    await here.start();
    reachable = true;
    await here.run(2000);
    await here.run();
    expect(here.core.groups.get('g')?.state).toBe('launched');
    expect(got()).toContain(2);
    expect(cars[1]!.answers.length).toBe(1);
  });

  it('that refuse are named with the reason', async () => {
    const harmful = nearest({ type: 'terminalControl', body: { command: 'reset' }, mayHarm: false });
    const target = { nearest: { latitude: 26, longitude: 102, count: 1 } };
    expect(await ask({ ...harmful, target })).toBe('accepted');
    expect(here.core.groups.get('g')?.refused?.[name(2)]).toMatch(/^COMMAND_RIGHT/);
    expect(got()).toEqual([]);
  });
});
