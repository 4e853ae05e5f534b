/** `xingji explain`: what every octet of a frame means. */
import type { Command } from 'commander';
import { colors } from './colors.ts';
import { type ExplainedField, type Explanation, explainFrameHex, VENDOR_PROFILES } from '../../protocol/index.ts';
import { linesOf, writeLine } from './lines.ts';
import { printable } from './message-text.ts';
import { vendorOption } from './vendor-option.ts';

const EXAMPLES = `
Offsets count the octets of the line, escapes included. A frame with a fault is explained as far as it goes.

Exit code: 0 every frame was understood, 1 one was not.

Examples:
  xingji explain 7e0002000001391234567800093b7e
  xingji explain --json - < frames.txt`;

/** Most octets of a field that are shown to people, and most characters of a value. */
const SHOWN_OCTETS = 12;
const SHOWN_CHARACTERS = 60;

interface Row {
  readonly octets: string;
  readonly raw: string;
  readonly field: string;
  readonly value: string;
  readonly meaning: string;
  readonly fault: string | undefined;
}

function rowOf({ path, depth, start, end, bits, hex, value, unit, zh, en, fault }: ExplainedField): Row {
  const octets = start === end ? `${start}` : end - start === 1 ? `${start}` : `${start}–${end - 1}`;
  const pairs = hex.match(/../g) ?? [];
  const more = pairs.length > SHOWN_OCTETS ? '…' : '';
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return {
    octets,
    raw:
      bits === undefined ? `${pairs.slice(0, SHOWN_OCTETS).join(' ')}${more}` : `bit ${[...new Set(bits)].join('–')}`,
    field: `${'  '.repeat(depth)}${depth < 2 ? path.slice(path.indexOf('.') + 1) : (path.split(/[.#]/).at(-1) ?? path)}`,
    value: printable(unit === undefined || text === '' ? short : `${short} ${unit}`),
    meaning: [zh, en].filter((one) => one !== undefined && one !== '').join('  '),
    fault,
  };
}

/** A frame as a table that people read. */
export function formatExplanation(explanation: Explanation): string {
  const { id, name, zh, en, revision, reason, detail, quirks, fields } = explanation;
  const title = [id, name, zh, en].filter((one) => one !== undefined).join(' ');
  const rows = fields.map(rowOf);
  const width = (of: (row: Row) => string): number => Math.max(...rows.map((row) => of(row).length));
  const [octets, raw, field, value] = [
    width((r) => r.octets),
    width((r) => r.raw),
    width((r) => r.field),
    width((r) => r.value),
  ];
  const lines = rows.map((row) => {
    const fault = row.fault === undefined ? '' : `  ${colors.red(printable(row.fault))}`;
    const shown = [
      colors.dim(row.octets.padStart(octets)),
      colors.dim(row.raw.padEnd(raw)),
      colors.cyan(row.field.padEnd(field)),
      row.value.padEnd(value),
      `${row.meaning}${fault}`,
    ];
    return shown.join('  ').trimEnd();
  });
  return [
    colors.bold(
      [title === '' ? 'no frame' : title, ...(revision === undefined ? [] : [`revision ${revision}`])].join('  '),
    ),
    ...lines,
    ...(quirks.length === 0 ? [] : [colors.yellow(`tolerated: ${quirks.join(', ')}`)]),
    ...(reason === undefined ? [] : [colors.red(`${reason}: ${printable(detail ?? '')}`)]),
  ].join('\n');
}

/** Adds the command `explain`. */
export function registerExplain(program: Command): void {
  program
    .command('explain')
    .description('frames in hex → what every octet means')
    .argument('<hex...>', 'frames, with or without spaces, 0x and flags; - reads lines from stdin')
    .option('--json', 'one JSON object per frame and line')
    .addOption(vendorOption())
    .addHelpText('after', EXAMPLES)
    .action(async (hex: readonly string[], flags: { readonly json?: true; readonly vendor?: string }) => {
      process.exitCode = 0;
      const vendor = flags.vendor === undefined ? undefined : VENDOR_PROFILES[flags.vendor];
      for await (const line of linesOf(hex, process.stdin)) {
        const explanations = explainFrameHex(line, vendor === undefined ? {} : { vendor });
        if (explanations === undefined) {
          process.exitCode = 1;
          const json = JSON.stringify({ ok: false, reason: 'delimiter', detail: 'not hexadecimal', fields: [] });
          await writeLine(
            process.stdout,
            flags.json === true ? json : `not hexadecimal: ${printable(line.slice(0, 80))}`,
          );
          continue;
        }
        for (const one of explanations) {
          if (!one.ok) process.exitCode = 1;
          await writeLine(process.stdout, flags.json === true ? JSON.stringify(one) : `${formatExplanation(one)}\n`);
        }
      }
    });
}
