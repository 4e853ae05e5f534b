import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { GENERATED } from '../.ci/generated-pages.ts';
import { COMMANDS } from '../bin/commands.ts';
import { blocksOf } from '../gateway/cli/help/help-text.ts';
import { programOf } from '../gateway/cli/program.ts';

const root = join(import.meta.dirname, '..');
const pages = globSync(['*.md', '{docs,protocol,bridge,gateway,simulator,bench,tests}/**/*.md'], {
  cwd: root,
}).toSorted();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The text of a page without its fenced blocks: what looks like a link in code is none. */
function prose(page: string): string {
  return read(page).replaceAll(FENCE, '');
}

function fencedLines(page: string): string[] {
  return [...read(page).matchAll(FENCE)].flatMap(([, , body]) => (body as string).split('\n'));
}

/** As the usual renderers make them: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

function brokenLinks(page: string): string[] {
  const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(
    ([, markdown, html]) => (markdown ?? html) as string,
  );
  return links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [path, anchor] = link.split('#') as [string, string?];
    const target = path === '' ? page : normalize(join(dirname(page), path));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

describe('the pages', () => {
  test('link to what exists, down to the heading', () => {
    expect(pages.length).toBeGreaterThan(12);
    expect(pages.flatMap((page) => brokenLinks(page).map((link) => `${page}: ${link}`))).toEqual([]);
  });

  test('name no npm script that is not there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name as string),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test.each(Object.keys(GENERATED))('%s is what the code makes of it now (npm run docs)', (page) => {
    expect(read(page)).toBe(GENERATED[page]?.());
  });

  test('show JSON that is JSON, a value a line', () => {
    const blocks = pages.flatMap((page) => [...read(page).matchAll(/^```json\n([\s\S]*?)^```$/gm)]);
    const lines = blocks.flatMap(([, body]) => (body as string).trim().split('\n'));
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(() => JSON.parse(line) as unknown, line).not.toThrow();
  });

  test('in two languages show the same commands', () => {
    const commands = (page: string): string[] =>
      fencedLines(page).filter((line) => /^(npm|xingji|npx|node) /.test(line));
    expect(commands('README.zh-CN.md')).toEqual(commands('README.md'));
    expect(commands('README.md').length).toBeGreaterThan(1);
  });
});

/** `xingji simulate --target x` in a fenced block, through pipes and after prompts. */
function commandsShown(): { page: string; words: string[] }[] {
  return pages.flatMap((page) =>
    fencedLines(page)
      .flatMap((line) => line.replace(/\s#.*$/, '').split(/[|;&]+/))
      .map((part) => /^\s*(?:\$ |npx )?xingji (.+)$/.exec(part)?.[1])
      .filter((command) => command !== undefined)
      .map((command) => ({ page, words: command.trim().split(/\s+/) })),
  );
}

/** The command that words begin with, and how many of them name it. */
function commandOf(program: Command, words: readonly string[]): readonly [Command, depth: number] {
  let command = program;
  let depth = 0;
  for (const word of words) {
    const below = command.commands.find((one) => one.name() === word);
    if (below === undefined) break;
    command = below;
    depth++;
  }
  return [command, depth];
}

test('every xingji command in a fenced block exists, with the flags it is shown with', async () => {
  const program = await programOf(COMMANDS, { version: '', language: 'en', wanted: () => true });
  const shown = commandsShown();
  expect(shown.length).toBeGreaterThan(8);
  const wrong: string[] = [];
  for (const { page, words } of shown) {
    const [command, depth] = commandOf(program, words);
    const help = command.helpInformation() + blocksOf(command).join('');
    const known = new Set([...help.matchAll(/--?[a-zA-Z][\w-]*/g)].map(([flag]) => flag));
    const flags = words.map((word) => word.split('=')[0] as string).filter((word) => /^--?[a-zA-Z]/.test(word));
    const missing = flags.filter((flag) => !known.has(flag));
    if (depth === 0 && missing.length === flags.length) missing.push(words[0] as string);
    if (missing.length > 0) wrong.push(`${page}: xingji ${words.join(' ')}: no ${missing.join(', ')}`);
  }
  expect(wrong).toEqual([]);
});
