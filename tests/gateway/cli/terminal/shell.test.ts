import { describe, expect, test } from 'vitest';
import { candidatesFor, COMMANDS } from '../../../../gateway/cli/terminal/shell.ts';
import { readGiven, readWords } from '../../../../gateway/cli/terminal/given.ts';
import { LinkFault } from '../../../../gateway/terminal-link/faults.ts';
import { runScript } from '../../../../gateway/cli/terminal/script.ts';
import { benchOf } from './support.ts';

const params = (values: Record<string, unknown>) => ({
  name: 'queryParametersResponse',
  body: { params: values as never },
});
const ACK = { name: 'terminalAck', body: { result: 'success' } };

describe('parameters', () => {
  test('are read by name, id and pattern, with their units', async () => {
    const bench = benchOf();
    bench.link.say = () => params({ heartbeatInterval: 30, mainServerAddress: '10.0.0.1', serverTcpPort: 8808 });
    expect(await bench.run('get heartbeatInterval 0x0013')).toBe(0);
    expect(bench.link.asked).toEqual([['queryGivenTerminalParameters', { paramIds: [1, 0x13] }]]);
    expect(bench.reports[0]!.text[0]).toMatch(/0x0001 +heartbeatInterval +30 s +终端心跳发送间隔/);
    await bench.run('get *server*');
    expect(bench.link.asked.at(-1)).toEqual(['queryTerminalParameters', {}]);
    expect(bench.told().at(-1)).toMatchObject({ params: { mainServerAddress: '10.0.0.1', serverTcpPort: 8808 } });
    expect(Object.keys((bench.told().at(-1) as { params: object }).params)).not.toContain('heartbeatInterval');
  });

  test('of a terminal of 2011, which cannot be asked for some, are picked from all', async () => {
    const bench = benchOf();
    bench.link.speaker = { ...bench.link.speaker!, revision: 2011 };
    bench.link.say = () => params({ heartbeatInterval: 30, serverTcpPort: 8808 });
    await bench.run('get serverTcpPort');
    expect(bench.link.asked).toEqual([['queryTerminalParameters', {}]]);
    expect(bench.told()).toMatchObject([{ params: { serverTcpPort: 8808 } }]);
  });

  test('are set in the form of each, and read back', async () => {
    const bench = benchOf();
    const body = {
      heartbeatInterval: 30,
      plateNumber: '云A12345',
      alarmMask: ['emergency', 'overspeed'],
      plateColor: 'blue',
      unknown: [{ id: '0x0000F001', hex: '0a1b' }],
    };
    bench.link.say = (type) => (type === 'setTerminalParameters' ? ACK : params(body));
    const line =
      'set heartbeatInterval=30 plateNumber=云A12345 alarmMask=emergency,overspeed plateColor=blue 0xF001=0a1b';
    expect([await bench.run(line), bench.faults]).toEqual([0, []]);
    expect(bench.link.asked).toEqual([
      ['setTerminalParameters', { params: body }],
      ['queryGivenTerminalParameters', { paramIds: [1, 0x83, 0x50, 0x84, 0xf001] }],
    ]);
    expect(bench.questions).toEqual(['this can do harm (parameter 0x0083); send it to 13912345678?']);
  });

  test('that were said to be taken and were not are a failure', async () => {
    const bench = benchOf();
    bench.link.say = (type) => (type === 'setTerminalParameters' ? ACK : params({ heartbeatInterval: 60 }));
    expect(await bench.run('set heartbeatInterval=30')).toBe(1);
    expect(bench.faults).toEqual(['it said success, and has another value: heartbeatInterval']);
  });

  test.each([
    ['set heartbeatInterval', '"heartbeatInterval": expected <parameter>=<value>'],
    ['set heartbeatInterval=often', 'heartbeatInterval is "often", expected a number'],
    ['set nonsense=1', 'no parameter is called "nonsense"'],
    ['set heartbeat=1', 'no parameter is called "heartbeat"; there are: heartbeatInterval'],
    ['set 0xF001=xyz', '0x0000F001 is "xyz", expected octets in hexadecimal, as the standard does not know it'],
    ['set heartbeatInterval=-1', /heartbeatInterval/],
  ])('%s is refused before anything is sent', async (line, why) => {
    const bench = benchOf();
    expect(await bench.run(line)).toBe(2);
    expect(bench.faults[0]).toMatch(why);
    expect(bench.link.asked).toEqual([]);
  });
});

describe('what can do harm', () => {
  test('is confirmed first, and not sent where it is not', async () => {
    const bench = benchOf();
    bench.yes = false;
    expect(await bench.run('control reset')).toBe(1);
    expect(await bench.run('unlock')).toBe(1);
    expect(bench.link.asked).toEqual([]);
    bench.yes = true;
    expect(await bench.run('control reset')).toBe(0);
    expect(bench.link.asked).toEqual([['terminalControl', { command: 'reset' }]]);
  });

  test('has the form of the terminal’s edition', async () => {
    const bench = benchOf();
    await bench.run('lock');
    bench.link.speaker = { ...bench.link.speaker!, revision: 2019 };
    await bench.run('unlock');
    expect(bench.link.asked).toEqual([
      ['vehicleControl', { flag: ['doorLock'] }],
      ['vehicleControl', { controls: [{ controlId: 'door', param: 1 }] }],
    ]);
  });
});

describe('other questions', () => {
  test('are messages of the standard', async () => {
    const bench = benchOf();
    for (const line of [
      'text 请靠边 停车',
      'text --urgent "a  b"',
      'track 5s 10m',
      'track off',
      'locate',
      'attributes',
    ])
      expect(await bench.run(line)).toBe(0);
    expect(bench.link.asked).toEqual([
      ['textMessage', { flag: ['display', 'tts'], text: '请靠边 停车' }],
      ['textMessage', { flag: ['urgent'], text: 'a  b' }],
      ['temporaryTrackingControl', { interval: 5, validity: 600 }],
      ['temporaryTrackingControl', { interval: 0 }],
      ['locationQuery', {}],
      ['queryTerminalAttributes', {}],
    ]);
  });

  test('send takes any message by name or id, its fields as JSON, and refuses what does not fit', async () => {
    const bench = benchOf();
    expect(await bench.run('send textMessage {"flag": ["tts"], "text": "a \\" b"}')).toBe(0);
    expect(await bench.run('send 0x8201')).toBe(0);
    expect(bench.link.asked).toEqual([
      ['textMessage', { flag: ['tts'], text: 'a " b' }],
      ['locationQuery', {}],
    ]);
    expect(await bench.run('send textMessage {"flag":["nope"],"text":""}')).toBe(2);
    expect(await bench.run('send locationReport')).toBe(2);
    expect(await bench.run('send textMessage {"text"}')).toBe(2);
  });

  test('inject sends octets as they are, and JSON in the form of the terminal', async () => {
    const bench = benchOf();
    expect(await bench.run('inject 7e 0102 7e')).toBe(0);
    expect(await bench.run('inject {"name":"locationQuery","serial":7}')).toBe(0);
    expect(bench.link.injected).toEqual(['7e01027e', '7e820100000139123456780007b47e']);
    expect(bench.told()).toMatchObject([{ seen: [{ ok: false }] }, { seen: [{ ok: true, name: 'locationQuery' }] }]);
    expect(await bench.run('inject xyz')).toBe(2);
  });
});

describe('the tool', () => {
  test('says what was refused, and by whom', async () => {
    const bench = benchOf();
    bench.link.say = () => new LinkFault('refused', 'It says unsupported.', 'unsupported');
    expect(await bench.run('locate')).toBe(1);
    expect(bench.faults).toEqual(['The terminal refused. It says unsupported.']);
    expect(bench.told()).toEqual([
      { type: 'error', command: 'locate', code: 'refused', message: 'The terminal refused. It says unsupported.' },
    ]);
  });

  test('without a terminal has files and platforms only', async () => {
    const bench = benchOf({ link: false, language: 'zh-CN' });
    expect(await bench.run('locate')).toBe(2);
    expect(bench.faults).toEqual(['没有终端：用 --serial、--tcp 或 --gateway 启动']);
  });

  test('takes the beginning of a name where it is one only, and names the others', async () => {
    const bench = benchOf();
    expect(await bench.run('attr')).toBe(0);
    expect(await bench.run('s')).toBe(2);
    expect(bench.faults).toEqual(['command is "s", expected one of status, set, send, show']);
    expect(await bench.run('locate --fast')).toBe(2);
    expect(bench.faults[1]).toBe('no option --fast; there are none');
    expect(await bench.run('quit')).toBe('quit');
    expect(await bench.run('')).toBe(0);
  });

  test('runs a script to the first failure, or on', async () => {
    const lines = ['locate', 'nonsense', 'locate', 'quit', 'locate'];
    for (const [keepGoing, asked] of [
      [false, 1],
      [true, 2],
    ] as const) {
      const bench = benchOf();
      const signal = new AbortController().signal;
      expect(await runScript(bench.tool, lines, { signal, fault: () => undefined, keepGoing })).toBe(2);
      expect(bench.link.asked).toHaveLength(asked);
    }
  });

  test('completes commands, flags and what stands behind a command', () => {
    expect(candidatesFor('attr')).toEqual([['attributes'], 'attr']);
    expect(candidatesFor('set heartb')).toEqual([['heartbeatInterval='], 'heartb']);
    expect(candidatesFor('watch up locationR')).toEqual([['locationReport'], 'locationR']);
    expect(candidatesFor('watch --f')).toEqual([['--fields', '--for'], '--f']);
    expect(candidatesFor('control ')[0]).toContain('reset');
    expect(candidatesFor('nonsense x')).toEqual([[], 'x']);
  });
});

describe('help', () => {
  test('lists every command and explains each in both languages, with examples that can be read', async () => {
    for (const language of ['en', 'zh-CN'] as const) {
      const bench = benchOf({ language });
      await bench.run('help');
      expect(bench.reports[0]!.text).toHaveLength(COMMANDS.length);
      for (const { name, about, more, flags = {}, examples } of COMMANDS) {
        await bench.run(`help ${name}`);
        expect(bench.reports.at(-1)!.text.join('\n')).toContain(about[language]);
        expect(/\p{Script=Han}/u.test(about[language])).toBe(language === 'zh-CN');
        if (more !== undefined) expect(/[一-龥：]/.test(more['zh-CN'])).toBe(true);
        expect(examples.length).toBeGreaterThan(0);
        for (const example of examples) {
          const [first, ...rest] = readWords(example).map(({ text }) => text);
          expect(first).toBe(name);
          readGiven(rest, flags);
        }
      }
    }
  });

  test('names every flag in the usage of its command', () => {
    for (const { usage, flags = {} } of COMMANDS)
      for (const flag of Object.keys(flags)) expect(usage).toContain(`--${flag}`);
  });
});
