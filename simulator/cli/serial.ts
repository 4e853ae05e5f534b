/** `xingji simulate --pty | --serial`: one terminal on a serial line, and drills with it. */
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { seededRandom } from '../../protocol/index.ts';
import { DRILL_COMMANDS, type DrillCommand, readCommand } from '../drill/commands.ts';
import { Trainee } from '../drill/trainee.ts';
import { WRITABLE } from '../drill/words.ts';
import { openSerialLine, type SerialLine } from '../link/serial.ts';
import { processClock } from './process-clock.ts';
import { makePty } from './pty.ts';
import type { SerialSettings } from './serial-settings.ts';

/** Runs until the script's end, `quit`, an interrupt, or the device's end. Returns 0, or 1 where the port is not to be had or went away. */
export async function simulateSerial(settings: SerialSettings): Promise<0 | 1> {
  const { path, baud, json } = settings;
  const clock = processClock();
  const say = (what: string, more: object = {}): void => {
    const seconds = Math.round(clock.monotonic() - startedAt) / 1000;
    if (json) process.stdout.write(`${JSON.stringify({ type: 'drill', seconds, what, ...more })}\n`);
    else process.stderr.write(`${seconds.toFixed(1).padStart(7)} s  ${what}\n`);
  };
  const startedAt = clock.monotonic();
  let pair: Awaited<ReturnType<typeof makePty>> | undefined;
  let line: SerialLine;
  try {
    if (settings.pty && !existsSync(path)) pair = await makePty(path);
    line = await openSerialLine(pair?.near ?? path, baud);
  } catch (error) {
    pair?.remove();
    process.stderr.write(`${path}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const trainee = new Trainee(
    {
      profile: settings.profile,
      phone: settings.firstPhone,
      startAt: settings.startAt ?? Math.floor(clock.now() / 1000) * 1000,
    },
    {
      clock,
      random: seededRandom(settings.seed),
      dialer: line,
      nmea: (sentences) => line.say(sentences),
      happened: (what) => say(what),
    },
  );
  say('ready', { path, baud, terminal: trainee.terminal.identity.phone });
  const act = (text: string, { command, value }: { command: DrillCommand; value: number }): void => {
    say(text, { zh: command.zh, en: command.en });
    trainee.do(command.deed(trainee.causes, value));
  };
  const ending = new AbortController();
  const over = new Promise<0>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve(0));
    const quit = (): void => ending.abort();
    process.once('SIGINT', quit);
    process.once('SIGTERM', quit);
    if (settings.script === undefined) return prompt(act, quit);
    for (const { atMs, text, deed } of settings.script)
      clock.wake(startedAt + atMs, () => (deed === 'quit' ? quit() : act(text, deed)));
  });
  const code = await Promise.race([over, line.gone]);
  trainee.stop();
  await line.close();
  pair?.remove();
  process.stdin.pause();
  if (code !== 0) process.stderr.write(`${path}: ${code}\n`);
  return code === 0 ? 0 : 1;
}

/** Takes a command a line; the end of the input is no end of the drill, as it may run without a person. */
function prompt(act: (text: string, deed: { command: DrillCommand; value: number }) => void, quit: () => void): void {
  const tty = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: tty ? process.stderr : undefined, prompt: '> ' });
  const ask = (): void => {
    if (tty) lines.prompt();
  };
  if (tty) process.stderr.write(helpText());
  lines.on('line', (whole) => {
    const text = whole.trim();
    if (text === 'quit' || text === 'exit') return quit();
    if (text === 'help' || text === '?') process.stderr.write(helpText());
    else if (text !== '') {
      const read = readCommand(text);
      if ('wrong' in read) process.stderr.write(`${read.wrong}\n`);
      else act(text, read);
    }
    ask();
  });
  // Ctrl-C at a prompt is the reader's, not a signal.
  lines.on('SIGINT', quit);
  ask();
}

function helpText(): string {
  const lines = Object.entries(DRILL_COMMANDS).map(([name, { zh, en, value }]) => {
    const usage = value === undefined ? name : `${name} [${value.name}]`;
    return `  ${usage.padEnd(20)}${zh}  ${en}`;
  });
  const set = `  ${'set NAME=VALUE'.padEnd(20)}写入  write into it: ${WRITABLE}`;
  return `${lines.join('\n')}\n${set}\n  ${'quit'.padEnd(20)}结束  end\n`;
}
