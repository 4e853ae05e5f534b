/** Text in and out, line by line, at the pace of whoever reads it: a pipe of any length takes no memory. */
import type { Readable, Writable } from 'node:stream';

/** Characters of a line; what is longer is handed on cut off there. */
export const MAX_LINE = 1 << 20;

/** Lines without their ends; the last one counts without an end too. */
export async function* readLines(input: Readable): AsyncGenerator<string> {
  input.setEncoding('utf8');
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

/** Writes a line; resolves when more may be written. */
export function writeLine(output: Writable, line: string): Promise<void> {
  return new Promise((resolve) => {
    if (output.write(`${line}\n`)) resolve();
    else output.once('drain', resolve);
  });
}
