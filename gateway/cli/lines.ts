/** Text in and out, line by line, at the pace of whoever reads it: a pipe of any length takes no memory. */
import type { Readable, Writable } from 'node:stream';

/** Characters of a line; what is longer is handed on cut off there. */
export const MAX_LINE = 1 << 20;

/** Lines without their ends; the last one counts without an end too. `latin1` gives a character for every octet. */
export async function* readLines(input: Readable, encoding: 'utf8' | 'latin1' = 'utf8'): AsyncGenerator<string> {
  input.setEncoding(encoding);
  let rest = '';
  // True while the tail of a line that was cut off is passed over.
  let skipping = false;
  for await (const chunk of input as AsyncIterable<string>) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      if (!skipping) yield piece.replace(/\r$/, '').slice(0, MAX_LINE);
      skipping = false;
    }
    if (rest.length <= MAX_LINE) continue;
    if (!skipping) yield rest.slice(0, MAX_LINE);
    skipping = true;
    rest = '';
  }
  if (rest !== '' && !skipping) yield rest.replace(/\r$/, '');
}

/**
 * The lines of hex that a command was given: those of `input` for `-`, else its arguments. Octets that a shell split at
 * the spaces are one line again; whole frames stay by themselves.
 */
export function linesOf(hex: readonly string[], input: Readable): AsyncIterable<string> | Iterable<string> {
  if (hex.length === 1 && hex[0] === '-') return readLines(input);
  return hex.some((each) => each.replace(/^0x/i, '').length <= 2) ? [hex.join(' ')] : hex;
}

/** Writes text; resolves when more may be written. */
export function write(output: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (output.write(text)) resolve();
    else output.once('drain', resolve);
  });
}

/** Writes a line; resolves when more may be written. */
export function writeLine(output: Writable, line: string): Promise<void> {
  return write(output, `${line}\n`);
}

/** An argument as `latin1` lines are: a character for every octet that the shell gave us. */
export function asOctets(argument: string): string {
  return Buffer.from(argument, 'utf8').toString('latin1');
}
