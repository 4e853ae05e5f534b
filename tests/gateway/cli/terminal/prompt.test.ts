import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Prompt } from '../../../../gateway/cli/terminal/prompt.ts';
import type { Tool } from '../../../../gateway/cli/terminal/tool.ts';
import { type Bench, benchOf, messageOf } from './support.ts';

let folder: string;
let historyPath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xingji-prompt-'));
  historyPath = join(folder, 'deep', 'history');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Person {
  readonly bench: Bench;
  /** Types, and resolves when this was shown. */
  type(keys: string, shown: string): Promise<void>;
  readonly screen: () => string;
  readonly over: Promise<void>;
}

/** Somebody at a keyboard and a screen that exist only here. */
function person(path = historyPath): Person {
  const bench = benchOf();
  const input = new PassThrough();
  const output = new PassThrough();
  let screen = '';
  let from = 0;
  output.setEncoding('utf8').on('data', (text: string) => (screen += text));
  const prompt = new Prompt({
    input: input as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
    historyPath: path,
    name: () => bench.link.speaker?.terminal ?? 'xingji',
  });
  const tool: Tool = {
    ...bench.tool,
    say: ({ text }) => prompt.write(text),
    confirm: (question) => prompt.confirm(question.en),
  };
  const over = prompt.run(tool, { 'zh-CN': '你好', en: 'hello' });
  return {
    bench,
    over,
    screen: () => screen,
    async type(keys, shown) {
      input.write(keys);
      for (let waited = 0; !screen.slice(from).includes(shown); waited += 5) {
        if (waited > 4000) throw new Error(`not shown: ${shown}\n${screen.slice(from)}`);
        await delay(5);
      }
      from = screen.length;
    },
  };
}

describe('the prompt', () => {
  test('greets, says who is there, runs lines and ends', async () => {
    const { type, over, bench } = person();
    await type('', 'hello');
    await type('track off\n', 'ok');
    await type('nonsense\n', 'command is "nonsense"');
    await type('exit\n', '');
    await over;
    expect(bench.link.asked).toEqual([['temporaryTrackingControl', { interval: 0 }]]);
  });

  test('completes with Tab', async () => {
    const { type, over, bench } = person();
    await type('set heartb\t', 'set heartbeatInterval=');
    await type('\u0015attr\t', 'attributes');
    await type('\n', 'success');
    await type('\u0004', '');
    await over;
    expect(bench.link.asked).toEqual([['queryTerminalAttributes', {}]]);
  });

  test('asks before it does harm, and keeps answers out of the history', async () => {
    const { type, over, bench } = person();
    await type('control reset\n', '[y/N]');
    await type('n\n', 'not sent');
    await type('control reset\n', '[y/N]');
    await type('y\n', 'terminalAck success');
    await type('\u0004', '');
    await over;
    expect(bench.link.asked).toHaveLength(1);
    expect(readFileSync(historyPath, 'utf8')).toBe('control reset\n');
  });

  test('takes Ctrl-C for a no, and Ctrl-D for the end, whatever runs', async () => {
    const { type, over, bench } = person();
    await type('control reset\n', '[y/N]');
    await type('y\u0003', 'not sent');
    await type('watch\n', 'watch');
    while (bench.link.watchers === 0) await delay(5);
    await type('\u0004', '');
    await over;
    expect([bench.link.asked, bench.link.watchers]).toEqual([[], 0]);
  });

  test('ends what runs with Ctrl-C, and itself with Ctrl-C at an empty line', async () => {
    const { type, over, bench } = person();
    await type('watch\n', 'watch');
    while (bench.link.watchers === 0) await delay(5);
    await type('\u0003', '13912345678>');
    expect(bench.link.watchers).toBe(0);
    await type('\u0003', '');
    await over;
  });

  test('writes what comes meanwhile above the line that is being typed', async () => {
    const { type, over, bench, screen } = person();
    await type('follow\n', '13912345678>');
    await type('loca', 'loca');
    bench.link.tell({ kind: 'message', direction: 'up', message: messageOf('7e0002000001391234567800093b7e'), at: 0 });
    await type('', 'terminalHeartbeat');
    expect(screen().slice(screen().lastIndexOf('terminalHeartbeat'))).toContain('13912345678> ');
    await type('te\n', 'success');
    expect(bench.link.asked).toEqual([['locationQuery', {}]]);
    await type('\u0004', '');
    await over;
  });

  test('takes lines that were typed while another one ran', async () => {
    const { type, over, bench } = person();
    await type('wait 5s\nlocate\natt', 'att');
    expect(bench.link.asked).toEqual([]);
    bench.clock.advance(5000);
    await type('', 'success');
    await type('ributes\n', 'success');
    expect(bench.link.asked.map(([name]) => name)).toEqual(['locationQuery', 'queryTerminalAttributes']);
    await type('\u0004', '');
    await over;
  });

  test('knows what was typed the last time, and works where nothing can be kept', async () => {
    const first = person();
    await first.type('track off\n', 'ok');
    await first.type('\u0004', '');
    await first.over;
    const second = person();
    await second.type('\u001b[A', 'track off');
    await second.type('\u0015\u0004', '');
    await second.over;
    writeFileSync(join(folder, 'file'), '');
    const third = person(join(folder, 'file', 'history'));
    await third.type('track off\n', 'ok');
    await third.type('\u0004', '');
    await third.over;
    expect(third.bench.link.asked).toHaveLength(1);
  });
});
