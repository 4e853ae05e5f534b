import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyStep, type CommandStatus, type CommandStep, isFinal } from '../../../gateway/command/command.ts';
import { Commands } from '../../../gateway/command/commands.ts';
import type { RecordInput } from '../../../gateway/journal/record.ts';
import { record, show, TERMINAL } from '../support/records.ts';

const ORDER = { type: 'textMessage', body: {}, expiresAt: 9e12, by: 'test' };
const accepted = (id: string): CommandStep => ({ id, state: 'accepted', order: ORDER });
const step = (id: string, state: CommandStep['state']): CommandStep => ({ id, state });

type State = CommandStep['state'];
function walk(...states: State[]): (State | undefined)[] {
  let status: CommandStatus | undefined;
  return states.map((state, i) => {
    const next = state === 'accepted' ? accepted('c') : step('c', state);
    status = applyStep(status, next, { terminal: TERMINAL, receivedAt: 1000 + i, seq: 10 + i });
    return status?.state;
  });
}

describe('a command', () => {
  it('goes from step to step', () => {
    expect(walk('accepted', 'sent', 'acknowledged', 'done')).toEqual(['accepted', 'sent', 'acknowledged', 'done']);
  });

  it('never goes back, but that it may be sent again', () => {
    expect(walk('accepted', 'sent', 'acknowledged', 'accepted', 'acknowledged')).toEqual([
      'accepted',
      'sent',
      'acknowledged',
      'acknowledged',
      'acknowledged',
    ]);
    expect(walk('accepted', 'sent', 'acknowledged', 'sent').at(-1)).toBe('sent');
  });

  it.each(['done', 'failed', 'timedOut', 'expired'] as const)('that is %s stays so', (state) => {
    expect(isFinal(state)).toBe(true);
    expect(walk('accepted', 'sent', state, 'sent', 'done', 'failed', 'expired').slice(2)).toEqual(Array(5).fill(state));
  });

  it('whose first step nobody knows is none', () => {
    expect(walk('sent', 'done')).toEqual([undefined, undefined]);
  });

  it('keeps when and as what it was accepted, and what came of it', () => {
    const at = (receivedAt: number, seq: number) => ({ terminal: TERMINAL, receivedAt, seq });
    const first = applyStep(undefined, accepted('c'), at(100, 7));
    const last = applyStep(first, { id: 'c', state: 'failed', result: 3, code: 'X', reason: 'why' }, at(200, 9));
    expect(last).toEqual({
      id: 'c',
      terminal: TERMINAL,
      order: ORDER,
      state: 'failed',
      acceptedAt: 100,
      updatedAt: 200,
      firstSeq: 7,
      seq: 9,
      result: 3,
      code: 'X',
      reason: 'why',
    });
  });
});

function hear(commands: Commands, steps: readonly CommandStep[], first = 1): void {
  show(
    steps.map((one): RecordInput => record('command', one)),
    (view) => commands.apply(view),
    first,
  );
}

describe('all commands', () => {
  it('know the unfinished ones of each terminal, in the order in which they were accepted', () => {
    const commands = new Commands(() => {});
    hear(commands, [
      accepted('z'),
      accepted('a'),
      accepted('m'),
      step('a', 'sent'),
      step('z', 'sent'),
      step('z', 'done'),
    ]);
    expect(commands.unfinished(TERMINAL).map(({ id }) => id)).toEqual(['a', 'm']);
    expect([...commands.terminals()]).toEqual([TERMINAL]);
    expect(commands.waiting).toBe(2);
    hear(commands, [step('a', 'failed'), step('m', 'expired')], 7);
    expect([[...commands.terminals()], commands.waiting, commands.unfinished(TERMINAL)]).toEqual([[], 0, []]);
  });

  it('say whose snapshot differs, and only then', () => {
    const changed: string[] = [];
    const commands = new Commands((id) => changed.push(id));
    hear(commands, [accepted('a'), step('a', 'done'), step('a', 'sent'), step('b', 'sent')]);
    expect(changed).toEqual(['a', 'a']);
  });

  it('forget the oldest finished ones beyond fifty thousand', () => {
    const changed: string[] = [];
    const commands = new Commands((id) => changed.push(id));
    for (let n = 0; n <= 50_000; n++) hear(commands, [accepted(`c${n}`), step(`c${n}`, 'done')], 1 + 2 * n);
    expect([commands.get('c0'), commands.snapshot('c0')]).toEqual([undefined, null]);
    expect(commands.get('c1')?.state).toBe('done');
    expect(changed.at(-1)).toBe('c50000');
    expect(changed.slice(-3)).toContain('c0');
  });

  it('come to the same from any snapshot and any record that is not behind it, rows in any order', () => {
    const anyStep = fc
      .tuple(
        fc.constantFrom('x', 'b', 'a'),
        fc.constantFrom<State>('accepted', 'accepted', 'sent', 'acknowledged', 'done', 'failed', 'expired'),
      )
      .map(([id, state]) => (state === 'accepted' ? accepted(id) : step(id, state)));
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 15 }), fc.nat(), fc.nat(), (steps, snapshotAt, from) => {
        const straight = new Commands(() => {});
        hear(straight, steps);
        const at = snapshotAt % (steps.length + 1);
        const before = new Commands(() => {});
        hear(before, steps.slice(0, at));
        const again = new Commands(() => {});
        for (const id of ['a', 'b', 'x']) {
          const row = before.snapshot(id);
          if (row !== null) again.restore(id, row);
        }
        const cursor = from % (at + 1);
        hear(again, steps.slice(cursor), cursor + 1);
        const shape = (commands: Commands) => [
          commands.unfinished(TERMINAL),
          ['a', 'b', 'x'].map((id) => commands.get(id)),
        ];
        expect(shape(again)).toEqual(shape(straight));
      }),
    );
  });
});
