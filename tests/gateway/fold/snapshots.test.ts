import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Commands } from '../../../gateway/command/commands.ts';
import { Latest, type Live } from '../../../gateway/fold/latest.ts';
import { liveFromJson, liveToJson } from '../../../gateway/fold/live-snapshot.ts';
import { PositionReader } from '../../../gateway/fold/positions.ts';
import { type Snapshotted, Snapshots } from '../../../gateway/fold/snapshots.ts';
import type { RecordInput } from '../../../gateway/journal/record.ts';
import { Registry } from '../../../gateway/registry/registry.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { batchBody, ID, locationBody, NOON } from '../../support/terminal-frames.ts';
import { turn } from '../journal/support.ts';
import { type KeptState, keptState, MemoryStore } from '../support/memory-store.ts';
import { authenticated, closed, frameRecord, record, show, started } from '../support/records.ts';

/** A fold of numbers under keys, for looking at the writing alone. */
class Numbers implements Snapshotted {
  readonly kind = 'terminal';
  readonly values = new Map<string, number>();

  snapshot(key: string): string | null {
    const value = this.values.get(key);
    return value === undefined ? null : String(value);
  }

  restore(key: string, value: string): void {
    this.values.set(key, Number(value));
  }
}

function desk(kept: KeptState = keptState(), due = { records: 1_000_000, atMostMs: 2000 }) {
  const clock = new VirtualClock();
  const store = new MemoryStore(kept);
  const numbers = new Numbers();
  const advanced: number[] = [];
  const pace = { everyMs: 2000, ...due, sliceRows: 500, sliceEveryMs: 100 };
  const snapshots = new Snapshots({ folds: [numbers], store, clock, advance: (seq) => advanced.push(seq), pace });
  const set = (seq: number, key: string, value: number | undefined): void => {
    if (value === undefined) numbers.values.delete(key);
    else numbers.values.set(key, value);
    snapshots.changed('terminal', key);
    snapshots.applied(seq);
  };
  return { clock, store, numbers, advanced, snapshots, set, run: (ms: number) => clock.run(ms, turn) };
}

const rowsOf = (kept: KeptState): unknown[] => [...kept.rows.values()].map(({ key, value }) => [key, value]);

describe('snapshots', () => {
  it('write what changed once in a cycle, the newest value of each once, and then say how far', async () => {
    const { store, set, run, advanced } = desk();
    set(1, 'a', 1);
    set(2, 'b', 5);
    set(3, 'a', 2);
    await run(1900);
    expect([store.saves, advanced]).toEqual([0, []]);
    await run(200);
    expect([store.saves, rowsOf(store.kept), store.kept.cursor, advanced]).toEqual([
      1,
      [
        ['a', '2'],
        ['b', '5'],
      ],
      3,
      [3],
    ]);
  });

  it('wait for many records or for long, and no less than their pace', async () => {
    const { store, set, run, advanced } = desk(keptState(), { records: 100, atMostMs: 9000 });
    set(1, 'a', 1);
    await run(7900);
    set(60, 'a', 2);
    expect(store.saves).toBe(0);
    await run(2200);
    expect([store.saves, advanced]).toEqual([1, [60]]);
    set(159, 'a', 3);
    await run(4100);
    expect(store.saves).toBe(1);
    set(160, 'a', 4);
    await run(2000);
    expect([store.saves, advanced, rowsOf(store.kept)]).toEqual([2, [60, 160], [['a', '4']]]);
    set(300, 'a', 5);
    await run(1900);
    expect(store.saves).toBe(2);
    await run(200);
    expect(advanced).toEqual([60, 160, 300]);
  });

  it('remove the row of what is no more', async () => {
    const { store, set, run } = desk();
    set(1, 'a', 1);
    await run(2100);
    set(2, 'a', undefined);
    await run(2100);
    expect([rowsOf(store.kept), store.kept.cursor]).toEqual([[], 2]);
  });

  it('move on though nothing changed', async () => {
    const { snapshots, store, run, advanced } = desk();
    snapshots.applied(40);
    await run(2100);
    expect([store.kept.cursor, advanced]).toEqual([40, [40]]);
  });

  it('write many rows a slice at a time, and move the cursor with the last of them', async () => {
    const { numbers, snapshots, store, run, advanced } = desk();
    for (let n = 0; n < 1200; n++) {
      numbers.values.set(`t${n}`, n);
      snapshots.changed('terminal', `t${n}`);
    }
    snapshots.applied(1200);
    await run(2000);
    expect([store.kept.rows.size, store.kept.cursor]).toEqual([500, 0]);
    await run(100);
    expect([store.kept.rows.size, store.kept.cursor, advanced]).toEqual([1000, 0, []]);
    await run(100);
    expect([store.kept.rows.size, store.kept.cursor, advanced]).toEqual([1200, 1200, [1200]]);
  });

  it('keep the cursor where the disk refuses, and write it all when it does not', async () => {
    const { store, set, run, advanced } = desk();
    store.refuses = true;
    set(1, 'a', 1);
    await run(10_000);
    expect([rowsOf(store.kept), store.kept.cursor, advanced]).toEqual([[], 0, []]);
    expect(store.saves).toBeGreaterThan(3);
    store.refuses = false;
    await run(2100);
    expect([rowsOf(store.kept), store.kept.cursor, advanced]).toEqual([[['a', '1']], 1, [1]]);
  });

  it('do not let the journal forget what a disk that refuses does not know of, be there no row to write', async () => {
    const { snapshots, store, run, advanced } = desk();
    store.refuses = true;
    snapshots.applied(9);
    await run(5000);
    expect(advanced).toEqual([]);
    store.refuses = false;
    await run(2100);
    expect(advanced).toEqual([9]);
  });

  it('write everything when they are closed, at once', async () => {
    const { clock, snapshots, store, set, advanced } = desk();
    set(1, 'a', 1);
    await snapshots.close();
    expect([rowsOf(store.kept), store.kept.cursor, advanced, clock.pending]).toEqual([[['a', '1']], 1, [1], 0]);
    snapshots.applied(2);
    expect(clock.pending).toBe(0);
  });

  it('leave rows of kinds that nobody restores alone', () => {
    const kept = keptState();
    kept.rows.set('x', { kind: 'archive', key: 'x', value: '1' });
    kept.cursor = 7;
    const { snapshots, numbers } = desk(kept);
    expect([snapshots.restore(), numbers.values.size]).toEqual([7, 0]);
  });
});

/** All folds of a gateway over one store, fed by hand. */
class Process {
  readonly clock = new VirtualClock();
  readonly registry = new Registry();
  readonly commands: Commands;
  readonly latest: Latest;
  readonly snapshots: Snapshots;
  readonly store: MemoryStore;

  constructor(kept: KeptState) {
    this.store = new MemoryStore(kept);
    const changed = (kind: 'terminal' | 'command', key: string): void => this.snapshots.changed(kind, key);
    this.commands = new Commands((id) => changed('command', id));
    this.latest = new Latest(
      new PositionReader((terminal) => this.registry.registration(terminal)?.revision ?? 2013),
      (terminal) => changed('terminal', terminal),
    );
    const { latest } = this;
    const terminals: Snapshotted = {
      kind: 'terminal',
      snapshot(key) {
        const live = latest.get(key);
        return live === undefined ? null : liveToJson(live);
      },
      restore: (_key, value) => latest.restore(liveFromJson(value)),
    };
    this.snapshots = new Snapshots({
      folds: [this.registry.registrations, this.registry.archive, terminals, this.commands],
      store: this.store,
      clock: this.clock,
      advance: () => {},
    });
  }

  hear(records: readonly RecordInput[], first: number): void {
    show(
      records,
      (view) => {
        this.registry.apply(view, (kind, key) => this.snapshots.changed(kind, key));
        this.latest.apply(view);
        this.commands.apply(view);
        this.snapshots.applied(view.seq);
      },
      first,
    );
  }

  state(): unknown {
    const lives: Live[] = TERMINALS.flatMap((terminal) => this.latest.get(terminal) ?? []);
    return {
      lives,
      online: this.latest.online,
      registrations: TERMINALS.map((terminal) => this.registry.registration(terminal)),
      identities: TERMINALS.map((terminal) => this.registry.identity(terminal)),
      waiting: TERMINALS.map((terminal) => this.commands.unfinished(terminal)),
      commands: IDS.map((id) => this.commands.get(id)),
    };
  }
}

const TERMINALS = ['100', '200'];
const IDS = ['c1', 'c2', 'c3'];

const terminal = fc.constantFrom(...TERMINALS);
const anyRecord: fc.Arbitrary<RecordInput> = fc.oneof(
  fc.tuple(terminal, fc.integer({ min: 0, max: 600 }), fc.boolean(), fc.boolean()).map(([of, second, fix, batch]) => {
    const body = locationBody({ time: NOON + second * 1000, status: fix ? 3 : 1, alarm: second % 3 });
    const message = batch ? { id: ID.batch, body: batchBody([body]) } : { id: ID.location, body };
    return frameRecord(message, { terminal: of, receivedAt: NOON + 700_000 + second });
  }),
  terminal.map((of) => frameRecord({ id: ID.heartbeat }, { terminal: of, receivedAt: NOON + 800_000 })),
  terminal.map((of) => authenticated(1, { terminal: of })),
  fc
    .tuple(terminal, fc.constantFrom('ended', 'superseded', 'timeout'))
    .map(([of, how]) => closed(how as 'ended', { terminal: of })),
  fc.constant(started()),
  fc.tuple(terminal, fc.constantFrom('k1', 'k2', 'k3')).map(([of, code]) =>
    record('registration', {
      fact: 'registered',
      code,
      registration: { terminal: of, plate: '云A1', revision: 2013, provinceId: 53, cityId: 1 },
    }),
  ),
  fc
    .tuple(terminal, fc.constantFrom('confirmed', 'deregistered'))
    .map(([of, fact]) => record('registration', { fact, terminal: of })),
  fc.tuple(terminal, fc.constantFrom('v1', 'v2'), fc.boolean()).map(([of, id, deleted]) =>
    record('feed', {
      feed: 'archive',
      fact: { id, plate: `云${id}`, division: '530102', terminal: of, ...(deleted ? { deleted } : {}) },
    }),
  ),
  fc
    .tuple(fc.constantFrom(...IDS), fc.constantFrom('accepted', 'sent', 'acknowledged', 'done', 'expired'))
    .map(([id, state]) =>
      record(
        'command',
        state === 'accepted' ? { id, state, order: { type: 't', body: {}, expiresAt: 1, by: '' } } : { id, state },
        { terminal: TERMINALS[IDS.indexOf(id) % 2]! },
      ),
    ),
);

describe('a restart', () => {
  it('at any moment, with whatever was written by then, is as if there had been none', async () => {
    const anyMoment = fc.record({ record: anyRecord, wait: fc.constantFrom(0, 0, 0, 50, 2100), refuses: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyMoment, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        async (moments, ends) => {
          const records = moments.map(({ record: one }) => one);
          const straight = new Process(keptState());
          straight.hear(records, 1);
          const kept = keptState();
          const stops = new Set(ends.map((end) => end % moments.length));
          let process = new Process(kept);
          for (const [i, { record: one, wait, refuses }] of moments.entries()) {
            if (stops.has(i)) {
              process.store.dead = true;
              process = new Process(kept);
              const heard = process.snapshots.restore();
              process.hear(records.slice(heard, i), heard + 1);
            }
            process.store.refuses = refuses;
            process.hear([one], i + 1);
            await process.clock.run(wait, turn);
          }
          expect(process.state()).toEqual(straight.state());
        },
      ),
      { numRuns: 150 },
    );
  });

  it('with rows ahead of the cursor, as slices leave them, is as if there had been none', () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.nat(),
        (records, snapshotAt, cursorAt) => {
          const straight = new Process(keptState());
          straight.hear(records, 1);
          const at = snapshotAt % (records.length + 1);
          const before = new Process(keptState());
          before.hear(records.slice(0, at), 1);
          const kept = keptState();
          for (const [kind, keys, fold] of [
            ['registration', TERMINALS, before.registry.registrations],
            ['archive', ['v2', 'v1'], before.registry.archive],
            ['command', ['c3', 'c2', 'c1'], before.commands],
          ] as const)
            for (const key of keys) kept.rows.set(`${kind} ${key}`, { kind, key, value: fold.snapshot(key) });
          for (const key of TERMINALS) {
            const live = before.latest.get(key);
            kept.rows.set(`terminal ${key}`, {
              kind: 'terminal',
              key,
              value: live === undefined ? null : liveToJson(live),
            });
          }
          kept.cursor = cursorAt % (at + 1);
          const process = new Process(kept);
          const heard = process.snapshots.restore();
          process.hear(records.slice(heard), heard + 1);
          expect(process.state()).toEqual(straight.state());
        },
      ),
    );
  });
});
