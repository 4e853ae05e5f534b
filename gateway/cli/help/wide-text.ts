/** Columns of text on a screen, where Chinese characters take two, and lines of it. */

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
/** A word, with the blank before it; or a Chinese character, with the sign behind it that may not begin a line. */
const CHUNK =
  /\s*(?:[\u2e80-\u2fff\u3041-\ua4cf\uf900-\ufaff][，。；：、）】？！]*|[^\s\u2e80-\u2fff\u3041-\ua4cf\uf900-\ufaff]+)/gu;

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** Breaks text into lines of so many columns: at blanks, and between Chinese characters. */
export function breakLines(text: string, width: number): string {
  const lines: string[] = [];
  for (const given of text.split('\n')) {
    let line = '';
    for (const [chunk] of given.matchAll(CHUNK)) {
      if (line !== '' && widthOf(line + chunk) > width) {
        lines.push(line);
        line = chunk.trimStart();
      } else line += chunk;
    }
    lines.push(line);
  }
  return lines.join('\n');
}
