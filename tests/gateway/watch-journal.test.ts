import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { CONTRACT_SCHEMAS, checker, type Envelope, type Outlet } from '../../bridge/index.ts';
import { createProject } from '../../gateway/deliver/project.ts';
import { forEachRecord } from '../../gateway/journal/record-view.ts';
import { Losses } from '../../gateway/losses.ts';
import { watchJournal } from '../../gateway/watch-journal.ts';
import { ID, locationBody, type Speaker } from '../support/terminal-frames.ts';
import { factsOf, Rig } from './support/rig.ts';

const CAR: Speaker = { phone: '013912345678', revision: 2013 };

async function watched(deliver: Outlet['deliver']): Promise<{ rig: Rig; stop: () => void }> {
  const rig = await new Rig().start();
  const outlet: Outlet = { name: 'list', wants: () => true, deliver, start: async () => {}, stop: async () => {} };
  const { journal, clock } = rig;
  const log = pino({ enabled: false });
  const stop = watchJournal({
    journal,
    clock,
    node: 'gate-1',
    counters: rig.core.counters,
    log,
    outlet,
    losses: new Losses({ journal, clock, log }),
  });
  return { rig, stop };
}

describe('an outage of the disk', () => {
  it('is told at once past the journal, and by the journal when it is over, with what was refused', async () => {
    const told: Envelope[] = [];
    const { rig, stop } = await watched(async (batch) => void told.push(...batch));
    const car = await rig.login(CAR);
    rig.storage.faults.full = true;
    const since = rig.clock.now();
    const { head } = rig.journal.state;
    for (let n = 0; n < 3; n++) {
      car.say(ID.location, locationBody({ speed: n }));
      await rig.run();
    }
    expect(told.map(({ kind, payload }) => [kind, payload.id])).toEqual([
      ['event', `feedbeef-journal-${since}-raised`],
    ]);
    rig.storage.faults.full = false;
    await rig.run(2000);
    expect(factsOf(rig.disk, 'gateway').at(-1)).toEqual({
      fact: 'recovered',
      since,
      why: expect.any(String) as string,
      refused: 3,
      head,
    });
    const project = createProject({
      reader: rig.core.reader,
      registry: rig.core.registry,
      journalId: rig.journal.id,
      node: 'gate-1',
    });
    const later: Envelope[] = [];
    for (const batch of rig.disk.batches) forEachRecord(batch, 0, (view) => later.push(...project(view)));
    const events = later.filter(({ kind }) => kind === 'event');
    expect(events.map(({ payload }) => payload.id)).toEqual([told[0]?.payload.id, `feedbeef-journal-${since}-cleared`]);
    expect(events[0]?.payload).toEqual(told[0]?.payload);
    for (const { payload } of [...told, ...events]) expect(checker(CONTRACT_SCHEMAS['event']!)(payload)).toEqual([]);
    expect(told.length).toBe(1);
    stop();
  });

  it('is got over where the broker is away too', async () => {
    const { rig, stop } = await watched(() => Promise.reject(new Error('away')));
    rig.storage.faults.failIn = 1;
    const car = rig.dial(CAR);
    car.say(ID.registration, Uint8Array.of(1));
    await rig.run(3000);
    expect(factsOf(rig.disk, 'gateway').at(-1)).toMatchObject({ fact: 'recovered', refused: 1 });
    stop();
  });

  it('is nobody’s concern once the watch is over', async () => {
    const told: Envelope[] = [];
    const { rig, stop } = await watched(async (batch) => void told.push(...batch));
    stop();
    rig.storage.faults.failIn = 1;
    rig.dial(CAR).say(ID.registration, Uint8Array.of(1));
    await rig.run(3000);
    expect(told).toEqual([]);
  });
});
