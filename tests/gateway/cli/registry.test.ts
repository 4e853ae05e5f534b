import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registryPath } from '../../../gateway/feed/open-feeds.ts';
import { openRegistryFile, type RegistryFile } from '../../../gateway/registry/store/registry-file.ts';
import { temporaryFolder } from '../../support/gateway.ts';
import { archive, state, workOrder } from '../support/archives.ts';
import { xingji } from './xingji.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const run = (...args: string[]) => xingji([...args, '--data', folder.path]);

function look<T>(read: (registry: RegistryFile) => T): T {
  const registry = openRegistryFile(registryPath(folder.path));
  try {
    return read(registry);
  } finally {
    registry.close();
  }
}

function file(name: string, lines: readonly unknown[]): string {
  const path = join(folder.path, name);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

describe('xingji feed', () => {
  it('states the facts of a file, and nothing of a file with a fault', async () => {
    const day = { id: 'c', date: '2026-10-01', kind: 'holiday' };
    const bad = await run('feed', 'calendar', file('bad', [day, { ...day, colour: 1 }, '{']));
    expect(bad).toMatchObject({ code: 1, out: '' });
    expect(bad.err).toBe(
      'line 2: colour: is not a known field\nline 3: is not JSON\n2 lines are at fault; nothing was changed\n',
    );
    expect(look((registry) => registry.counts().facts)).toBe(0);
    expect(await run('feed', 'calendar', file('good', [day]))).toEqual({
      code: 0,
      out: '1 read, 1 changed\n',
      err: '',
    });
    expect(look((registry) => registry.fact('calendar', 'c', ''))).toBe(JSON.stringify(day));
    expect(look((registry) => registry.changes(0, 9))).toMatchObject([{ who: expect.stringMatching(/^cli:/) }]);
  });

  it('reads stdin for -, and says what it did as JSON', async () => {
    const input = `${JSON.stringify(workOrder('w'))}\n`;
    const ran = await xingji(['feed', 'workOrder', '-', '--json', '--data', folder.path], { input });
    expect([ran.code, JSON.parse(ran.out)]).toEqual([0, { read: 1, changed: 1 }]);
  });

  it('knows six kinds and no folder that is not there', async () => {
    expect(await run('feed', 'gossip', '-')).toMatchObject({ code: 2 });
    const nowhere = await xingji(['feed', 'order', '-', '--data', join(folder.path, 'nowhere')]);
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('--data: there is no folder') as unknown });
  });
});

describe('xingji registry', () => {
  it('imports all or nothing, and exports what it has', async () => {
    const head = 'vehicle,plate,plateColor,division,unit,terminal';
    const bad = await run(
      'registry',
      'import',
      file('bad.csv', [head, 'V1,云A1,blue,530102,u,100', 'V2,云A2,blue,x,u,200']),
    );
    expect(bad).toMatchObject({ code: 1, err: expect.stringContaining('line 3: division:') as unknown });
    const good = file('good.csv', [head, 'V1,云A1,blue,530102,u,100']);
    expect(await run('registry', 'import', good, '--dry-run')).toMatchObject({
      code: 0,
      out: '1 read, none at fault\n',
    });
    expect(look((registry) => registry.counts().vehicles)).toBe(0);
    expect(await run('registry', 'import', good)).toMatchObject({ code: 0, out: '1 read, 1 changed\n' });
    const fact = { ...archive('V1', '100', { vehicle: 'V1', plate: '云A1', unit: 'u' }), plateColor: 1 };
    expect(JSON.parse((await run('registry', 'export', '--format', 'json')).out)).toEqual(fact);
  });

  it('shows a terminal and takes it through its life', async () => {
    look((registry) =>
      registry.apply([state('archive', archive('1', '100', { vehicle: 'V1' }))], { who: 'x', prefix: '', at: 1 }),
    );
    expect(JSON.parse((await run('registry', 'show', '0100', '--json')).out)).toMatchObject({
      state: 'inService',
      bindings: [{ vehicle: 'V1', until: null }],
    });
    expect(await run('registry', 'advance', '100', 'removed')).toMatchObject({
      code: 1,
      err: 'to: is removed, but terminal 100 is inService, expected removalApproved or commissioned\n',
    });
    expect(await run('registry', 'show', '999')).toMatchObject({ code: 1, err: 'No terminal 999 is known.\n' });
  });
});
