/**
 * What goes to platforms follows from the journal alone: a gateway that was killed at these and those instants, and went on each time from
 * whatever its snapshots had, has delivered what one delivers that goes through the same journal from its first record.
 */
import { describe, expect, it } from 'vitest';
import { createProject } from '../../gateway/deliver/project.ts';
import type { Batch } from '../../gateway/journal/journal.ts';
import { forEachRecord } from '../../gateway/journal/record-view.ts';
import { bits, report, SPEAKER } from '../gateway/events/support.ts';
import { Rig, type Terminal } from '../gateway/support/rig.ts';
import { ID, type Speaker } from '../support/terminal-frames.ts';

const OTHER: Speaker = { phone: '013800000002', revision: 2019, version: 1 };
const REPORT_MS = 10_000;
const REPORTS = 120;
/** Alarms of both, in turns. */
const ALARM_OF = [bits(1), 0, bits(2, 8), 0] as const;

/** Every message by record and id. */
type Told = Map<string, string>;

/** Delivers what the journal holds behind the last record that was told of, and from now on what is committed. */
function deliver(rig: Rig, into: Told, last: { seq: number }): void {
  const { reader, registry } = rig.core;
  const project = createProject({ reader, registry, journalId: rig.journal.id, node: 'gate-1' });
  const tell = (batch: Batch): void => {
    forEachRecord(batch, last.seq, (record) => {
      for (const envelope of project(record))
        into.set(`${record.seq} ${envelope.payload.id}`, JSON.stringify(envelope));
      last.seq = record.seq;
    });
  };
  rig.disk.batches.forEach(tell);
  rig.journal.subscribe({ committed: tell });
}

interface Played {
  readonly rig: Rig;
  readonly told: Told;
}

/** Twenty minutes of two terminals, one of them silent for a third of it, with kills at these reports. */
async function played(kills: readonly number[]): Promise<Played> {
  const rig = await new Rig().start();
  const told: Told = new Map();
  const last = { seq: 0 };
  deliver(rig, told, last);
  const speakers = [SPEAKER, OTHER];
  let terminals: Terminal[] = [];
  for (const speaker of speakers) terminals.push(await rig.login(speaker));
  for (let i = 0; i < REPORTS; i++) {
    await report(rig, terminals[0]!, { alarm: ALARM_OF[(i >> 3) & 3]! });
    terminals[0]!.say(ID.heartbeat);
    if (i < 40 || i > 80) await report(rig, terminals[1]!, { latitude: 24.88 + i / 1000 });
    await rig.run(REPORT_MS - 40);
    if (!kills.includes(i)) continue;
    const codes = terminals.map(({ code }) => code);
    rig.kill();
    await rig.start();
    deliver(rig, told, last);
    terminals = [];
    for (const [at, speaker] of speakers.entries()) terminals.push(await rig.login(speaker, codes[at]));
  }
  await rig.run(60_000);
  await rig.stop();
  return { rig, told };
}

/** A gateway on the same journal with no snapshot at all. */
async function fromScratch({ clock, disk }: Rig): Promise<Played> {
  const rig = new Rig();
  await rig.run(clock.now() - rig.clock.now());
  const { batches, ends, cursors, ahead } = structuredClone(disk);
  Object.assign(rig.disk, { batches, ends, cursors, ahead });
  await rig.start();
  const told: Told = new Map();
  deliver(rig, told, { seq: 0 });
  await rig.stop();
  return { rig, told };
}

describe('what is delivered', () => {
  it.each([[[]], [[0]], [[7, 19]], [[33, 45, 61]], [[82, 83, 84, 110]]])(
    'is the same from the journal alone, with kills after reports %j',
    async (kills) => {
      const { rig, told } = await played(kills);
      const head = rig.disk.ends.head.seq;
      const again = await fromScratch(rig);
      const events = [...told.values()].filter((text) => text.includes('"kind":"event"'));
      expect(told.size).toBeGreaterThan(REPORTS + 60);
      expect(events.length).toBeGreaterThan(10);
      const before = [...again.told].filter(([message]) => Number.parseInt(message) <= head);
      expect(before).toEqual([...told]);
      // Nor has it come to any conclusion that the other had not come to.
      expect([...again.told].slice(before.length)).toEqual([]);
    },
  );
});
