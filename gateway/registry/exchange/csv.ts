/** Comma-separated values (RFC 4180), as spreadsheets write them: quotes, line ends inside of them, a byte order mark. */

export interface CsvRow {
  /** Of the line that the row begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Rows of a text; empty lines are passed over. A quote that is never closed ends with the text. */
export function* parseCsv(text: string, separator = ','): Generator<CsvRow> {
  const end = text.length;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < end) {
    const row: { line: number; cells: string[] } = { line, cells: [] };
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        // Two quotes are one; anything else ends the cell.
        for (at++; at < end; at++) {
          const char = text[at]!;
          if (char === '"' && text[++at] !== '"') break;
          if (char === '\n') line++;
          cell += char;
        }
      }
      let to = at;
      while (to < end && text[to] !== separator && text[to] !== '\n') to++;
      cell += text.slice(at, to).replace(/\r$/, '');
      row.cells.push(cell.trim().replace(/^'(?=[=+\-@])/, ''));
      at = to + 1;
      if (text[to] !== separator) break;
    }
    line++;
    if (row.cells.length > 1 || row.cells[0] !== '') yield row;
  }
}

/** One row; cells with separators, quotes or line ends are quoted. A cell that a spreadsheet would run as a formula is kept from it. */
export function formatCsv(cells: readonly (string | number | null | undefined)[]): string {
  return cells.map((cell) => quoted(String(cell ?? ''))).join(',');
}

function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
