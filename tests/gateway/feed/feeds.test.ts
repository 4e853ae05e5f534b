import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../gateway/audit/audit.ts';
import { createFeeds, type Feeds } from '../../../gateway/feed/feeds.ts';
import { Relay } from '../../../gateway/feed/relay.ts';
import type { Journal } from '../../../gateway/journal/journal.ts';
import type { RegistryFile } from '../../../gateway/registry/store/registry-file.ts';
import { storeOver } from '../../../gateway/registry/store/registry-store.ts';
import { ID, registrationBody } from '../../support/terminal-frames.ts';
import { archive, registryInMemory, state } from '../support/archives.ts';
import { CAR, TERMINAL } from '../support/records.ts';
import { factsOf, Rig } from '../support/rig.ts';

const BY = { name: 'platform', prefix: '' };

let rig: Rig;
let file: RegistryFile;
let audit: AuditEntry[];
let faults: unknown[];
let relay: Relay;
let feeds: Feeds;

beforeEach(async () => {
  rig = await new Rig().start();
  file = registryInMemory();
  audit = [];
  faults = [];
  relay = new Relay({
    store: storeOver(file),
    journal: rig.journal,
    clock: rig.clock,
    audit: { append: async (entries) => void audit.push(...entries) },
    fault: (error) => faults.push(error),
  });
  feeds = createFeeds({ store: storeOver(file), relay, clock: rig.clock });
});

async function settled<T>(work: Promise<T>): Promise<T> {
  const done = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await rig.run();
  const end = await done;
  if ('error' in end) throw end.error;
  return end.value;
}

const told = (): unknown[] => factsOf(rig.disk, 'feed');

describe('facts', () => {
  it('are in the journal when they are taken, in the form of the contract, and known to the folds', async () => {
    expect(await settled(feeds.state('archive', [archive('1', '013912345678')], BY))).toEqual({ changed: 1 });
    expect(told()).toEqual([{ feed: 'archive', fact: archive('1', '013912345678') }]);
    expect(rig.core.registry.identity('13912345678')).toMatchObject({ vehicle: '云A1', division: '530102' });
    await settled(feeds.state('archive', [{ id: '1', deleted: true }], BY));
    expect(told().at(-1)).toEqual({ feed: 'archive', fact: { id: '1', deleted: true } });
    expect(rig.core.registry.identity('13912345678').vehicle).toBeNull();
  });

  it('leave a trail with what was before and after', async () => {
    await settled(feeds.state('calendar', [{ id: 'c', date: '2026-10-01', kind: 'holiday' }], BY));
    await settled(feeds.state('calendar', [{ id: 'c', date: '2026-10-01', kind: 'workday' }], BY));
    expect(audit).toMatchObject([
      { who: 'platform', what: 'registry.calendar.added', subject: 'calendar:c', after: { kind: 'holiday' } },
      { what: 'registry.calendar.changed', before: { kind: 'holiday' }, after: { kind: 'workday' } },
    ]);
  });

  it('are refused together, each with its place, id and faults, and nothing is changed', async () => {
    const { filedAt: _, ...order } = {
      id: 'o',
      plate: '云A1',
      from: '2026-01-01T00:00:00Z',
      until: '2026-01-02T00:00:00Z',
      purpose: 'p',
      approver: 'a',
      filedAt: '',
    };
    expect(await settled(feeds.state('order', [{ id: 'x', deleted: true }, { ...order, colour: 1 }, 7], BY))).toEqual({
      refused: [
        { index: 1, id: 'o', faults: ['filedAt: is missing', 'colour: is not a known field'] },
        { index: 2, id: '', faults: ['payload: is 7, must be object'] },
      ],
    });
    expect([told(), file.changes(0, 9)]).toEqual([[], []]);
  });

  it('that the registry refuses are refused with its reason', async () => {
    const bounded = { name: 'kunming', prefix: '5301' };
    const stated = await settled(feeds.state('archive', [archive('1', '1', { division: '530302' })], bounded));
    expect(stated).toEqual({
      refused: [{ index: 0, id: '1', faults: ['division: is 530302, expected one within 5301'] }],
    });
  });
});

describe('the life of a terminal', () => {
  it('is told to the folds step by step', async () => {
    await settled(feeds.advance({ terminal: '100', to: 'ordered' }, BY));
    expect(told()).toMatchObject([{ feed: 'lifeCycle', fact: { id: '100', terminal: '100', state: 'ordered' } }]);
    await expect(settled(feeds.advance({ terminal: '100', to: 'installed' }, BY))).rejects.toThrow(
      'workOrder: is missing',
    );
  });

  it('ends with recycling: no code opens anything any more, not after a restart either', async () => {
    const { code } = await rig.login(CAR);
    await settled(feeds.state('archive', [{ id: '1', deleted: true }], BY));
    await settled(feeds.advance({ terminal: TERMINAL, to: 'ordered' }, BY));
    await settled(feeds.advance({ terminal: TERMINAL, to: 'recycled' }, BY));
    await expect(rig.login(CAR, code)).rejects.toThrow('failure');
    await rig.stop();
    await rig.start();
    const again = rig.dial(CAR);
    again.say(ID.registration, registrationBody(2013));
    await rig.run();
    expect(again.answers[0]?.body).toMatchObject({ result: 'noSuchTerminalInDatabase' });
  });
});

describe('the journal', () => {
  it('is told everything anew where the folds have forgotten all', async () => {
    await settled(feeds.state('archive', [archive('1', '100')], BY));
    const forgetful = new Relay({
      store: storeOver(file),
      journal: rig.journal,
      clock: rig.clock,
      audit: undefined,
      forgotten: () => true,
      fault: (error) => faults.push(error),
    });
    await settled(forgetful.start());
    await forgetful.stop();
    expect(told()).toHaveLength(2);
  });

  it('is told what another process stated, within a second', async () => {
    await settled(relay.start());
    file.apply([state('archive', archive('1', '100'))], { who: 'cli:root', prefix: '', at: 1 });
    await rig.run(1000);
    expect(told()).toHaveLength(1);
    expect(audit).toMatchObject([{ who: 'cli:root' }]);
    await relay.stop();
    file.apply([state('archive', archive('2', '200'))], { who: 'cli:root', prefix: '', at: 2 });
    await rig.run(5000);
    expect(told()).toHaveLength(1);
  });

  it('that takes nothing is told later, and the sender that it was not yet', async () => {
    await settled(relay.start());
    rig.storage.faults.full = true;
    await expect(settled(feeds.state('archive', [archive('1', '100')], BY))).rejects.toThrow('takes no facts');
    expect(told()).toEqual([]);
    rig.storage.faults.full = false;
    await rig.run(5000);
    expect(told()).toHaveLength(1);
    await relay.stop();
  });

  it('that is made anew is told all that holds, and no more', async () => {
    await settled(feeds.state('archive', [archive('1', '100'), archive('2', '200')], BY));
    await settled(feeds.state('archive', [archive('1', '300')], BY));
    const other = await new Rig().start();
    const again = new Relay({
      store: storeOver(file),
      journal: {
        id: 'another',
        append: (...args: Parameters<Journal['append']>) => other.journal.append(...args),
      } as Journal,
      clock: other.clock,
      audit: { append: async () => {} },
      fault: (error) => faults.push(error),
    });
    const done = again.drain();
    await other.run();
    await done;
    expect(factsOf(other.disk, 'feed')).toMatchObject([{ fact: { id: '2' } }, { fact: { id: '1', terminal: '300' } }]);
  });
});
