/**
 * The command line of a benchmark. What it takes is said once, by its defaults; what `--help` prints is the comment that its
 * file opens with; a wrong flag is one line, and exit code 2.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** By its default: a number (NaN: none unless said), numbers with commas between, a text (empty: none unless said), a switch. */
type Default = number | readonly number[] | string | false;

type Value<D> = D extends readonly number[]
  ? readonly number[]
  : D extends number
    ? number
    : D extends string
      ? string
      : boolean;

type Flags<D> = { readonly [name in keyof D]: Value<D[name]> };

type Read<D> = { readonly flags: Flags<D>; readonly operands: readonly string[] } | { readonly wrong: string } | 'help';

/** Reads what follows the name of the file; `mayName`: whether there may be words that are no flags. */
export function parseFlags<const D extends Readonly<Record<string, Default>>>(
  args: readonly string[],
  defaults: D,
  mayName = false,
): Read<D> {
  const given = Object.entries<Default>(defaults).map(([name, value]) => [name, kindOf(value)] as const);
  let read: { values: Record<string, string | boolean | (string | boolean)[] | undefined>; positionals: string[] };
  try {
    const options = Object.fromEntries([...given, ['help', kindOf(false)] as const]);
    read = parseArgs({ args: [...args], options, allowPositionals: mayName });
  } catch (error) {
    // What follows the first sentence is advice to whoever wrote the flags.
    return { wrong: (error as Error).message.split(/[.;] /, 1)[0]! };
  }
  if (read.values['help'] === true) return 'help';
  const flags: Record<string, unknown> = {};
  for (const [name, otherwise] of Object.entries<Default>(defaults)) {
    const said = read.values[name]?.toString();
    const value = said === undefined ? otherwise : valueOf(said, otherwise);
    if (value === undefined) return { wrong: `--${name} is '${said}', expected ${expected(otherwise)}` };
    flags[name] = value;
  }
  return { flags: flags as Flags<D>, operands: read.positionals };
}

/** The same of this process, for the file that it runs; does not return from `--help` and from a wrong flag. */
export function readFlags<const D extends Readonly<Record<string, Default>>>(
  file: string,
  defaults: D,
  mayName = false,
): { readonly flags: Flags<D>; readonly operands: readonly string[] } {
  const read = parseFlags(process.argv.slice(2), defaults, mayName);
  if (read === 'help') {
    process.stdout.write(`${openingOf(readFileSync(file, 'utf8'))}\n`);
    process.exit(0);
  }
  if ('wrong' in read) refuse(read.wrong);
  return read;
}

/** Words of a text, as options of the engine. */
export function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** One line, and the exit code of wrong usage. */
export function refuse(wrong: string): never {
  process.stderr.write(`${wrong}\n`);
  process.exit(2);
}

/** The comment that a source opens with, without its marks. */
export function openingOf(source: string): string {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(source) ?? [];
  return comment.replaceAll(/^ *\* ?/gm, '').trim();
}

function kindOf(value: Default): { type: 'string' | 'boolean' } {
  return { type: value === false ? 'boolean' : 'string' };
}

function valueOf(text: string, kind: Default): unknown {
  if (kind === false) return text === 'true';
  if (typeof kind === 'string') return text;
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.some((number) => !(number >= 0 && number < Infinity))) return undefined;
  return typeof kind !== 'number' ? numbers : numbers.length === 1 ? numbers[0] : undefined;
}

function expected(kind: Default): string {
  return typeof kind === 'number' ? 'a number' : 'numbers, with commas between';
}
