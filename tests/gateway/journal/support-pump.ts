/** An outlet that refuses on demand, and a pump to it over a journal in memory on virtual time. */
import { DeliveryError, type Envelope, type Outlet } from '../../../bridge/index.ts';
import type { Journal } from '../../../gateway/journal/journal.ts';
import {
  type MemoryDisk,
  type MemoryStorage,
  memoryDisk,
  memoryStorage,
} from '../../../gateway/journal/memory-storage.ts';
import type { JournalOptions } from '../../../gateway/journal/journal-options.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { createPump, type Pump, type PumpObserver, type PumpOptions } from '../../../gateway/journal/pump.ts';
import type { Project } from '../../../gateway/journal/pump-feed.ts';
import { seededRandom, VirtualClock } from '../../../protocol/index.ts';
import type { RecordView } from '../../../gateway/journal/record-view.ts';
import { frame, turn } from './support.ts';

/** An envelope that carries no more than the pump looks at. */
function envelope(id: string, terminal: string, record: number): Envelope {
  const [seq, more] = id.startsWith('story-') ? [record - 1, { record }] : [record, {}];
  return { kind: 'message', division: '000000', payload: { id, terminal, seq }, ...more } as Envelope;
}

/**
 * One envelope a record, whose id is the record's payload; `a,b` gives two, an empty payload none, `!` throws. That of a `story-`
 * has the number of the record before, as what is told of a disk that took nothing.
 */
const project: Project = ({ b, payloadStart, payloadEnd, terminal, seq }) => {
  const text = new TextDecoder().decode(b.subarray(payloadStart, payloadEnd));
  if (text.startsWith('!')) throw new Error('not foreseen');
  return text === '' ? [] : text.split(',').map((id) => envelope(id, terminal, seq));
};

export class TestOutlet implements Outlet {
  readonly name = 'test';
  /** Every attempt, as the ids that it carried. */
  readonly attempts: string[] = [];
  /** What was taken. */
  readonly taken: string[] = [];
  /** When each attempt came. */
  readonly at: number[] = [];
  /** What an attempt comes to: nothing when it is taken. */
  answer: (ids: readonly string[], signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  deaf = false;
  gatherMs = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  wants({ payload }: Envelope): boolean {
    return !payload.id.startsWith('unwanted');
  }

  async deliver(batch: readonly Envelope[], signal: AbortSignal): Promise<void> {
    const ids = batch.map(({ payload }) => payload.id);
    this.attempts.push(ids.join(' '));
    this.at.push(this.#clock.monotonic());
    await this.answer(ids, signal);
    this.taken.push(...ids);
  }

  start = (): Promise<void> => Promise.resolve();
  stop = (): Promise<void> => Promise.resolve();
}

export interface World {
  readonly clock: VirtualClock;
  readonly storage: MemoryStorage;
  readonly journal: Journal;
  readonly outlet: TestOutlet;
  readonly pump: Pump;
  readonly write: (...texts: string[]) => Promise<void>;
}

export async function world(
  options: PumpOptions = {},
  {
    disk = memoryDisk(),
    observer = {},
    urgent,
    gatherMs = 0,
    keeps = {},
  }: {
    disk?: MemoryDisk;
    keeps?: JournalOptions;
    observer?: PumpObserver;
    urgent?: () => (view: RecordView) => boolean;
    gatherMs?: number;
  } = {},
): Promise<World> {
  const clock = new VirtualClock();
  const storage = memoryStorage({ clock, disk });
  const journal = await openJournal({ storage, clock, options: keeps });
  const outlet = new TestOutlet(clock);
  outlet.gatherMs = gatherMs;
  const pump = createPump({
    journal,
    outlet,
    project,
    clock,
    random: seededRandom('pump'),
    options,
    observer,
    ...(urgent === undefined ? {} : { urgent }),
  });
  const write = async (...texts: string[]): Promise<void> => {
    for (const text of texts) journal.append(frame('1', text), null, 0);
    await turn();
  };
  return { clock, storage, journal, outlet, pump, write };
}

export const away = new DeliveryError('TEST_AWAY', 'nobody there', { retry: true });
export const rejected = new DeliveryError('TEST_REJECTED', 'no such field', { retry: false });
