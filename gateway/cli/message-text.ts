/** A decoded frame as a tree that people read. What a terminal sent cannot move the cursor or colour the screen. */
import { colors } from './colors.ts';
import type { DescribedFault, DescribedMessage } from '../../protocol/index.ts';

const INDENT = '  ';

/** Control characters, and those that turn the direction of text, as escapes. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function scalar(value: unknown): string {
  if (value === null) return colors.dim('–');
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** A value that fits behind its name; undefined where it takes lines of its own. */
function inline(value: unknown): string | undefined {
  if (isScalar(value)) return scalar(value);
  const parts = Object.values(value as object);
  if (parts.length === 0) return colors.dim('none');
  return Array.isArray(value) && parts.every(isScalar) ? parts.map(scalar).join(', ') : undefined;
}

/** An element of a list: one line where all its fields are simple. */
function element(value: object, indent: string): readonly string[] {
  const fields = Object.entries(value);
  if (!fields.every(([, each]) => inline(each) !== undefined)) return [`${indent}-`, ...tree(value, indent + INDENT)];
  return [
    `${indent}- ${fields.map(([name, each]) => `${colors.cyan(printable(name))} ${inline(each) ?? ''}`).join('  ')}`,
  ];
}

/** The fields of a value, a line each, those of objects and lists below their name. */
export function tree(value: object, indent: string): string[] {
  const entries: [string, unknown][] = Object.entries(value);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  const lines: string[] = [];
  for (const [name, each] of entries) {
    const label = colors.cyan(printable(name).padEnd(width));
    const shown = inline(each);
    if (shown !== undefined) lines.push(`${indent}${label}  ${shown}`);
    else if (!Array.isArray(each)) lines.push(`${indent}${label.trimEnd()}`, ...tree(each as object, indent + INDENT));
    else {
      lines.push(`${indent}${label.trimEnd()}`);
      for (const part of each)
        lines.push(
          ...(isScalar(part) ? [`${indent}${INDENT}- ${scalar(part)}`] : element(part as object, indent + INDENT)),
        );
    }
  }
  return lines;
}

function head(message: DescribedMessage): string {
  const { id, name, revision, phone, terminal, serial, part, encryption } = message;
  const facts = [
    `${colors.bold(id)} ${name === null ? colors.yellow('unknown message') : colors.bold(name)}`,
    `terminal ${terminal}`,
    ...(phone === terminal ? [] : [`phone ${phone}`]),
    `serial ${serial}`,
    `revision ${revision}`,
    ...(part === null ? [] : [`part ${part.number} of ${part.total}`]),
    ...(encryption === 'none' ? [] : [`encryption ${encryption}`]),
  ];
  return facts.join('  ');
}

/** Several lines without a line end. */
export function formatDescribed(described: DescribedMessage | DescribedFault): string {
  if (!described.ok) {
    return [
      `${colors.red(colors.bold('bad frame'))}  ${described.reason}: ${printable(described.detail)}`,
      `${INDENT}${colors.dim(printable(described.hex))}`,
    ].join('\n');
  }
  const body = described.body as object;
  const quirks =
    described.quirks.length === 0 ? [] : [`${INDENT}${colors.yellow(`tolerated: ${described.quirks.join(', ')}`)}`];
  const vendor =
    described.vendor === undefined
      ? []
      : [`${INDENT}${colors.cyan('vendor')}`, ...tree(described.vendor, INDENT + INDENT)];
  return [head(described), ...tree(body, INDENT), ...vendor, ...quirks].join('\n');
}
