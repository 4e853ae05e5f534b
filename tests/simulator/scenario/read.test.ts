import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readScenarios } from '../../../simulator/scenario/read.ts';

const text = readFileSync(new URL('../../../simulator/scenario/catalogue.json', import.meta.url), 'utf8');

/** The lines that a catalogue gives which somebody has spoilt. */
function faultsOf(spoil: (file: ReturnType<typeof JSON.parse>) => void): readonly string[] {
  const file = JSON.parse(text);
  spoil(file);
  const read = readScenarios(JSON.stringify(file));
  return 'wrong' in read ? read.wrong : [];
}

describe('a file of scenarios', () => {
  test('our own is in form', () => {
    const read = readScenarios(text);
    expect('wrong' in read ? read.wrong : read.file.scenarios.length).toBe(92);
  });

  test('that is no JSON is told so', () => {
    expect(readScenarios('{')).toMatchObject({ wrong: [expect.stringContaining('the file is no JSON')] });
    expect(readScenarios('nonsense\nof lines')).toMatchObject({ wrong: [expect.not.stringContaining('\n')] });
  });

  test('names a field that is not known by its path', () => {
    const faults = faultsOf((file) => (file.scenarios[0].timeline[0].set.supplyv = 1));
    expect(faults).toEqual(['G01.timeline.0.set.supplyv: is not a known field']);
  });

  test('names what is missing', () => {
    expect(faultsOf((file) => delete file.scenarios[4].kind)).toEqual(['G05.kind: is missing']);
  });

  test('says which values a field may have', () => {
    const [fault] = faultsOf((file) => (file.scenarios[0].timeline[0].set.net = 'down'));
    expect(fault).toContain('G01.timeline.0.set.net: is "down", expected one of ok, outage');
  });

  test('wants presets and profiles that are there', () => {
    const faults = faultsOf((file) => {
      file.scenarios[1].preset = 'village';
      file.scenarios[2].profiles = ['A', 'Z'];
    });
    expect(faults[0]).toMatch(/^G02\.preset: is 'village', expected one of parked/);
    expect(faults[1]).toMatch(/^G03\.profiles: 'Z' is no profile of the file/);
  });

  test('wants steps in the order of time, within the duration, that change something', () => {
    const faults = faultsOf((file) => {
      file.scenarios[0].timeline = [{ t: 700, set: { supply_v: 0 } }, { t: 600, set: { acc: true } }, { t: 9000 }];
    });
    expect(faults).toEqual([
      'G01.timeline.1.t: is 600, expected not before 700, the step before it',
      'G01.timeline.2.t: is 9000, expected at most 7200, the duration',
      'G01.timeline.2: changes nothing, expected set or ramp',
    ]);
  });

  test('ramps numbers only, in more than no time', () => {
    const faults = faultsOf((file) => {
      file.scenarios[0].timeline = [{ t: 1, ramp: { acc: [1, 10], supply_v: [3, 0] } }];
    });
    expect(faults).toEqual([
      'G01.timeline.0.ramp.acc: is no cause variable that is a number',
      'G01.timeline.0.ramp.supply_v: takes 0 s, expected more than 0',
    ]);
  });

  test('draws what can be drawn', () => {
    const faults = faultsOf((file) => (file.scenarios[0].randomise = { colour: [1, 2], onset_s: [9, 3] }));
    expect(faults[0]).toContain('G01.randomise.colour: cannot be drawn');
    expect(faults[1]).toBe('G01.randomise.onset_s: is [9, 3], expected from the less to the more');
  });

  test('an id stands for one scenario', () => {
    expect(faultsOf((file) => file.scenarios.push(file.scenarios[0]))).toEqual(['G01: stands twice in the file']);
  });
});
