import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openingOf, parseFlags } from '../../../bench/flags/read-flags.ts';

const BENCH = join(import.meta.dirname, '../../../bench');
const DEFAULTS = { rounds: 3, hold: Number.NaN, bursts: [1, 10], dir: '/tmp', long: false } as const;

describe('flags of a benchmark', () => {
  it('are what stands there, and the defaults where nothing does', () => {
    expect(parseFlags([], DEFAULTS)).toEqual({ flags: DEFAULTS, operands: [] });
    expect(parseFlags(['--rounds', '0.5', '--bursts=4,5', '--long', '--dir', ''], DEFAULTS)).toEqual({
      flags: { rounds: 0.5, hold: Number.NaN, bursts: [4, 5], dir: '', long: true },
      operands: [],
    });
    expect(parseFlags(['disk', '--long'], DEFAULTS, true)).toMatchObject({ operands: ['disk'] });
    expect(parseFlags(['--rounds', 'x', '--help'], DEFAULTS)).toBe('help');
  });

  it.each([
    [['--round', '3'], "Unknown option '--round'"],
    [['--rounds', 'many'], "--rounds is 'many', expected a number"],
    [['--rounds', '1,2'], "--rounds is '1,2', expected a number"],
    [['--rounds=-1'], "--rounds is '-1', expected a number"],
    [['--bursts', '1,,2'], "--bursts is '1,,2', expected numbers, with commas between"],
    [['--rounds'], "Option '--rounds <value>' argument missing"],
    [['--long=yes'], "Option '--long' does not take an argument"],
    [['disk'], "Unexpected argument 'disk'"],
  ])('that are wrong are one line: %j', (args, wrong) => {
    expect(parseFlags(args, DEFAULTS)).toEqual({ wrong });
  });

  it('are explained by what the file opens with', () => {
    expect(openingOf('/**\n * What it is.\n *\n *     node bench/a.ts [--b]\n */\nimport x;\n/** not this */')).toBe(
      'What it is.\n\n    node bench/a.ts [--b]',
    );
  });
});

describe('every benchmark', () => {
  const files = [
    ...readdirSync(BENCH).filter((name) => name.endsWith('.ts')),
    'detect/cost.ts',
    'detect/examples.ts',
    'fuzz/main.ts',
  ];

  it.each(files)('%s takes its flags here, and says how it is run', (name) => {
    const source = readFileSync(join(BENCH, name), 'utf8');
    expect(source).toMatch(/readFlags\(\s*import\.meta\.filename/);
    expect(source).not.toContain('parseArgs');
    expect(openingOf(source)).toMatch(/node (--[\w-]+ )*bench\/|npm run /);
  });

  it('answers --help, and a wrong flag with one line and exit code 2', () => {
    const run = (...args: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [join(BENCH, 'world.ts'), ...args], { encoding: 'utf8' });
    const help = run('--help');
    expect([help.status, help.stdout, help.stderr]).toEqual([
      0,
      expect.stringMatching(/^The physical world .*[\s\S]*node bench\/world\.ts \[--vehicles 20\]/),
      '',
    ]);
    const wrong = run('--vehicle', '3');
    expect([wrong.status, wrong.stdout, wrong.stderr]).toEqual([2, '', "Unknown option '--vehicle'\n"]);
  });
});
