import { expect, test } from 'vitest';
import { loadConfig } from '../../../gateway/config/load.ts';
import { parseQuirks } from '../../../gateway/quirks/settings.ts';

test('settings are by phone without leading zeros, by model or by maker', () => {
  expect([...parseQuirks({ '013912345678': { time: 'utc' }, 'BSJ-A6': { items: 2n, vendor: 'bsj' } })!]).toEqual([
    ['13912345678', { time: 'utc' }],
    ['BSJ-A6', { items: '2', vendor: 'bsj' }],
  ]);
});

test.each([[[]], ['{'], [{ a: 1 }], [{ a: { time: 'cet' } }], [{ a: { colour: 'red' } }], [{ '': {} }], [3]])(
  '%j is refused',
  (raw) => {
    expect(parseQuirks(raw)).toBeUndefined();
  },
);

test('a file and an environment give the same', () => {
  const file = loadConfig({
    file: 'x.yaml',
    env: {},
    flags: {},
    readText: () => 'jt808:\n  quirks:\n    "0139": { time: utc, revision: 2011 }\n',
  });
  const env = loadConfig({ env: { XINGJI_JT808_QUIRKS: '{"139":{"time":"utc","revision":2011}}' }, flags: {} });
  const expected = new Map([['139', { time: 'utc', revision: '2011' }]]);
  for (const loaded of [file, env]) {
    if (!('config' in loaded)) throw new Error(JSON.stringify(loaded.faults));
    expect(loaded.config.jt808.quirks).toEqual(expected);
  }
});
