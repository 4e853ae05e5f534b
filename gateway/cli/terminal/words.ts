/**
 * A line of the tool as words: split at blanks, with '…', "…" and \ as a shell has them. A word that begins with { or [ is JSON and
 * ends where its bracket is closed, so that nothing in it needs a quote.
 */
export interface Word {
  readonly text: string;
  /** Offset of its first character in the line. */
  readonly start: number;
}

/** A quote or a bracket that is not closed. */
export class OpenWord extends Error {
  override readonly name = 'OpenWord';
}

const BLANK = /\s/;

/** Words of a line; none for an empty one, and what is behind # at the beginning of a word is a remark. Throws OpenWord. */
export function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    while (at < line.length && BLANK.test(line[at]!)) at++;
    if (at === line.length || line[at] === '#') break;
    const start = at;
    const [text, end] = line[at] === '{' || line[at] === '[' ? json(line, at) : plain(line, at);
    words.push({ text, start });
    at = end;
  }
  return words;
}

function plain(line: string, from: number): readonly [string, number] {
  let text = '';
  let at = from;
  while (at < line.length && !BLANK.test(line[at]!)) {
    const character = line[at++]!;
    if (character === '\\' && at < line.length) text += line[at++]!;
    else if (character === "'" || character === '"') {
      const end = line.indexOf(character, at);
      if (end < 0) throw new OpenWord(`no closing ${character}`);
      text += line.slice(at, end);
      at = end + 1;
    } else text += character;
  }
  return [text, at];
}

function json(line: string, from: number): readonly [string, number] {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const character = line[at]!;
    if (character === '"') {
      for (at++; at < line.length && line[at] !== '"'; at++) if (line[at] === '\\') at++;
      if (at >= line.length) throw new OpenWord('no closing "');
    } else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return [line.slice(from, at + 1), at + 1];
  }
  throw new OpenWord(`no closing ${line[from] === '{' ? '}' : ']'}`);
}
