/** The table of the standard's fields, and how its words become ours. */
import { readFileSync } from 'node:fs';
import type { Revision } from '../../../protocol/index.ts';
import type { Condition } from '../../../protocol/schema/node.ts';

/** A field as the table has it. */
export interface FieldFact {
  readonly name: string;
  readonly zh: string | null;
  readonly type: string;
  readonly offset: number | null;
  readonly length: number | null;
  readonly revisions: readonly Revision[];
  readonly scale?: number;
  readonly unit?: string;
  readonly enum?: Readonly<Record<string, string>>;
  readonly bits?: readonly { readonly bit: number | string; readonly name: string }[];
  readonly lengthFrom?: string;
  readonly countFrom?: string;
  readonly condition?: string;
  readonly optional?: boolean;
  readonly ref?: string;
  readonly item?: readonly FieldFact[];
}
interface Facts {
  readonly messages: readonly {
    readonly id: string;
    readonly zh: string;
    readonly en: string;
    readonly from: string;
    readonly revisions: readonly Revision[];
    readonly replies: readonly string[];
    readonly replyTo: readonly string[];
    readonly lengths: Readonly<Partial<Record<Revision, { readonly min: number }>>>;
    readonly fields: readonly FieldFact[];
  }[];
  readonly alarmBits: readonly { readonly bit: number; readonly name: string }[];
  readonly statusBits: readonly { readonly bit: number; readonly width: number; readonly name: string }[];
  readonly items: readonly {
    readonly id: string;
    readonly zh: string;
    readonly length: number | string | null;
    readonly fields: readonly FieldFact[];
  }[];
  readonly parameters: readonly (Omit<FieldFact, 'revisions' | 'offset' | 'name'> & {
    readonly id: string;
    readonly en: string;
  })[];
  readonly parameterRanges: readonly {
    readonly first: string;
    readonly last: string;
    readonly as: string;
    readonly zh: string;
  }[];
}

export const facts = JSON.parse(
  readFileSync(new URL('../../vectors/catalogue-facts.json', import.meta.url), 'utf8'),
) as Facts;

/** Messages that are not called by the words of the table. */
export const unnamed: Readonly<Record<string, string>> = {
  '0x0001': 'terminalAck',
  '0x8001': 'platformAck',
  '0x0005': 'terminalResendRequest',
  '0x8003': 'platformResendRequest',
  '0x8104': 'queryTerminalParameters',
  '0x8302': 'askQuestion',
  '0x0608': 'queryAreaRouteResponse',
  '0x8608': 'queryAreaRouteData',
};

/** `Text message (urgent)` → `textMessage`: names are made from the words before a bracket, a slash or a comma. */
export function camel(phrase: string, stop: RegExp): string {
  const words = phrase
    .split(stop)[0]!
    .replaceAll("'", '')
    .match(/[A-Za-z0-9]+/g)!;
  return words
    .map((word, i) => (i === 0 ? word.toLowerCase() : word[0]!.toUpperCase() + word.slice(1).toLowerCase()))
    .join('');
}

const SIZES: Readonly<Record<string, number>> = { BYTE: 1, WORD: 2, DWORD: 4 };

/** Octets of a type that says so by itself. */
export function sizeIn(type: string): number | undefined {
  const bracket = type.match(/\[(\d+)\]$/);
  return bracket === null ? SIZES[type] : Number(bracket[1]);
}

/** `status == 1 && cardResult == 0`, `attributes.bit0 == 1`, `command in (1,2)` as a condition on wire numbers. */
export function conditionIn(text: string | undefined): Condition | undefined {
  if (text === undefined) return undefined;
  const parts = text.split(' && ').map(single);
  return parts.length === 1 ? parts[0]! : { all: parts };
}

function single(text: string): Condition {
  const [, field, bit, operator, value] = text.match(/^(\w+?)(?:\.bit(\d+))? (==|!=|in) (.+)$/)!;
  if (bit !== undefined) return { field: field!, bit: Number(bit) };
  if (operator === 'in') return { field: field!, among: value!.match(/\d+/g)!.map(Number) };
  return operator === '==' ? { field: field!, equals: Number(value) } : { field: field!, not: Number(value) };
}
