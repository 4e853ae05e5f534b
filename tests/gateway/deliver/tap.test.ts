import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../bridge/index.ts';
import { createProject } from '../../../gateway/deliver/project.ts';
import { createTap, type Tap } from '../../../gateway/deliver/tap.ts';
import { ID, locationBody, type Speaker } from '../../support/terminal-frames.ts';
import { Rig } from '../support/rig.ts';

const CAR: Speaker = { phone: '013912345678', revision: 2013 };

async function desk(): Promise<{ rig: Rig; tap: Tap; projected: () => number }> {
  const rig = await new Rig().start();
  const { reader, registry, latest } = rig.core;
  let projected = 0;
  const project = createProject({ reader, registry, journalId: rig.journal.id, node: 'gate-1' });
  const tap = createTap({
    journal: rig.journal,
    project(view) {
      projected++;
      return project(view);
    },
    latest,
    registry,
    clock: rig.clock,
  });
  return { rig, tap, projected: () => projected };
}

describe('the live stream', () => {
  it('shows everybody what leaves for the platforms, as it happens', async () => {
    const { rig, tap } = await desk();
    const seen: Envelope[][] = [[], []];
    for (const list of seen) tap.subscribe((envelope) => list.push(envelope));
    const car = await rig.login(CAR);
    car.say(ID.location, locationBody());
    await rig.run();
    expect(seen[0]?.map(({ kind }) => kind)).toEqual(['message', 'state', 'message', 'state', 'position']);
    expect(seen[1]).toEqual(seen[0]);
    const online = seen[0]?.find(({ kind }) => kind === 'state');
    expect(online?.payload).toMatchObject({ online: true, vehicle: '云A12345' });
    expect(online?.division).toBe('530102');
  });

  it('projects nothing while nobody looks on', async () => {
    const { rig, tap, projected } = await desk();
    const car = await rig.login(CAR);
    expect(projected()).toBe(0);
    const seen: Envelope[] = [];
    const leave = tap.subscribe((envelope) => seen.push(envelope));
    car.say(ID.location, locationBody());
    await rig.run();
    const [count, before] = [projected(), seen.length];
    expect(Math.min(count, before)).toBeGreaterThan(0);
    leave();
    car.say(ID.location, locationBody({ speed: 1 }));
    await rig.run();
    expect([projected(), seen.length]).toEqual([count, before]);
  });

  it('is silent once it is stopped', async () => {
    const { rig, tap } = await desk();
    const seen: Envelope[] = [];
    tap.subscribe((envelope) => seen.push(envelope));
    tap.stop();
    await rig.login(CAR);
    expect(seen).toEqual([]);
  });
});

describe('what was missed', () => {
  it('is told again from any place to the end, each envelope once and at the same place', async () => {
    const { rig, tap } = await desk();
    const start = tap.place;
    const seen: { readonly id: string; readonly place: string }[] = [];
    tap.subscribe(({ kind, payload }, place) => kind !== 'state' && seen.push({ id: payload.id, place }));
    const car = await rig.login(CAR);
    for (let speed = 0; speed < 5; speed++) car.say(ID.location, locationBody({ speed }));
    await rig.run();
    expect(seen.length).toBeGreaterThan(6);
    for (const from of [start, ...seen.map(({ place }) => place)]) {
      const told: { readonly id: string; readonly place: string }[] = [];
      for (let place = from; place !== tap.place; ) {
        const retold = await tap.since(place);
        if (typeof retold === 'string') throw new Error(retold);
        told.push(...retold.envelopes.map(({ envelope, place: at }) => ({ id: envelope.payload.id, place: at })));
        place = retold.next;
      }
      expect(told).toEqual(seen.slice(seen.findIndex(({ place }) => place === from) + 1));
    }
    const retold = await tap.since(start);
    expect(retold).toMatchObject({ terminals: ['13912345678'] });
    expect(tap.state('13912345678')?.payload).toMatchObject({ online: true });
  });

  it('is not told from a place that is none, is to come, or is gone', async () => {
    const { rig, tap } = await desk();
    const car = await rig.login(CAR);
    car.say(ID.location, locationBody());
    await rig.run();
    const { id } = rig.journal;
    for (const place of ['', 'x.1.0', `${id}.x.0`, `${id}.1`, `${id}.999999.0`])
      expect(await tap.since(place)).toBe('unknown');
    expect(await tap.since(`${id}.0.0`)).toBe('tooOld');
  });
});
