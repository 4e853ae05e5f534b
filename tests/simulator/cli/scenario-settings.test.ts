import { describe, expect, test } from 'vitest';
import { readScenarioSettings } from '../../../simulator/cli/scenario-settings.ts';

const TARGET = 'tcp://127.0.0.1:8808';

describe('the flags of a scenario', () => {
  test('name one of the catalogue and the first of its profiles', () => {
    const read = readScenarioSettings({ target: TARGET, scenario: 'G02' });
    expect(read).toMatchObject({
      settings: { scenario: { id: 'G02' }, profile: 'A', seed: '1', speed: 1, warmupDays: 0, startAt: undefined },
    });
  });

  test('set the pace, the days before, the start and the files', () => {
    const flags = {
      target: TARGET,
      scenario: 'G04',
      profile: 'E',
      speed: 'max',
      warmup: '36h',
      truth: 't',
      facts: 'f',
    };
    const read = readScenarioSettings({ ...flags, start: '2026-01-05T08:00:00+08:00' });
    expect(read).toMatchObject({
      settings: { profile: 'E', speed: 'max', warmupDays: 1.5, startAt: Date.UTC(2026, 0, 5), truth: 't', facts: 'f' },
    });
  });

  test('are told all that is wrong with them', () => {
    const flags = { target: 'x', scenario: 'G04', profile: 'Q', speed: '0', warmup: '90d', start: 'today' };
    expect(readScenarioSettings(flags)).toEqual({
      wrong: [
        "--target is 'x', expected tcp://host:port or udp://host:port",
        "--speed is '0', expected a factor up to 10000, or max",
        "--warmup is '90d', expected a time up to 60d such as 2h or 3d",
        "--start is 'today', expected a time with its offset such as 2026-01-05T08:00:00+08:00",
        "--profile is 'Q', expected one of A, B, C, D, E",
      ],
    });
  });

  test('name what there is, where the scenario is none', () => {
    const read = readScenarioSettings({ target: TARGET, scenario: 'G99' });
    expect('wrong' in read ? read.wrong[0] : '').toMatch(/^--scenario: 'G99' is no scenario; there are G01 G02 /);
    expect(readScenarioSettings({ target: TARGET, scenario: 'none.json#G01' })).toEqual({
      wrong: ['--scenario: none.json cannot be read'],
    });
  });
});
