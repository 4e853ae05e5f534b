import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../bin/commands.ts';
import { bashCompletion } from '../../../../gateway/cli/completion/bash.ts';
import { type CommandNode, nodesOf, treeOf } from '../../../../gateway/cli/completion/command-tree.ts';
import { fishCompletion } from '../../../../gateway/cli/completion/fish.ts';
import { zshCompletion } from '../../../../gateway/cli/completion/zsh.ts';
import { programOf } from '../../../../gateway/cli/program.ts';
import { missing } from '../../../real/support/servers.ts';
import { xingji } from '../xingji.ts';

let folder: string;
let root: CommandNode;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xingji-completion-'));
  root = treeOf(await programOf(COMMANDS, { version: '1.0.0', language: 'en', wanted: () => true }));
  writeFileSync(join(folder, 'bash'), bashCompletion(root));
  writeFileSync(join(folder, '_xingji'), zshCompletion(root));
  writeFileSync(join(folder, 'xingji.fish'), fishCompletion(root));
  writeFileSync(join(folder, 'settings.yaml'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function shell(command: string, args: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: folder });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

/** What bash offers for the last word. */
function offered(...words: readonly string[]): string[] {
  const typed = words.map((word) => `'${word}'`).join(' ');
  const script = `. ./bash; compopt() { echo "compopt $*"; }; COMP_WORDS=(xingji ${typed}); COMP_CWORD=${words.length}; _xingji; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell('bash', ['--norc', '-c', script]);
}

describe('completion in bash', () => {
  test('offers commands, those below them, and their options', () => {
    expect(offered('jour')).toEqual(['journal']);
    expect(offered('journal', 'ver')).toEqual(['verify']);
    expect(offered('journal', 'letters', 're')).toEqual(['resend']);
    expect(offered('journal', 'verify', '--pub')).toEqual(['--public-key']);
    expect(offered('decode', '--j')).toEqual(['--json']);
  });

  test('offers the words that an option takes, files, or nothing', () => {
    expect(offered('decode', '--dialect', '')).toEqual(['native', 'emqx']);
    expect(offered('decode', '--dialect', 'e')).toEqual(['emqx']);
    expect(offered('completion', 'z')).toEqual(['zsh']);
    expect(offered('serve', '-c', '')).toEqual([]);
    expect(offered('verify', '--wait', '')).toEqual(['compopt +o default']);
  });

  test('takes no value of an option for a command', () => {
    expect(offered('journal', 'tail', '--terminal', 'verify', '--pub')).toEqual([]);
    expect(offered('journal', 'tail', '--terminal', 'verify', '--no-f')).toEqual(['--no-follow']);
  });
});

describe('completion', () => {
  test('names every command and every option for each shell', () => {
    const scripts = [bashCompletion(root), zshCompletion(root), fishCompletion(root)];
    let options = 0;
    for (const { path, options: its } of nodesOf(root)) {
      for (const script of scripts) if (path.length > 0) expect(script).toContain(path.at(-1));
      for (const { long } of its) {
        options++;
        for (const script of scripts) expect(script).toContain(long.replace(/^--/, ''));
      }
    }
    expect(options).toBeGreaterThan(200);
  });

  test('says what options do in the language of whoever asks', async () => {
    expect((await xingji(['completion', 'fish', '--lang', 'zh'])).out).toMatch(/-l help .*显示帮助/);
    expect((await xingji(['completion', 'tcsh'])).code).toBe(2);
  });
});

describe.skipIf(missing('zsh'))('completion in zsh', () => {
  test('is a script that zsh takes, and offers what bash does', () => {
    // The functions of completion are replaced by ones that print what they are given.
    const script = `
      compdef() { :; }; _files() { echo files; }
      _describe() { print -l \${(P)2%%:*}; }
      _arguments() { shift $(( $1 == '-C' )); print -l -- "\${@%%\\[*}"; }
      . ./_xingji
      state=command; words=(xingji); _xingji_decode; _xingji_journal`;
    const lines = shell('zsh', ['-f', '-c', script.replace("$(( $1 == '-C' ))", '0')]);
    expect(lines).toContain('--dialect');
    expect(lines).toContain('--json');
    expect(shell('zsh', ['-f', '-n', '_xingji'])).toEqual([]);
  });
});

describe.skipIf(missing('fish'))('completion in fish', () => {
  const fish = (line: string): string[] =>
    shell('fish', ['--no-config', '-c', `source xingji.fish; complete -C '${line}'`]).map((one) => one.split('\t')[0]!);

  test('offers commands, options and the words that they take', () => {
    expect(fish('xingji jour')).toContain('journal');
    expect(fish('xingji journal ver')).toContain('verify');
    expect(fish('xingji journal letters res')).toContain('resend');
    expect(fish('xingji journal verify --pub')).toContain('--public-key');
    expect(fish('xingji decode --dialect ')).toEqual(expect.arrayContaining(['native', 'emqx']));
    expect(fish('xingji completion z')).toContain('zsh');
    expect(fish('xingji serve -c set')).toContain('settings.yaml');
  });
});
