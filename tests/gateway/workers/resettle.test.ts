import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EventStep } from '../../../gateway/events/step.ts';
import { eventWriter } from '../../../gateway/events/store/event-file.ts';
import { eventsPath, openEventsForWriting } from '../../../gateway/events/store/event-schema.ts';
import { openStateFile, type StateKind, type StateRow } from '../../../gateway/fold/store/state-file.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { journalPath } from '../../../gateway/journal/sqlite-schema.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import { adoptSteps } from '../../../gateway/workers/adopt.ts';
import { sqliteStorage } from '../../../gateway/journal/sqlite-storage.ts';
import { ownerOf } from '../../../gateway/workers/owner.ts';
import { partitionPath, partitionsOn } from '../../../gateway/workers/partitions.ts';
import { resettle } from '../../../gateway/workers/resettle.ts';
import { NOON } from '../../support/terminal-frames.ts';
import { tempDir, wallClock } from '../journal/support.ts';

const eventStep = (terminal: string, step: number): EventStep =>
  ({
    event: 'E1',
    step,
    terminal,
    vehicle: null,
    division: '',
    code: 'A0',
    axis: 'A0',
    key: 'A0',
    status: 'raised',
    state: 'raised',
    severity: 3,
    confidence: 1,
    factTime: NOON,
    at: NOON,
    frames: [step],
  }) as unknown as EventStep;

const FLEET = Array.from({ length: 60 }, (_, n) => String(13_900_000_000 + n));
const settled: number[] = [];
const settle = async (worker: number): Promise<void> => void settled.push(worker);

async function makeJournal(data: string, worker: number): Promise<void> {
  const path = journalPath(partitionPath(data, worker));
  const journal = await openJournal({ storage: sqliteStorage({ path, limitBytes: 0, now: NOON }), clock: wallClock });
  await journal.close();
}

function put(data: string, worker: number, rows: readonly StateRow[], cursor: number): void {
  const file = openStateFile(partitionPath(data, worker));
  file.write(rows, cursor);
  file.close();
}

const row = (kind: StateKind, key: string, value: object): StateRow => ({
  kind,
  key,
  value: JSON.stringify({ seq: 77, ...value }),
});

/** `kind key` of every row of a worker. */
function keysOf(data: string, worker: number): string[] {
  const file = openStateFile(partitionPath(data, worker));
  const keys = file.rows().map(({ kind, key }) => `${kind} ${key}`);
  file.close();
  return keys.sort();
}

function seqOf(data: string, worker: number, key: string): unknown {
  const file = openStateFile(partitionPath(data, worker));
  const found = file.rows().find((each) => each.key === key);
  file.close();
  return found?.value && (JSON.parse(found.value) as { seq: unknown }).seq;
}

describe('where the number of workers changes', () => {
  it('what is known of a terminal goes to its owner, and back again', async () => {
    const data = tempDir();
    await makeJournal(data, 0);
    put(
      data,
      0,
      FLEET.flatMap((t) => [row('terminal', t, {}), row('registration', t, {})]),
      500,
    );
    const [first] = FLEET as [string];
    put(
      data,
      0,
      [
        row('command', 'c-1', { terminal: first, state: 'accepted' }),
        row('command', 'c-2', { terminal: first, state: 'done' }),
        row('archive', 'a-1', {}),
      ],
      500,
    );
    settled.length = 0;
    const away = FLEET.filter((t) => ownerOf(t, 3) !== 0);
    expect(await resettle(data, 3, settle)).toBe(away.length);
    expect(settled).toEqual([0]);
    for (const worker of [0, 1, 2]) {
      const own = FLEET.flatMap((t) => (ownerOf(t, 3) === worker ? [`registration ${t}`, `terminal ${t}`] : []));
      const others = worker === 0 ? ['archive a-1', 'command c-2'] : [];
      const command = ownerOf(first, 3) === worker ? ['command c-1'] : [];
      expect(keysOf(data, worker)).toEqual([...own, ...others, ...command].sort());
    }
    // Numbers of another journal mean nothing here.
    expect(seqOf(data, ownerOf(away[0]!, 3), away[0]!)).toBe(0);
    expect(await resettle(data, 3, settle)).toBe(0);

    await Promise.all([1, 2].map((worker) => makeJournal(data, worker)));
    expect(partitionsOn(data)).toEqual([0, 1, 2]);
    expect(await resettle(data, 1, settle)).toBe(away.length);
    expect(keysOf(data, 0).filter((key) => key.startsWith('terminal')).length).toBe(FLEET.length);
    expect([keysOf(data, 1), keysOf(data, 2)]).toEqual([[], []]);
    expect(seqOf(data, 0, away[0]!)).toBe(500);
    expect(JSON.parse(readFileSync(join(data, 'workers.json'), 'utf8'))).toEqual({ workers: 1 });
  });

  it('the owner of before is believed, not what another has from earlier still', async () => {
    const data = tempDir();
    const terminal = FLEET.find((t) => ownerOf(t, 2) === 1 && ownerOf(t, 3) === 2)!;
    await Promise.all([0, 1].map((worker) => makeJournal(data, worker)));
    put(data, 0, [], 1);
    put(data, 1, [], 1);
    await resettle(data, 2, settle);
    put(data, 0, [row('registration', terminal, { codes: ['old'] })], 5);
    put(data, 1, [row('registration', terminal, { codes: ['new'] })], 5);
    await resettle(data, 3, settle);
    const file = openStateFile(partitionPath(data, 2));
    expect(file.rows().map(({ value }) => JSON.parse(value!) as object)).toEqual([{ codes: ['new'], seq: 0 }]);
    file.close();
    expect([keysOf(data, 0), keysOf(data, 1)]).toEqual([[], []]);
  });

  it('open events go with their terminals as steps to be written again, and what the detector makes of them without numbers of records', async () => {
    const data = tempDir();
    await makeJournal(data, 0);
    const [stays, goes] = [0, 1].map((worker) => FLEET.find((t) => ownerOf(t, 2) === worker)!) as [string, string];
    const open = [{ event: 'E1' }];
    const item = { id: 'G1', seq: 70 };
    put(
      data,
      0,
      [stays, goes].flatMap((t) => [
        row('event', t, { events: { open: t === goes ? open : [], ended: [] } }),
        row('detect', t, { joined: 1, overdue: 1, cases: [{ items: [item], frames: [3, 4] }] }),
      ]),
      500,
    );
    put(data, 0, [row('detect', '@fleet', []), row('detect', '@context', {})], 500);
    const db = openEventsForWriting(eventsPath(data));
    const writer = eventWriter(db, { journalId: 'j', signer: undefined, frameOf: () => undefined });
    writer.write(
      [1, 2].map((step) => ({ step: eventStep(goes, step), body: JSON.stringify(eventStep(goes, step)), seq: step })),
      0,
    );
    db.close();
    await resettle(data, 2, settle);

    expect(keysOf(data, 0)).toEqual([`detect ${stays}`, 'detect @context', `event ${stays}`]);
    expect(keysOf(data, 1)).toEqual([`detect ${goes}`]);
    const rowOf = (worker: number, key: string): unknown => {
      const file = openStateFile(partitionPath(data, worker));
      const found = file.rows().find((each) => each.key === key && each.kind === 'detect')!.value!;
      file.close();
      return JSON.parse(found);
    };
    expect(rowOf(1, goes)).toEqual({
      seq: 0,
      joined: 0,
      overdue: 0,
      cases: [{ items: [{ id: 'G1', seq: 0 }], frames: [] }],
    });
    expect(rowOf(0, stays)).toEqual({ seq: 77, joined: 0, overdue: 0, cases: [{ items: [item], frames: [3, 4] }] });

    const folder = partitionPath(data, 1);
    const storage = sqliteStorage({ path: journalPath(folder), limitBytes: 0, now: NOON });
    const journal = await openJournal({ storage, clock: wallClock });
    await adoptSteps(folder, journal, wallClock);
    await adoptSteps(folder, journal, wallClock);
    const steps: unknown[] = [];
    for (const batch of await journal.read(0, 1 << 20))
      forEachRecord(batch, 0, ({ terminal, b, payloadStart, payloadEnd }) => {
        steps.push([terminal, JSON.parse(new TextDecoder().decode(b.subarray(payloadStart, payloadEnd)))]);
      });
    expect(steps).toEqual([1, 2].map((step) => [goes, { ...eventStep(goes, step), frames: [] }]));
    await journal.close();
  });

  it('a folder without a journal only learns how many there are', async () => {
    const data = tempDir();
    settled.length = 0;
    expect(await resettle(data, 4, settle)).toBe(0);
    expect([settled, partitionsOn(data)]).toEqual([[], [0]]);
  });
});
