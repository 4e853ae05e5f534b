import { describe, expect, it } from 'vitest';
import { CONTRACT_SCHEMAS, checker, type Envelope, type Outlet } from '../../../bridge/index.ts';
import { idOfHeld } from '../../../gateway/deliver/position-payload.ts';
import { publishStates, type States, statePayload } from '../../../gateway/deliver/states.ts';
import { Latest } from '../../../gateway/fold/latest.ts';
import { PositionReader } from '../../../gateway/fold/positions.ts';
import type { RecordInput } from '../../../gateway/journal/record.ts';
import { Registry } from '../../../gateway/registry/registry.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { ID, locationBody, NOON } from '../../support/terminal-frames.ts';
import { turn } from '../journal/support.ts';
import { authenticated, closed, frameRecord, record, show, TERMINAL } from '../support/records.ts';

const check = checker(CONTRACT_SCHEMAS['state']!);

class Desk {
  readonly clock = new VirtualClock(NOON);
  readonly registry = new Registry();
  readonly latest = new Latest(new PositionReader(() => 2013), () => {});
  readonly batches: Envelope[][] = [];
  refuses = false;
  seq = 1;
  readonly outlet: Outlet = {
    name: 'list',
    wants: () => true,
    deliver: async (batch) => {
      if (this.refuses) throw new Error('the broker is away');
      this.batches.push([...batch]);
    },
    start: async () => {},
    stop: async () => {},
  };
  readonly states: States;

  constructor(perSecond = 2000) {
    const { clock, registry, latest, outlet } = this;
    this.states = publishStates({ latest, registry, outlet, clock, journalId: 'feedbeef', perSecond });
  }

  hear(...records: readonly RecordInput[]): void {
    show(
      records,
      (view) => {
        this.registry.apply(view, () => {});
        this.latest.apply(view);
      },
      this.seq,
    );
    this.seq += records.length;
  }

  run(ms: number): Promise<void> {
    return this.clock.run(ms, turn);
  }

  /** Terminals published, batch by batch. */
  get told(): string[][] {
    const faults = this.batches.flat().flatMap(({ payload }) => check(payload));
    if (faults.length > 0) throw new Error(faults.join('; '));
    return this.batches.map((batch) => batch.map(({ payload }) => payload.terminal));
  }

  payload(terminal = TERMINAL) {
    return statePayload(this.latest.get(terminal)!, this.registry, { journalId: 'feedbeef', at: this.clock.now() });
  }
}

const there = (second: number, terminal = TERMINAL, over: object = {}): RecordInput =>
  frameRecord(
    { id: ID.location, body: locationBody({ time: NOON + second * 1000, ...over }) },
    { terminal, receivedAt: NOON + second * 1000 },
  );

describe('the state of a terminal', () => {
  it('says where it stands: online since when, its last fix, its alarms, when it was heard', () => {
    const desk = new Desk();
    desk.hear(
      record('feed', { feed: 'archive', fact: { id: '1', plate: '云A12345', division: '530102', terminal: TERMINAL } }),
    );
    desk.hear(authenticated(), there(1), there(2, TERMINAL, { status: 1, alarm: 1 << 8 }));
    expect(desk.payload()).toMatchObject({
      id: `feedbeef-state-${TERMINAL}-4`,
      terminal: TERMINAL,
      vehicle: '云A12345',
      time: '2026-03-01T12:00:02+08:00',
      receivedAt: '2026-03-01T12:00:02+08:00',
      seq: 4,
      online: true,
      since: '2026-03-01T12:00:00+08:00',
      position: { seq: 3, fix: 'gnss', time: '2026-03-01T12:00:01+08:00' },
      health: { lastHeardAt: '2026-03-01T12:00:02+08:00', alarms: ['mainPowerOff'] },
      openEvents: [],
    });
    expect(check(desk.payload())).toEqual([]);
  });

  it('shows the last report where there never was a fix, and nothing before the first report', () => {
    const desk = new Desk();
    desk.hear(authenticated());
    expect(desk.payload()).toMatchObject({ time: null, position: null });
    desk.hear(there(1, TERMINAL, { status: 0 }));
    expect(desk.payload()).toMatchObject({ position: { fix: 'none', seq: 2 } });
    expect(check(desk.payload())).toEqual([]);
  });

  it('has the id of the position that it shows', () => {
    const desk = new Desk();
    desk.hear(there(1));
    expect(desk.payload().position?.id).toBe(idOfHeld(TERMINAL, desk.latest.get(TERMINAL)!.last!));
  });
});

describe('publishing states', () => {
  it('says once, within a quarter of a second, what changed many times', async () => {
    const desk = new Desk();
    desk.hear(authenticated(), there(1), there(2), there(3));
    await desk.run(249);
    expect(desk.told).toEqual([]);
    await desk.run(1);
    expect(desk.told).toEqual([[TERMINAL]]);
    expect(desk.batches[0]?.[0]?.payload.seq).toBe(4);
    await desk.run(10_000);
    expect([desk.told.length, desk.clock.pending]).toEqual([1, 0]);
  });

  it('puts urgent ones before those that only moved', async () => {
    const desk = new Desk();
    const terminals = ['1', '2', '3', '4'];
    desk.hear(...terminals.map((terminal) => there(1, terminal)));
    await desk.run(250);
    desk.hear(
      there(2, '1'),
      there(2, '2'),
      there(2, '3', { alarm: 1 }),
      there(2, '4'),
      closed('ended', { terminal: '2' }),
      authenticated(1, { terminal: '4' }),
    );
    await desk.run(250);
    expect(desk.told[1]).toEqual(['3', '4', '1', '2']);
  });

  it('takes no more of the outlet than it may', async () => {
    const desk = new Desk(40);
    desk.hear(...Array.from({ length: 35 }, (_, n) => there(1, `${n}`)));
    await desk.run(250);
    expect(desk.told.map((batch) => batch.length)).toEqual([10]);
    expect(desk.states.waiting).toBe(25);
    await desk.run(750);
    expect(desk.told.map((batch) => batch.length)).toEqual([10, 10, 10, 5]);
    expect(new Set(desk.told.flat()).size).toBe(35);
  });

  it('tells of all terminals anew when it is asked to', async () => {
    const desk = new Desk();
    desk.hear(there(1, '1'), there(1, '2'));
    await desk.run(250);
    desk.states.all();
    await desk.run(250);
    expect(desk.told).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
    expect(desk.batches[0]?.map(({ payload }) => payload.id)).toEqual(
      desk.batches[1]?.map(({ payload }) => payload.id),
    );
  });

  it('holds what is newest while the broker is away, and one entry a terminal however long that is', async () => {
    const desk = new Desk();
    desk.refuses = true;
    for (let second = 1; second <= 600; second++) {
      desk.hear(there(second, '1'), there(second, '2'));
      await desk.run(1000);
    }
    expect([desk.told, desk.states.waiting <= 2]).toEqual([[], true]);
    desk.refuses = false;
    await desk.run(2500);
    expect(desk.told).toEqual([['1', '2']]);
    expect(desk.batches[0]?.map(({ payload }) => payload.seq)).toEqual([1199, 1200]);
    expect(desk.states.waiting).toBe(0);
  });

  it('ends when it is stopped', async () => {
    const desk = new Desk();
    desk.states.stop();
    desk.hear(there(1));
    desk.states.all();
    await desk.run(1000);
    expect([desk.told, desk.clock.pending]).toEqual([[], 0]);
  });
});
