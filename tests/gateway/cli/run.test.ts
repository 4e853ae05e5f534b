import { describe, expect, test } from 'vitest';
import { xingji } from './xingji.ts';

const COMMANDS = ['serve', 'decode', 'encode', 'simulate', 'verify', 'journal'];

describe('xingji', () => {
  test('tells its version and its commands', async () => {
    expect((await xingji(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { code, out } = await xingji(['--help']);
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test.each(COMMANDS)('%s has help with an example', async (name) => {
    const { code, out } = await xingji([name, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:\n +(\S.*)?xingji /);
  });

  test('shows the same help when it is asked for the other way round', async () => {
    const [before, behind] = await Promise.all([xingji(['help', 'decode']), xingji(['decode', '--help'])]);
    expect(before).toEqual(behind);
  });

  test.each<[string, readonly string[], string]>([
    ['no command', [], 'Usage: xingji'],
    ['a mistyped command', ['decod'], "error: unknown command 'decod'\n(Did you mean decode?)\nSee xingji --help.\n"],
    ['a mistyped option', ['decode', '--jsn', '7e'], "error: unknown option '--jsn'\n(Did you mean --json?)\n"],
    ['a missing argument', ['decode'], "error: missing required argument 'hex'\n"],
    ['a dialect that is not there', ['decode', '--dialect', 'swahili', '7e'], 'Allowed choices are native, emqx.'],
    ['a file for stdin', ['encode', 'x.json'], "error: messages are read from stdin, not from 'x.json'\n"],
    [
      'a wrong setting',
      ['serve', '--workers', '4', '--jt808', 'nowhere'],
      'jt808.listen: "nowhere" (--jt808), expected HOST:PORT',
    ],
  ])('with %s exits 2 and says so on stderr, in a line', async (_, args, text) => {
    const { code, out, err } = await xingji(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(text);
  });

  test('tells every wrong setting at once and starts nothing', async () => {
    const { code, err } = await xingji(['serve', '--workers', '0', '--http', 'x'], {
      env: { XINGJI_LOG_LEVEL: 'loud' },
    });
    expect(code).toBe(2);
    expect(
      err
        .trimEnd()
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(expect.arrayContaining(['workers', 'http.listen', 'log.level']));
    expect(err.trimEnd().split('\n')).toHaveLength(3);
  });
});
