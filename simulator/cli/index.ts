/** `xingji simulate`: one terminal or a fleet against any JT/T 808 platform. */
import type { Command } from 'commander';
import { FIRST_PHONE } from '../firmware/identity.ts';
import { simulateMax } from './max.ts';
import { readMaxSettings } from './max-settings.ts';
import { simulate } from './run.ts';
import { simulateScenario } from './scenario.ts';
import { readScenarioSettings } from './scenario-settings.ts';
import { readSerialSettings } from './serial-settings.ts';
import { simulateConformance } from './conformance.ts';
import { readConformanceSettings } from './conformance-settings.ts';
import type { Flags } from './flag-reader.ts';
import { readSettings } from './settings.ts';

const EXAMPLES = `
Examples:
  $ xingji simulate --target tcp://127.0.0.1:8808
  $ xingji simulate --target tcp://127.0.0.1:8808 --terminals 1000 --interval 10s --duration 60s --seed 1
  $ xingji simulate --target udp://127.0.0.1:8808 --terminals 50 --revision 2019 --faults loss=0.02,duplicate=0.01
  $ xingji simulate --target tcp://127.0.0.1:8808 --profile mix --terminals 200 --start 2026-03-03T07:00:00+08:00 --speed 60 --duration 12h
  $ xingji simulate --target tcp://127.0.0.1:8808 --terminals 5000 --interval 30s --duration 5min --storm 1min --jitter 0
  $ xingji simulate --target tcp://127.0.0.1:8808 --scenario G04 --profile A --seed 3 --speed max --truth truth.jsonl
  $ xingji simulate --target tcp://127.0.0.1:8808 --conformance --lang zh --report conformance.json
  $ xingji simulate --target tcp://127.0.0.1:8808 --max --latency 50ms --terminals 2000 --interval 1s
  $ xingji simulate --pty /tmp/terminal --profile E --script drill.txt
  $ xingji simulate --target tcp://127.0.0.1:8808 --start 2026-01-05T08:00:00+08:00 --report out.json --json

Faults: loss, reorder, duplicate, flip, split, join, halfOpen, reset, rebind are probabilities for each chunk and
direction; delay=50ms delays up to that; splitAt=7 cuts every chunk after 7 octets, joinTo=1400 gathers so many.

The run ends when every terminal has made its reports and the platform has acknowledged them, or --settle after the last
report was due. Exit code 0: all were acknowledged, and arrived where --mqtt and --influx look; 1: some were not; 2: a
wrong flag.`;

/** Adds the command; its outcome becomes the exit code of the process. */
export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('simulate one terminal or a fleet against a JT/T 808 platform')
    .option('--target <url>', 'platform: tcp://host:port or udp://host:port', 'tcp://127.0.0.1:8808')
    .option('--backup <url>', 'server that is called when the platform has not answered three times')
    .option('--terminals <n>', 'how many', '1')
    .option('--interval <time>', 'between location reports of a terminal (default: 10s, or what its --profile says)')
    .option('--duration <time>', 'how long each terminal makes reports, from its power-on', '60s')
    .option('--settle <time>', 'wait at the end for answers and stored reports', '10s')
    .option('--seed <text>', 'same seed and start, same reports', '1')
    .option('--start <time>', 'the simulated time of the start, with offset (default: now)')
    .option('--revision <edition>', 'mix, 2011, 2013 or 2019', 'mix')
    .option('--ramp <rate>', 'terminals switched on a second', '200/s')
    .option('--first-phone <n>', 'phone number of the first terminal; the others count up', String(FIRST_PHONE))
    .option('--batch <n>', 'reports that go together as one 0x0704; 1: each by itself as 0x0200', '1')
    .option('--heartbeat <time>', 'silence after which a heartbeat is sent (default: 30s, or what its --profile says)')
    .option('--reply-timeout <time>', 'first wait for an answer; grows with every repetition', '5s')
    .option('--retries <n>', 'repetitions of an unanswered message before the link is given up', '3')
    .option('--redial <time>', 'pause before a lost link is dialled again; doubled with every failure up to 60s', '1s')
    .option('--jitter <share>', 'how far terminals spread that pause: 1 by half up and down, 0 all alike', '1')
    .option('--storm <time>', 'all links drop at once so often, and everybody calls again')
    .option('--faults <list>', 'what goes wrong on the links, e.g. loss=0.01,delay=50ms,split=0.2')
    .option('--incidents <share>', 'minutes of a vehicle with an incident: power cut, antenna cut, tunnel, alarm', '0')
    .option('--scenario <id>', 'play a scenario of the catalogue, or file.json#ID, instead of a fleet')
    .option(
      '--profile <names>',
      'a fleet of vehicles with hardware: mix, or some of A,B,C,D,E,stress; of a scenario: its kind',
    )
    .option('--acts <n>', 'for such a fleet: forbidden acts of a vehicle in a year', '0')
    .option('--speed <factor>', 'the world runs so much faster; of a scenario also max: as the platform answers', '1')
    .option('--warmup <time>', 'ordinary life before the scenario, such as 2h or 3d', '0s')
    .option('--truth <file>', 'write there what was true, of a scenario or of each vehicle of a --profile fleet')
    .option('--facts <file>', 'write there what the platform is to know: JSON lines of kind and fact')
    .option('--max', 'find the rate of reports that the platform sustains within --latency')
    .option('--latency <time>', 'for it: within which 99 of 100 answers must come', '50ms')
    .option('--step <time>', 'for it: how long each rate is kept up', '10s')
    .option('--conformance', 'walk the platform through the standard, check by check, instead of a fleet')
    .option(
      '--pty <path>',
      'one terminal on a pseudo-terminal there (by socat), frames and NMEA, with drills at a prompt',
    )
    .option('--serial <device>', 'the same on a real port, such as /dev/ttyUSB0')
    .option('--baud <rate>', 'of the port', '115200')
    .option('--script <file>', 'drills from a file instead of a prompt: lines such as 30s cut-power')
    .option('--patience <time>', 'for it: so long the platform may take to ask for missing parts', '30s')
    .option('--lang <language>', 'of the screen and the conformance table: zh or en (default: by LANG)')
    .option('--mqtt <url>', 'every acknowledged report must come out of this broker: mqtt://user:password@host:port')
    .option('--influx <url>', 'and be found in this store: http://host:port/?db=NAME, or VictoriaMetrics without')
    .option('--per-process <n>', 'terminals in one process (default: as many as descriptors allow)')
    .option('--report <file>', 'write the summary there as JSON, or as a page with charts where it ends in .html')
    .option('--ledger <file>', 'write a JSON line there for every acknowledged report')
    .option('--json', 'progress and summary as JSON lines on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: Flags, command: Command) => {
      // What the program itself also takes, such as --lang, is its.
      process.exitCode = await run(command.optsWithGlobals());
    });
}

async function run(flags: Flags): Promise<0 | 1 | 2> {
  if (flags['scenario'] !== undefined) {
    const asked = readScenarioSettings(flags);
    return 'wrong' in asked ? refuse(asked.wrong) : writing(() => simulateScenario(asked.settings));
  }
  if (flags['conformance'] === true) {
    const asked = readConformanceSettings(flags, locale());
    return 'wrong' in asked ? refuse(asked.wrong) : writing(() => simulateConformance(asked.settings));
  }
  if (flags['max'] === true) {
    const asked = readMaxSettings(flags);
    return 'wrong' in asked ? refuse(asked.wrong) : writing(() => simulateMax(asked.settings));
  }
  if (flags['pty'] !== undefined || flags['serial'] !== undefined) {
    const asked = readSerialSettings(flags);
    if ('wrong' in asked) return refuse(asked.wrong);
    // The native part is loaded by whoever has a serial line only.
    const { simulateSerial } = await import('./serial.ts');
    return writing(() => simulateSerial(asked.settings));
  }
  const read = readSettings(flags, locale());
  return 'wrong' in read ? refuse(read.wrong) : writing(() => simulate(read.settings));
}

function locale(): string {
  const { LC_ALL = '', LC_MESSAGES = '', LANG = '' } = process.env;
  return LC_ALL || LC_MESSAGES || LANG;
}

function refuse(wrong: readonly string[]): 2 {
  for (const line of wrong) process.stderr.write(`${line}\n`);
  return 2;
}

async function writing(play: () => Promise<0 | 1 | 2>): Promise<0 | 1 | 2> {
  try {
    return await play();
  } catch (error) {
    if (!isFileFault(error)) throw error;
    process.stderr.write(`${error.path}: cannot be written (${error.code})\n`);
    return 2;
  }
}

/** A file that was named on the command line cannot be opened. */
function isFileFault(error: unknown): error is { code: string; path: string } {
  return error instanceof Error && 'path' in error && 'syscall' in error && error.syscall === 'open';
}
