import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deedsOf,
  expectedIn,
  jobIn,
  orderBookIn,
  photosIn,
  templatesIn,
} from '../../../../gateway/cli/commission/flags.ts';
import { ToolFault } from '../../../../gateway/cli/terminal/tool.ts';

let folder: string;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xingji-flags-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is said on the command line', () => {
  it('names what a hand does', () => {
    expect(deedsOf(undefined)).toBeUndefined();
    expect([...deedsOf('none')!]).toEqual([]);
    expect([...deedsOf('power,case')!]).toEqual(['cutPower', 'restorePower', 'openCase', 'closeCase']);
    expect(deedsOf('all')!.size).toBe(9);
  });

  it('goes over what an order says', () => {
    expect(expectedIn(['plate=云A1', 'terminal=013900000000', 'unit=a=b'])).toEqual({
      plate: '云A1',
      terminal: '13900000000',
      unit: 'a=b',
    });
    expect(expectedIn()).toEqual({});
  });

  it('brings templates in YAML or JSON, and pictures', () => {
    expect(templatesIn(file('t.yaml', '- name: a\n- name: b\n'))).toHaveLength(2);
    expect(templatesIn(file('t.json', '{"name":"a"}'))).toHaveLength(1);
    expect(templatesIn(undefined)).toEqual([]);
    expect(photosIn([file('dash.JPG', 'x')])).toMatchObject([{ name: 'dash.JPG', type: 'image/jpeg' }]);
  });

  it.each([
    [
      'a drill that there is not',
      () => deedsOf('power,cut'),
      "--drills is 'power,cut', expected all, none, or some of power",
    ],
    ['another job', () => jobIn('polish'), "--job is 'polish', expected one of install, replacement"],
    ['a name that is not looked at', () => expectedIn(['color=blue']), "--expect is 'color=blue', expected NAME=VALUE"],
    ['nothing behind the name', () => expectedIn(['plate=']), '--expect'],
    ['a division that is none', () => expectedIn(['division=5301']), 'a division has six digits'],
    ['a file that is not there', () => orderBookIn('/nowhere.jsonl'), "--facts is '/nowhere.jsonl', expected a file"],
    ['facts that are none', () => orderBookIn(file('f.jsonl', 'x')), 'f.jsonl: line 1: expected'],
    ['a template that is no YAML', () => templatesIn(file('b.yaml', 'a: [')), 'b.yaml: '],
    ['a template with another field', () => templatesIn(file('c.yaml', 'nam: x')), 'c.yaml: nam: no such field'],
    ['a picture of another kind', () => photosIn(['x.gif']), "--photo is 'x.gif', expected a .jpg or .png"],
    ['too many pictures', () => photosIn(Array.from({ length: 9 }, () => 'a.jpg')), 'at most 8'],
  ])('%s is one line, and wrong usage', (_what, read, line) => {
    let fault: unknown;
    try {
      read();
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(ToolFault);
    expect(fault).toMatchObject({ exitCode: 2, message: expect.stringContaining(line) as unknown });
  });
});
