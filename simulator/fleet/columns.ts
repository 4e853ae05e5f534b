/** Text in columns of a terminal. */

/** Chinese characters and the like take two columns. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const sign of text) width += WIDE.test(sign) ? 2 : 1;
  return width;
}

/** Filled up with blanks to so many columns, with one at least. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(1, width - widthOf(text)));
}

/** As much of the beginning as fits so many columns. */
export function cut(text: string, width: number): string {
  let room = width;
  let kept = '';
  for (const sign of text) {
    room -= WIDE.test(sign) ? 2 : 1;
    if (room < 0) break;
    kept += sign;
  }
  return kept;
}
