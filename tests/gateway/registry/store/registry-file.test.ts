import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Author,
  openRegistryFile,
  type RegistryFile,
  type Statement,
} from '../../../../gateway/registry/store/registry-file.ts';
import { temporaryFolder } from '../../../support/gateway.ts';
import { archive, registryInMemory, state, workOrder } from '../../support/archives.ts';

const AT = Date.parse('2026-01-05T09:00:00+08:00');
const author = (over: Partial<Author> = {}): Author => ({ who: 'platform', prefix: '', at: AT, ...over });
const PAGE = { prefix: '', limit: 100 };

let registry: RegistryFile;
beforeEach(() => {
  registry = registryInMemory();
});
afterEach(() => registry.close());

const tell = (statements: readonly Statement[], over: Partial<Author> = {}) => registry.apply(statements, author(over));
const bindings = (terminal: string): unknown[] =>
  registry.bindings({ terminal }, 10).map(({ vehicle, iccid, since, until }) => [vehicle, iccid, since, until]);

describe('facts', () => {
  it('are read back by kind and id, replaced by a later one, and gone when taken away', () => {
    expect(tell([state('archive', archive('1', '100')), state('workOrder', workOrder('1'))])).toEqual({ changed: 2 });
    expect(tell([state('archive', archive('1', '200'))])).toEqual({ changed: 1 });
    expect(JSON.parse(registry.fact('archive', '1', '') ?? '')).toEqual(archive('1', '200'));
    expect(registry.facts('archive', PAGE).map(({ id }) => id)).toEqual(['1']);
    tell([state('archive', { id: '1', deleted: true })]);
    expect(registry.fact('archive', '1', '')).toBeUndefined();
    expect(registry.facts('workOrder', PAGE).map(({ id }) => id)).toEqual(['1']);
  });

  it('that say what is known already change nothing', () => {
    tell([state('archive', archive('1', '100'))]);
    expect(tell([state('archive', archive('1', '100')), state('order', { id: '9', deleted: true })])).toEqual({
      changed: 0,
    });
    expect(registry.changes(0, 10)).toHaveLength(1);
  });

  it('are taken all or not at all', () => {
    const step = { terminal: '300', to: 'ordered' } as const;
    registry.advance(step, author());
    registry.advance({ terminal: '300', to: 'recycled' }, author());
    expect(tell([state('archive', archive('1', '100')), state('archive', archive('2', '0300'))])).toEqual({
      refused: [{ index: 1, fault: 'terminal: 300 is recycled' }],
    });
    expect(registry.counts()).toEqual({ facts: 1, vehicles: 0, terminals: 1 });
  });

  it('are taken literally, whatever stands in them', () => {
    const plate = `';drop table fact;--"%_`;
    tell([state('archive', archive('%', '100', { plate })), state('workOrder', workOrder('_', { plate }))]);
    expect(JSON.parse(registry.fact('archive', '%', '') ?? '')).toMatchObject({ plate });
    expect([registry.fact('archive', '_', ''), registry.facts('archive', { prefix: '%', limit: 9 })]).toEqual([
      undefined,
      [],
    ]);
  });

  it('come in pages, as far as the divisions of who asks reach', () => {
    tell([
      state('archive', archive('1', '100')),
      state('archive', archive('2', '200', { division: '530302' })),
      state('archive', archive('3', '300')),
    ]);
    expect(registry.vehicles({ prefix: '5301', limit: 1 }).map(({ id }) => id)).toEqual(['1']);
    expect(registry.vehicles({ prefix: '5301', after: '1', limit: 9 }).map(({ id }) => id)).toEqual(['3']);
    expect(registry.facts('archive', { prefix: '5303', limit: 9 }).map(({ id }) => id)).toEqual(['2']);
    expect(registry.fact('archive', '2', '5301')).toBeUndefined();
    expect(registry.terminals({ prefix: '5303', limit: 9 }).map(({ terminal }) => terminal)).toEqual(['200']);
    expect([registry.terminal('200', '5301'), registry.terminal('200', '53')?.vehicle]).toEqual([
      undefined,
      'vehicle 2',
    ]);
    expect(registry.units('5301')).toMatchObject([{ division: '530102', unit: '机关事务局', vehicles: 2 }]);
  });
});

describe('a bounded account', () => {
  beforeEach(() => {
    tell([state('archive', archive('1', '100')), state('archive', archive('2', '200', { division: '530302' }))]);
  });
  const order = { id: 'o', plate: '云A2', from: '', until: '', purpose: '', approver: '', filedAt: '' };

  it.each([
    ['a vehicle of another division', state('archive', archive('3', '300', { division: '530302' })), 'is 530302'],
    ['an id of another division', state('archive', archive('2', '200')), 'id: 2 is of another division'],
    ['the removal of what is of another', state('archive', { id: '2', deleted: true }), 'id: 2 is of another division'],
    ['an order for a vehicle of another', state('order', order), 'division: is 530302, expected one within 5301'],
    [
      'an exemption of a terminal that nobody knows',
      state('workOrder', workOrder('w', { terminal: '999' })),
      'not known',
    ],
    ['a calendar for everybody', state('calendar', { id: 'c', date: '2026-01-01', kind: 'holiday' }), 'not known'],
    [
      'a place of nobody',
      state('place', { id: 'p', kind: 'depot', latitude: 1, longitude: 1, radius: 1 }),
      'not known',
    ],
  ])('may not state %s', (_what, statement, fault) => {
    expect(tell([statement], { prefix: '5301' })).toMatchObject({
      refused: [{ fault: expect.stringContaining(fault) }],
    });
  });

  it('states what is of its own, places of its units too, and reads them back', () => {
    const place = { id: 'p', kind: 'depot', latitude: 1, longitude: 1, radius: 1, units: ['机关事务局'] } as const;
    const mine = [state('workOrder', workOrder('w')), state('place', place)];
    expect(tell(mine, { prefix: '5301' })).toEqual({ changed: 2 });
    expect(registry.facts('place', { prefix: '5301', limit: 9 }).map(({ id }) => id)).toEqual(['p']);
  });
});

describe('bindings', () => {
  it('keep which vehicle and SIM a terminal was in, and since when', () => {
    tell([state('archive', archive('1', '0100', { iccid: 'a' }))], { at: 1 });
    tell([state('archive', archive('1', '100', { iccid: 'b' }))], { at: 2 });
    tell([state('archive', archive('2', '100'))], { at: 3 });
    tell([state('archive', { id: '2', deleted: true })], { at: 4 });
    tell([state('archive', archive('1', '200', { iccid: 'b' }))], { at: 5 });
    expect(bindings('100')).toEqual([
      ['vehicle 1', 'b', 4, 5],
      ['vehicle 2', null, 3, 4],
      ['vehicle 1', 'b', 2, 3],
      ['vehicle 1', 'a', 1, 2],
    ]);
    expect(bindings('200')).toEqual([['vehicle 1', 'b', 5, null]]);
    expect(registry.bindings({ vehicle: 'vehicle 1' }, 1)).toMatchObject([{ terminal: '200' }]);
  });

  it('stay as they are when only the unit changes', () => {
    tell([state('archive', archive('1', '100'))], { at: 1 });
    tell([state('archive', archive('1', '100', { unit: '另一单位' }))], { at: 2 });
    expect(bindings('100')).toEqual([['vehicle 1', null, 1, null]]);
  });
});

describe('the life of a terminal', () => {
  const step = (to: Parameters<RegistryFile['advance']>[0]['to'], workOrder_?: string, over: Partial<Author> = {}) =>
    registry.advance(
      { terminal: '0100', to, ...(workOrder_ === undefined ? {} : { workOrder: workOrder_ }) },
      author(over),
    );

  it('goes from order to recycling on work orders, each step in the history', () => {
    tell([state('workOrder', workOrder('i', { kind: 'install' })), state('workOrder', workOrder('r'))]);
    step('ordered');
    step('installed', 'i');
    step('commissioned');
    step('inService');
    step('removalApproved', 'r');
    step('removed', 'r');
    step('recycled');
    const history = registry.history('terminal:100', 10);
    expect(history.map(({ after }) => (JSON.parse(after ?? '') as { state: string }).state)).toEqual([
      'recycled',
      'removed',
      'removalApproved',
      'inService',
      'commissioned',
      'installed',
      'ordered',
    ]);
    expect(history[1]).toMatchObject({ who: 'platform', before: '{"state":"removalApproved"}' });
    expect(() => step('installed', 'i')).toThrow(
      'to: is installed, but terminal 100 is recycled, expected nothing further',
    );
  });

  it('keeps what was measured when it was commissioned, also anew from service', () => {
    tell([state('archive', archive('1', '100'))]);
    const measured = { baseline: { restMv: 12_600, csq: 24 }, record: 'C-1' };
    registry.advance({ terminal: '100', to: 'commissioned', ...measured }, author());
    expect(JSON.parse(registry.history('terminal:100', 1)[0]!.after!)).toMatchObject({
      state: 'commissioned',
      ...measured,
    });
    const told = registry.pending('journal', 10).find(({ kind }) => kind === 'lifeCycle');
    expect(JSON.parse(told!.json!)).toMatchObject(measured);
  });

  it('is in service where an archive brings it', () => {
    tell([state('archive', archive('1', '100'))]);
    expect(registry.terminal('100', '')).toMatchObject({ state: 'inService', plate: '云A1' });
  });

  it('takes no step without its order, or with one that is unknown, of another terminal, or not open', () => {
    tell([
      state('archive', archive('1', '100')),
      state('workOrder', workOrder('other', { terminal: '200' })),
      state('workOrder', workOrder('byPlate', { terminal: undefined as never, plate: '云A1' })),
    ]);
    expect(() => step('removalApproved')).toThrow('workOrder: is missing, expected one of kind removal or replacement');
    expect(() => step('removalApproved', 'nobody')).toThrow('workOrder: nobody is not known');
    expect(() => step('removalApproved', 'other')).toThrow('workOrder: other is not for terminal 100');
    step('removalApproved', 'byPlate');
    expect(() => step('removed', 'byPlate', { at: AT + 86_400_000 })).toThrow('and not at the time of this step');
    expect(() => step('removed', 'byPlate', { prefix: '5303' })).toThrow('of another division than 5303');
    expect(registry.terminal('100', '')?.state).toBe('removalApproved');
  });
});

describe('readers', () => {
  it('are told of each fact once, as it is by then', () => {
    tell([state('archive', archive('1', '100')), state('archive', archive('2', '200'))]);
    tell([state('archive', archive('1', '300'))]);
    const [first, second] = registry.pending('journal:a', 10);
    expect([first, second].map((fact) => fact?.id)).toEqual(['2', '1']);
    registry.told('journal:a', first!.n);
    expect(registry.pending('journal:a', 10)).toMatchObject([{ id: '1' }]);
    expect(registry.pending('journal:b', 10)).toHaveLength(2);
  });
});

describe('the file', () => {
  it('is taken up by another process as it was left, and a change that was cut off is not there', () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'registry.db');
    const file = openRegistryFile(path);
    file.apply([state('archive', archive('1', '100'))], author());
    const script = `
      import { openRegistryDatabase } from '${fileURLToPath(new URL('../../../../gateway/registry/store/registry-schema.ts', import.meta.url))}';
      const db = openRegistryDatabase(process.argv[1]);
      db.exec("begin immediate; update archive set plate = 'x'");
      process.kill(process.pid, 'SIGKILL');`;
    spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, path]);
    expect(file.vehicles(PAGE)).toMatchObject([{ plate: '云A1' }]);
    file.apply([state('archive', archive('1', '200'))], author());
    file.close();
    const again = openRegistryFile(path);
    expect(again.counts()).toEqual({ facts: 1, vehicles: 1, terminals: 2 });
    again.close();
    folder.remove();
  });

  it('of another program, or of a newer version, is refused in words', () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'registry.db');
    const script = (sql: string): void => {
      spawnSync(process.execPath, [
        '-e',
        `new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec(process.argv[2])`,
        path,
        sql,
      ]);
    };
    script('create table t (a); pragma user_version = 1');
    expect(() => openRegistryFile(path)).toThrow('The registry is damaged or is none');
    script('pragma user_version = 99');
    expect(() => openRegistryFile(path)).toThrow('has version 99, this program reads up to 1');
    folder.remove();
  });
});
