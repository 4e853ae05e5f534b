import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { registerSimulate } from '../../../simulator/cli/index.ts';
import type { Flags } from '../../../simulator/cli/flag-reader.ts';
import { readSettings, type SimulateSettings } from '../../../simulator/cli/settings.ts';

/** Flags as commander gives them when only `args` were typed. */
function flagsOf(...args: string[]): Flags {
  const program = new Command();
  registerSimulate(program);
  const command = program.commands[0] as Command;
  command.parseOptions(args);
  return command.opts();
}

function settingsOf(...args: string[]): SimulateSettings {
  const read = readSettings(flagsOf(...args));
  if ('wrong' in read) throw new Error(read.wrong.join('\n'));
  return read.settings;
}

function wrongIn(...args: string[]): string[] {
  const read = readSettings(flagsOf(...args));
  return 'wrong' in read ? read.wrong : [];
}

describe('the flags of xingji simulate', () => {
  it('all have a default that can be meant', () => {
    expect(settingsOf()).toMatchObject({
      target: { transport: 'tcp', host: '127.0.0.1', port: 8808 },
      terminals: 1,
      durationMs: 60_000,
      settleMs: 10_000,
      revision: 'mix',
      startAt: undefined,
      firmware: { reportMs: 10_000, heartbeatMs: 30_000, replyTimeoutMs: 5000, retries: 3 },
      json: false,
    });
  });

  it('are read in their units', () => {
    const settings = settingsOf(
      '--target=udp://10.0.0.1:7611',
      '--terminals=1000',
      '--interval=500ms',
      '--duration=5min',
      '--ramp=50/s',
      '--start=2026-01-05T08:00:00+08:00',
      '--revision=2019',
      '--faults=loss=0.5',
      '--retries=0',
      '--json',
    );
    expect(settings).toMatchObject({
      target: { transport: 'udp', host: '10.0.0.1', port: 7611 },
      terminals: 1000,
      durationMs: 300_000,
      rampPerSecond: 50,
      startAt: Date.UTC(2026, 0, 5),
      revision: 2019,
      faults: { loss: 0.5, reset: 0 },
      firmware: { reportMs: 500, retries: 0 },
      json: true,
    });
  });

  it.each([
    ['--target', '127.0.0.1:8808'],
    ['--terminals', '0'],
    ['--terminals', '1e3'],
    ['--interval', '10'],
    ['--interval', '1ms'],
    ['--interval', '-5s'],
    ['--duration', 'forever'],
    ['--revision', '2012'],
    ['--ramp', '0/s'],
    ['--ramp', '200'],
    ['--start', '2026-01-05T08:00:00'],
    ['--start', '2026-13-05T08:00:00Z'],
    ['--start', '1999-01-05T08:00:00Z'],
    ['--first-phone', '1000000000000'],
    ['--reply-timeout', '5'],
    ['--faults', 'loss=2'],
    ['--profile', 'mix,A'],
    ['--speed', 'max'],
    ['--speed', '0'],
    ['--storm', '10'],
    ['--jitter', '-1'],
  ])('%s %s is refused in one line that names it and says what was expected', (flag, value) => {
    const wrong = wrongIn(`${flag}=${value}`);
    expect(wrong).toEqual([expect.stringMatching(/^--[a-z-]+(:| is )'?.*(expected|no fault)/)]);
    expect(wrong[0]).toContain(flag);
  });

  it('make a fleet of vehicles where kinds of terminals are named, each as its profile says unless told otherwise', () => {
    expect(settingsOf().world).toBeUndefined();
    const { world } = settingsOf('--profile=mix', '--acts=2');
    expect(world?.profiles.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(world).toMatchObject({ actsPerYear: 2, firmware: {} });
    const told = settingsOf('--profile=C, stress', '--revision=2019', '--interval=5s').world;
    expect(told?.profiles.map(({ name, revision }) => [name, revision])).toEqual([
      ['C', 2019],
      ['stress', 2019],
    ]);
    expect(told?.firmware).toEqual({ reportMs: 5000 });
  });

  it('are all looked at before any is complained about', () => {
    expect(wrongIn('--terminals=x', '--interval=y', '--faults=loss=2,foo=1').length).toBe(4);
  });

  it('leave room for the phone numbers of the whole fleet', () => {
    expect(wrongIn('--first-phone=999999999990', '--terminals=5')).toEqual([]);
    expect(wrongIn('--first-phone=999999999990', '--terminals=50').length).toBe(1);
  });

  it('include the scenario player, the conformance walk and a serial line', () => {
    const command = new Command();
    registerSimulate(command);
    const names = command.commands[0]?.options.map(({ long }) => long);
    for (const name of [
      '--target',
      '--scenario',
      '--profile',
      '--speed',
      '--conformance',
      '--max',
      '--pty',
      '--serial',
    ])
      expect(names).toContain(name);
  });
});
