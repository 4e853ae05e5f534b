import type { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../bin/commands.ts';
import { blocksOf, commandsOf, type HelpTexts, untranslated } from '../../../../gateway/cli/help/help-text.ts';
import { manualPage } from '../../../../gateway/cli/help/man.ts';
import { chineseError } from '../../../../gateway/cli/help/usage-errors.ts';
import { breakLines, widthOf } from '../../../../gateway/cli/help/wide-text.ts';
import { programOf, textsOf } from '../../../../gateway/cli/program.ts';
import { xingji } from '../xingji.ts';

const HAN = /\p{Script=Han}/u;
let english: Command;
let chinese: Command;
let texts: HelpTexts;

beforeAll(async () => {
  const options = { version: '1.0.0', wanted: () => true };
  english = await programOf(COMMANDS, { ...options, language: 'en' });
  chinese = await programOf(COMMANDS, { ...options, language: 'zh-CN' });
  texts = await textsOf(COMMANDS);
});

/** As `--help` shows it. */
function helpOf(command: Command): string {
  return command.helpInformation() + blocksOf(command).join('');
}

/** By `journal verify`; those that do something themselves. */
function leaves(program: Command): [string, Command][] {
  const nameOf = (command: Command): string =>
    command.parent === null ? '' : `${nameOf(command.parent)} ${command.name()}`.trim();
  return [...commandsOf(program)]
    .filter((command) => command.commands.length === 0)
    .map((command) => [nameOf(command), command]);
}

describe('the help of every command', () => {
  test('is in Chinese to the last line; what is missing stands in gateway/cli/help/zh', () => {
    expect(untranslated(english, texts)).toEqual([]);
    expect(Object.values(texts).filter((text) => !HAN.test(text) && !/^\w+$/.test(text))).toEqual([]);
  });

  test('has an example in either language, names every option, and says what it is', () => {
    expect(leaves(english).length).toBeGreaterThan(50);
    expect(leaves(chinese).map(([name]) => name)).toEqual(leaves(english).map(([name]) => name));
    for (const [program, title, usage] of [
      [english, /^Examples?:\n +(\S.*)?xingji /m, 'Usage: '],
      [chinese, /^示例：\n +(\S.*)?xingji /m, '用法： '],
    ] as const) {
      const without = leaves(program).filter(([, command]) => !title.test(helpOf(command)));
      expect(without.map(([name]) => name)).toEqual([]);
      for (const [name, command] of leaves(program)) {
        const help = helpOf(command);
        expect(help).toContain(usage);
        for (const { flags } of command.options) expect(help).toContain(flags);
        expect(HAN.test(command.description()), name).toBe(program === chinese || HAN.test(command.description()));
      }
    }
  });

  test('shows examples that are commands with options that they have', () => {
    const known = new Map(leaves(english).map(([name, command]) => [name, command.options]));
    const wrong = leaves(english).flatMap(([name, command]) =>
      blocksOf(command)
        .flatMap((block) => block.split('\n').filter((line) => /^ +(\$ )?xingji /.test(line)))
        .flatMap((line) => {
          const called = line
            .replace(/^.*?xingji /, '')
            .split(/ [|>&]/)[0]!
            .replaceAll(/'[^']*'|"[^"]*"/g, 'x');
          const target = [...known.keys()].find((one) => called === one || called.startsWith(`${one} `));
          const options = known.get(target ?? '') ?? [];
          return [...called.matchAll(/(?<= )--[a-z][a-z0-9-]*/g)]
            .filter(([flag]) => !options.some(({ long }) => long === flag))
            .map(([flag]) => `${name}: ${line.trim()}: ${flag}`);
        }),
    );
    expect(wrong).toEqual([]);
  });

  test('fits a screen of eighty columns', () => {
    for (const program of [english, chinese])
      for (const [, command] of leaves(program))
        for (const line of command.helpInformation().split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });
});

describe('the language', () => {
  test('is that of --lang, before or behind the command, else of the environment', async () => {
    const zh = { LANG: 'zh_CN.UTF-8' };
    const runs = await Promise.all([
      xingji(['--lang', 'zh', 'decode', '--help']),
      xingji(['decode', '--lang', 'zh', '--help']),
      xingji(['decode', '--help'], { env: zh }),
      xingji(['help', 'decode'], { env: zh }),
    ]);
    for (const { code, out } of runs) {
      expect(code).toBe(0);
      expect(out).toBe(runs[0].out);
    }
    expect(runs[0].out).toContain('用法： xingji decode [选项] <hex...>');
    const back = await xingji(['decode', '--lang', 'en', '--help'], { env: zh });
    expect(back.out).toContain('Usage: xingji decode [options] <hex...>');
  });

  test('is told to the command too, wherever it stands', async () => {
    const runs = await Promise.all([xingji(['man', '--lang', 'zh']), xingji(['--lang=zh', 'man'])]);
    for (const { out } of runs) expect(out).toMatch(/^\.SH 退出码$/m);
  });

  test('is that of complaints, too', async () => {
    expect(chineseError("error: option '--rate <n>' argument '0' is invalid. Expected a whole number from 1.\n")).toBe(
      "错误：选项 '--rate <n>' 的值 '0' 无效。应为不小于 1 的整数。\n",
    );
    expect(chineseError("error: option '--from <time>' argument 'x' is invalid. Expected a time such as 2026.\n")).toBe(
      "错误：选项 '--from <time>' 的值 'x' 无效。应为时间，如 2026。\n",
    );
    expect(chineseError("error: option '--pcapng' cannot be used with option '--hex'\n")).toBe(
      "错误：选项 '--pcapng' 不能与选项 '--hex' 同用\n",
    );
    expect(chineseError('give --into or --target\n')).toBe('请给出 --into 或 --target 其中之一\n');
    expect(chineseError("error: unknown option '--jsn'\n(Did you mean --json?)\n")).toBe(
      "错误：没有选项 '--jsn'\n（是否指 --json？）\n",
    );
    const { code, err } = await xingji(['decod'], { env: { LC_ALL: 'zh_CN.UTF-8' } });
    expect([code, err]).toEqual([2, "错误：没有命令 'decod'\n（是否指 decode？）\n用法见 xingji --help。\n"]);
  });
});

describe('text with Chinese in it', () => {
  test('is as wide as it is on a screen', () => {
    expect(widthOf('a终端，b')).toBe(8);
  });

  test('breaks between characters, before no comma, and in no word', () => {
    expect(breakLines('终端注册，终端 authentication 码', 10)).toBe('终端注册，\n终端\nauthentication\n码');
    expect(breakLines('a b\nc', 80)).toBe('a b\nc');
  });
});

describe('the manual page', () => {
  test('has every command and every option, and nothing that roff would take for its own', () => {
    const page = manualPage(english, 'en');
    for (const [name, command] of leaves(english)) {
      expect(page).toContain(`.SS xingji ${name.replaceAll('-', String.raw`\-`)}`);
      for (const { long } of command.options) expect(page).toContain(long?.replaceAll('-', String.raw`\-`));
    }
    const macros = page
      .split('\n')
      .filter((line) => /^[.']/.test(line) && !/^\.(\\"|TH|SH|SS|B|I|RI|TP|PP|nf|fi|ad)\b|^\.\\"/.test(line));
    expect(macros).toEqual([]);
    expect(manualPage(chinese, 'zh-CN')).toMatch(/显示帮助[^]*^\.SH 退出码$/m);
  });
});
