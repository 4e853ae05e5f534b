/** What was typed behind a command: words and flags, read by their form. Every fault is a ToolFault with what was expected. */
import { ToolFault } from './tool.ts';
import { OpenWord, type Word, wordsOf } from './words.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Milliseconds of `10s`, `500ms`, `2m`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)$/.exec(text) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * UNITS[unit!]!);
}

export class Given {
  readonly words: readonly string[];
  readonly #flags: ReadonlyMap<string, string>;

  constructor(words: readonly string[], flags: ReadonlyMap<string, string> = new Map()) {
    this.words = words;
    this.#flags = flags;
  }

  has(flag: string): boolean {
    return this.#flags.has(flag);
  }

  text(flag: string): string | undefined {
    return this.#flags.get(flag);
  }

  duration(flag: string): number | undefined {
    const text = this.#flags.get(flag);
    if (text === undefined) return undefined;
    const ms = durationMs(text);
    if (ms === undefined) throw wrong(`--${flag}`, text, 'a duration such as 10s');
    return ms;
  }

  whole(flag: string, min: number, max: number): number | undefined {
    const text = this.#flags.get(flag);
    return text === undefined ? undefined : wholeNumber(`--${flag}`, text, { min, max });
  }
}

/** Reads a whole number; throws ToolFault. */
export function wholeNumber(name: string, text: string, range: { readonly min: number; readonly max: number }): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.min && value <= range.max))
    throw wrong(name, text, `a whole number from ${range.min} to ${range.max}`);
  return value;
}

export function wrong(name: string, text: string, expected: string): ToolFault {
  return new ToolFault(`${name} is ${JSON.stringify(text)}, expected ${expected}`, 2);
}

/** Words of a line; throws ToolFault for a quote or bracket that is not closed. */
export function readWords(line: string): readonly Word[] {
  try {
    return wordsOf(line);
  } catch (error) {
    if (error instanceof OpenWord) throw new ToolFault(error.message, 2);
    throw error;
  }
}

/** Takes flags out of words. `--` ends them. */
export function readGiven(words: readonly string[], known: Readonly<Record<string, 'value' | 'switch'>>): Given {
  const rest: string[] = [];
  const flags = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      rest.push(...words.slice(i + 1));
      break;
    }
    const [, name, , inline] = /^--([a-z][a-z-]*)(=(.*))?$/.exec(word) ?? [];
    if (name === undefined) {
      rest.push(word);
      continue;
    }
    const kind = known[name];
    if (kind === undefined) {
      const names = Object.keys(known).map((one) => `--${one}`);
      throw new ToolFault(
        `no option --${name}; ${names.length === 0 ? 'there are none' : `there are: ${names.join(', ')}`}`,
        2,
      );
    }
    const value = inline ?? (kind === 'switch' ? '' : words[++i]);
    if (value === undefined) throw new ToolFault(`--${name} needs a value`, 2);
    flags.set(name, value);
  }
  return new Given(rest, flags);
}
