import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStateFile } from '../../../../gateway/fold/store/state-file.ts';
import { tempDir } from '../../journal/support.ts';

describe('the file of the snapshots', () => {
  it('says what went wrong, also where the engine has undone everything already, as it does when the disk is full', () => {
    const dir = tempDir();
    const file = openStateFile(dir);
    const db = new DatabaseSync(join(dir, 'state/state.db'));
    db.exec("create trigger full before insert on state begin select raise(rollback, 'the disk is full'); end");
    const write = (): void => file.write([{ kind: 'terminal', key: '1', value: '{}' }], 7);
    expect(write).toThrow('the disk is full');
    db.exec('drop trigger full');
    db.close();
    expect(write).not.toThrow();
    expect([file.rows().length, file.cursor]).toEqual([1, 7]);
    file.close();
  });

  it('is empty at first, and gives back what was written when it is opened again', () => {
    const dir = tempDir();
    const first = openStateFile(dir);
    expect([first.cursor, first.rows()]).toEqual([0, []]);
    first.write(
      [
        { kind: 'terminal', key: '1', value: '{"a":1}' },
        { kind: 'command', key: '1', value: '{"b":"云"}' },
      ],
      5,
    );
    first.close();
    const second = openStateFile(dir);
    expect(second.cursor).toBe(5);
    expect(second.rows().map((row) => ({ ...row }))).toEqual([
      { kind: 'command', key: '1', value: '{"b":"云"}' },
      { kind: 'terminal', key: '1', value: '{"a":1}' },
    ]);
    second.close();
  });

  it('replaces rows, removes those without a value, and leaves the cursor where none is given', () => {
    const file = openStateFile(tempDir());
    file.write(
      [
        { kind: 'terminal', key: '1', value: 'a' },
        { kind: 'terminal', key: '2', value: 'b' },
      ],
      5,
    );
    file.write(
      [
        { kind: 'terminal', key: '1', value: 'c' },
        { kind: 'terminal', key: '2', value: null },
        { kind: 'archive', key: '9', value: null },
      ],
      undefined,
    );
    expect([file.rows().map(({ key, value }) => [key, value]), file.cursor]).toEqual([[['1', 'c']], 5]);
    file.close();
  });

  it('takes all rows of a write or none', () => {
    const file = openStateFile(tempDir());
    file.write([{ kind: 'terminal', key: '1', value: 'a' }], 5);
    const good = { kind: 'terminal', key: '1', value: 'b' } as const;
    const bad = { kind: 'terminal', key: '2', value: { no: 'text' } as unknown as string } as const;
    expect(() => file.write([good, bad], 6)).toThrow(/cannot be bound/);
    expect([file.rows().map(({ value }) => value), file.cursor]).toEqual([['a'], 5]);
    // It is not left in the middle of a transaction.
    file.write([{ kind: 'terminal', key: '1', value: 'c' }], 7);
    expect([file.rows().map(({ value }) => value), file.cursor]).toEqual([['c'], 7]);
    file.close();
  });

  it('of a newer program is not touched', () => {
    const dir = tempDir();
    openStateFile(dir).close();
    const db = new DatabaseSync(join(dir, 'state', 'state.db'));
    db.exec('pragma user_version = 99');
    db.close();
    expect(() => openStateFile(dir)).toThrow(/version 99/);
  });
});
