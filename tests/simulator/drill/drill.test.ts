import { describe, expect, it } from 'vitest';
import { seededRandom, VirtualClock } from '../../../protocol/index.ts';
import { DRILL_COMMANDS, readCommand } from '../../../simulator/drill/commands.ts';
import { readScript } from '../../../simulator/drill/script.ts';
import { Trainee } from '../../../simulator/drill/trainee.ts';
import { PROFILES } from '../../../simulator/profiles/index.ts';
import { ordinaryCauses } from '../../../simulator/world/causes.ts';
import { START } from '../support/machine.ts';
import { ScriptedPlatform } from '../support/scripted-platform.ts';

interface Lesson {
  readonly clock: VirtualClock;
  readonly platform: ScriptedPlatform;
  readonly trainee: Trainee;
  readonly sentences: string[];
  readonly happened: string[];
  readonly octets: () => string[];
}

function lesson(profile = 'A'): Lesson {
  const clock = new VirtualClock();
  const platform = new ScriptedPlatform(clock);
  const [sentences, happened]: [string[], string[]] = [[], []];
  const trainee = new Trainee(
    { profile: PROFILES[profile]!, phone: 13_800_000_001, startAt: START },
    {
      clock,
      random: seededRandom('lesson'),
      dialer: platform,
      nmea: (said) => sentences.push(...said),
      happened: (what) => happened.push(what),
    },
  );
  const octets = (): string[] => platform.heard.map(({ id, body }) => `${id} ${Buffer.from(body).toString('hex')}`);
  return { clock, platform, trainee, sentences, happened, octets };
}

/** Types a command. */
function type({ trainee }: Lesson, text: string): void {
  const read = readCommand(text);
  if ('wrong' in read) throw new Error(read.wrong);
  trainee.do(read.command.deed(trainee.causes, read.value));
}

/** The alarm word of the last report. */
function alarms({ platform }: Lesson): number {
  const { body } = platform.heard.findLast(({ id }) => id === 0x0200)!;
  return Buffer.from(body).readUInt32BE(0);
}

describe('a terminal on a cable', () => {
  it('boots, logs in and says its sentences once a second', () => {
    const here = lesson();
    here.clock.advance(60_000);
    expect(here.happened).toEqual(expect.arrayContaining(['booted', 'registered', 'online']));
    expect(here.sentences.filter((sentence) => sentence.startsWith('$GNRMC')).length).toBeGreaterThan(30);
    expect(here.sentences.at(-1)).toMatch(/ANTENNA OK\*[0-9A-F]{2}\r\n$/);
  });

  it('speaks also without a card: a cable needs no network', () => {
    const here = lesson();
    type(here, 'pull-sim');
    here.clock.advance(180_000);
    expect(here.happened).toContain('online');
    expect(here.platform.heard.filter(({ id }) => id === 0x0200).length).toBeGreaterThan(1);
  });

  it('is awake as if it had been on for long, and has what was written into it', () => {
    const here = lesson();
    type(
      here,
      'set plateNumber=云A12345 plateColor=white vin=LXJTEST0000000001 iccid=89860000000000000042 systems=gps',
    );
    type(here, 'awake');
    here.clock.advance(5000);
    expect(here.happened).toContain('online');
    const registered = here.platform.heard.find(({ id }) => id === 0x0100)!;
    expect(new TextDecoder('gbk').decode(registered.body)).toContain('云A12345');
    const fixed = here.sentences.findLast((sentence) => sentence.startsWith('$GNRMC'))!;
    expect(fixed).toContain(',A,');
    expect(here.sentences.some((sentence) => sentence.startsWith('$GPGSV'))).toBe(true);
    expect(here.sentences.some((sentence) => sentence.startsWith('$BDGSV'))).toBe(false);
  });

  it.each([
    ['set', 'set has nothing behind it'],
    ['set plateNumbr=x', 'plateNumbr'],
    ['set heartbeatInterval=often', 'heartbeatInterval'],
    ['set systems=gps,sputnik', "systems is 'gps,sputnik'"],
    ['set 车牌', "'车牌', expected vin"],
  ])('%s is refused in a line', (text, line) => {
    const read = readCommand(text);
    expect('wrong' in read && read.wrong).toContain(line);
  });

  it('tells of an antenna that is unplugged and plugged in again, in both its languages', () => {
    const here = lesson();
    here.clock.advance(90_000);
    type(here, 'unplug-antenna');
    here.clock.advance(30_000);
    expect(alarms(here) & (1 << 5)).not.toBe(0);
    expect(here.sentences.at(-1)).toContain('ANTENNA OPEN');
    type(here, 'plug-antenna');
    here.clock.advance(30_000);
    expect(alarms(here) & (1 << 5)).toBe(0);
    expect(here.sentences.at(-1)).toContain('ANTENNA OK');
  });

  it('tells of a cut supply on its battery, and falls silent without one', () => {
    const here = lesson();
    here.clock.advance(90_000);
    type(here, 'cut-power');
    here.clock.advance(30_000);
    expect(alarms(here) & (1 << 8)).not.toBe(0);
    type(here, 'remove-battery');
    const { length } = here.sentences;
    here.clock.advance(30_000);
    expect([here.sentences.length, here.happened.at(-1)]).toEqual([length, 'powerLost']);
    type(here, 'restore-power');
    here.clock.advance(90_000);
    expect(here.happened.at(-1)).toBe('online');
  });

  it('drives when it is told to', () => {
    const here = lesson();
    const before = { ...here.trainee.causes };
    type(here, 'key-on');
    type(here, 'drive 60');
    here.clock.advance(60_000);
    expect(here.trainee.causes.odometer - before.odometer).toBeCloseTo(1, 1);
    expect(here.trainee.causes.longitude).toBeGreaterThan(before.longitude);
  });

  it('says the same, octet for octet, in the same lesson', () => {
    const played = (): string[] => {
      const here = lesson('E');
      here.clock.advance(60_000);
      type(here, 'open-case');
      here.clock.advance(60_000);
      return [...here.octets(), ...here.sentences];
    };
    expect(played()).toEqual(played());
  });

  it('is silent once it was stopped', () => {
    const here = lesson();
    here.clock.advance(60_000);
    here.trainee.stop();
    const { length } = here.sentences;
    here.clock.advance(60_000);
    expect(here.sentences.length).toBe(length);
  });
});

describe('a command', () => {
  it.each([
    ['cut-powr', "'cut-powr' is no command"],
    ['toString', "'toString' is no command"],
    ['cut-power now', 'cut-power takes nothing behind it'],
    ['voltage plenty', "voltage is 'plenty', expected volts from 0 to 36"],
    ['voltage 48', "voltage is '48', expected volts from 0 to 36"],
  ])('%j is refused in one line', (text, wrong) => {
    expect(readCommand(text)).toEqual({ wrong: expect.stringContaining(wrong) });
  });

  it('is explained in both languages, does something, and has a value that can be left out', () => {
    for (const [name, { zh, en, value, deed }] of Object.entries(DRILL_COMMANDS)) {
      expect([name, zh, en].every((text) => text.length > 1)).toBe(true);
      expect(readCommand(name)).toMatchObject({ value: value?.usual ?? 0 });
      expect(Object.keys(deed(ordinaryCauses(), 1)).length).toBe(1);
    }
  });
});

describe('a script', () => {
  it('is read in the order of its times, without its comments', () => {
    const read = readScript('# first\n2min cut-power # whole\n\n30s unplug-antenna\n3min quit\r\n');
    expect('steps' in read && read.steps.map(({ atMs, text }) => [atMs, text])).toEqual([
      [30_000, 'unplug-antenna'],
      [120_000, 'cut-power'],
      [180_000, 'quit'],
    ]);
  });

  it('names every line that cannot be meant', () => {
    expect(readScript('cut-power\n30s hover\n5s jam')).toEqual({
      wrong: [
        "line 1: 'cut-power', expected a time and a command such as 30s cut-power",
        expect.stringContaining("line 2: 'hover' is no command"),
      ],
    });
  });
});
