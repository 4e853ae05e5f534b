/** Events whose terminals changed hands while they were open. */
import { expect, it } from 'vitest';
import type { EventStep } from '../../../gateway/events/step.ts';
import { laterIn } from '../../../gateway/events/store/elsewhere.ts';
import { eventReader, type EventWriter, eventWriter } from '../../../gateway/events/store/event-file.ts';
import { eventsPath, openEventsForWriting } from '../../../gateway/events/store/event-schema.ts';
import { NOON } from '../../support/terminal-frames.ts';
import { tempDir } from '../journal/support.ts';

const DAY = 86_400_000;

function stepOf(event: string, step: number, more: Partial<EventStep> = {}): EventStep {
  const names = { code: 'A0', axis: 'A0', key: 'A0', terminal: '13912345678', vehicle: null, division: '' };
  const stand = { status: 'raised', state: 'raised', severity: 3, confidence: 1 };
  return { event, step, ...names, ...stand, factTime: NOON, at: NOON, frames: [], ...more } as unknown as EventStep;
}

function write(writer: EventWriter, ...steps: EventStep[]): void {
  writer.write(
    steps.map((step) => ({ step, body: JSON.stringify(step), seq: step.step + 1 })),
    NOON,
  );
}

function partition() {
  const folder = tempDir();
  const db = openEventsForWriting(eventsPath(folder));
  const writer = eventWriter(db, { journalId: 'j', signer: undefined, frameOf: () => undefined });
  return { folder, writer, reader: eventReader(db), close: () => db.close() };
}

it('an event that another worker goes on with is held as long as it is open there, and let go of when it has been over for long', () => {
  const [old, heir] = [partition(), partition()];
  const other = { worker: 1, folder: heir.folder };
  write(old.writer, stepOf('E1', 0), stepOf('E2', 0));
  write(heir.writer, stepOf('E1', 0), stepOf('E1', 1, { status: 'confirmed', state: 'confirmed', at: NOON + DAY }));
  old.writer.follow(laterIn(other, old.writer.open()));
  expect(old.reader.story('E1')!.row).toMatchObject({ status: 'confirmed', updated: NOON + DAY, ended: null });
  expect(old.writer.trim(NOON + 99 * DAY)).toBe(0);

  write(heir.writer, stepOf('E1', 2, { status: 'cleared', state: 'cleared', at: NOON + 2 * DAY }));
  old.writer.follow(laterIn(other, old.writer.open()));
  expect(old.reader.story('E1')!.row).toMatchObject({ status: 'cleared', ended: NOON + 2 * DAY });
  expect(old.writer.trim(NOON + 2 * DAY)).toBe(0);
  expect(old.writer.trim(NOON + 2 * DAY + 1)).toBe(1);
  expect([old.reader.story('E1'), old.reader.story('E2')?.row.status]).toEqual([undefined, 'raised']);
  for (const { close } of [old, heir]) close();
});

it('nothing is known of a worker without events, and asking for none opens nothing', () => {
  const { folder, writer, close } = partition();
  write(writer, stepOf('E1', 1));
  const open = [{ id: 'E1', step: 0 }];
  expect(laterIn({ worker: 2, folder: tempDir() }, open)).toEqual([]);
  expect(laterIn({ worker: 1, folder }, [])).toEqual([]);
  expect(laterIn({ worker: 1, folder }, open).map(({ id, status }) => [id, status])).toEqual([['E1', 'raised']]);
  close();
});
