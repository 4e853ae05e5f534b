/** A message as a section of the reference: one table, a row a field, told apart by revision where they differ. */
import { formatId } from '../text/hex.ts';
import type { BitTable } from './bits.ts';
import { layoutOf, type Message, otherLayouts } from './message.ts';
import {
  type Condition,
  type Doc,
  docAt,
  type Extent,
  fieldsAt,
  type ItemLike,
  type ItemsNode,
  type Node,
  nodeAt,
  type Prefix,
  prefixOf,
  type RevisedNode,
  type ShapeLike,
} from './node.ts';
import { type Revision, REVISIONS } from './revision.ts';
import { fixedSize } from './size.ts';

type PlainNode = Exclude<Node, RevisedNode>;

interface Row {
  readonly offset: string;
  readonly name: string;
  readonly zh: string;
  readonly type: string;
  readonly unit: string;
  readonly meaning: string;
}

const WORDS = { 1: 'BYTE', 2: 'WORD', 4: 'DWORD' } as const;

function ofExtent(type: string, extent: Extent): string {
  if (typeof extent === 'number') return `${type}[${extent}]`;
  if (extent === 'rest') return `${type}, the rest`;
  return `${type}, as long as \`${'from' in extent ? extent.from : extent.name}\``;
}

function typeOf(node: PlainNode, revision: Revision): string {
  switch (node.kind) {
    case 'bcd':
      return `BCD[${node.size}]`;
    case 'time':
      if (node.form === 'bcd' || node.form === 'utc') return `BCD[${node.size}]`;
      return node.form === 'calendar'
        ? 'day, month BYTE, year WORD, hour, minute, second BYTE'
        : `UTC u64, ${node.form}`;
    case 'text':
      return ofExtent(node.charset === 'gbk' ? 'STRING' : 'BYTE', node.extent);
    case 'octets':
      return ofExtent('BYTE', node.extent);
    case 'struct':
    case 'layouts':
      return 'struct';
    case 'list': {
      const of = typeOf(nodeAt(node.of, revision)!, revision);
      const list = typeof node.count === 'number' ? `${node.count} entries` : 'list';
      return of === 'struct' || of.startsWith('body') ? list : `${list} of ${of}`;
    }
    case 'sized':
      return ofExtent('body', node.extent);
    case 'items':
      return 'items';
    case 'when':
    case 'optional':
      return typeOf(nodeAt(node.of, revision)!, revision);
    default:
      return WORDS[node.size];
  }
}

function conditionText(condition: Condition): string {
  if ('all' in condition) return condition.all.map(conditionText).join(' and ');
  if ('equals' in condition) return `\`${condition.field}\` is ${condition.equals}`;
  if ('among' in condition) return `\`${condition.field}\` is one of ${condition.among.join(', ')}`;
  if ('not' in condition) return `\`${condition.field}\` is not ${condition.not}`;
  return `bit ${condition.bit} of \`${condition.field}\` is set`;
}

function bitsText(table: BitTable): string {
  return Object.entries(table)
    .map(([name, at]) => {
      if (typeof at === 'number') return `${at} ${name}`;
      const values = Object.entries(at.names).map(([value, n]) => `${n} ${value}`);
      return `${at.bit}–${at.bit + at.width - 1} ${name} (${values.join(', ')})`;
    })
    .join('; ');
}

function meaningOf(node: PlainNode, doc: Doc, revision: Revision): string {
  const parts: string[] = doc.en === undefined ? [] : [doc.en];
  const inner = node.kind === 'when' || node.kind === 'optional' ? nodeAt(node.of, revision)! : node;
  if (node.kind === 'when') parts.push(`there if ${conditionText(node.condition)}`);
  if (node.kind === 'optional') parts.push(node.due === 'always' ? 'some senders leave it off' : 'may be left off');
  if (inner.kind === 'enumeration') {
    const names = Object.entries(inner.names).sort(([, a], [, b]) => a - b);
    parts.push(names.map(([name, n]) => `${n} ${name}`).join(', '));
  }
  if (inner.kind === 'flags') parts.push(`bits ${bitsText(inner.bits)}`);
  if (inner.kind === 'packed') {
    const cut = Object.entries(inner.parts).map(([name, { bit, width }]) => `${bit}–${bit + width - 1} ${name}`);
    parts.push(`bits ${cut.join('; ')}`);
  }
  return parts.join('; ');
}

/** What is said elsewhere in the reference, by shape and table of items: there, and not here again. */
type Elsewhere = ReadonlyMap<object, string>;
interface At {
  readonly revision: Revision;
  readonly elsewhere: Elsewhere;
}

function placeOf(node: PlainNode, { revision, elsewhere }: At): string | undefined {
  switch (node.kind) {
    case 'struct':
      return elsewhere.get(node.shape);
    case 'items':
      return elsewhere.get(node.items);
    case 'sized':
    case 'when':
    case 'optional':
      return placeOf(nodeAt(node.of, revision)!, { revision, elsewhere });
    default:
      return undefined;
  }
}

const isKnown = (node: PlainNode, at: At): boolean => placeOf(node, at) !== undefined;

/** Says where the fields inside stand, where not here. */
function withReference(row: Row, node: PlainNode, at: At): Row {
  const place = placeOf(node, at);
  if (place === undefined) return row;
  return { ...row, meaning: [row.meaning, `as in \`${place}\``].filter((part) => part !== '').join('; ') };
}

/** Rows of a struct; offsets are known up to the first field of varying size. */
function rowsOf(shape: ShapeLike, at: At, path: string): Row[] {
  const { revision } = at;
  const rows: Row[] = [];
  let offset: number | undefined = 0;
  for (const { name, node, doc } of fieldsAt(shape, revision)) {
    const prefix = prefixOf(node);
    if (prefix !== undefined) {
      rows.push(prefixRow(path, prefix, offset));
      offset = offset === undefined ? undefined : offset + prefix.size;
    }
    rows.push(withReference(row(path + name, node, doc, offset, revision), node, at));
    for (const inner of inside(node, at, path + name)) rows.push(inner);
    const size = fixedSize(node, revision);
    offset = offset === undefined || size === undefined ? undefined : offset + size;
  }
  return rows;
}

function row(name: string, node: PlainNode, doc: Doc, offset: number | undefined, revision: Revision): Row {
  return {
    offset: offset === undefined ? '' : String(offset),
    name,
    zh: doc.zh ?? '',
    type: typeOf(node, revision),
    unit: doc.unit ?? '',
    meaning: meaningOf(node, doc, revision),
  };
}

function prefixRow(path: string, { name, size }: Prefix, offset: number | undefined): Row {
  const at = offset === undefined ? '' : String(offset);
  return { offset: at, name: path + name, zh: '', type: WORDS[size], unit: '', meaning: 'of what follows' };
}

/** Rows for what a field holds. */
function inside(node: PlainNode, at: At, path: string): Row[] {
  const { revision } = at;
  if (isKnown(node, at)) return [];
  switch (node.kind) {
    case 'struct':
      return rowsOf(node.shape, at, `${path}.`);
    case 'list':
      return inside(nodeAt(node.of, revision)!, at, `${path}[]`);
    case 'layouts':
      return [
        ...inside(nodeAt(node.of, revision)!, at, path),
        ...Object.entries(node.others).flatMap(([name, other]) =>
          inside(nodeAt(other, revision)!, at, `${path}(${name})`),
        ),
      ];
    case 'sized':
    case 'when':
    case 'optional':
      return inside(nodeAt(node.of, revision)!, at, path);
    case 'items':
      return [
        ...Object.entries(node.items).flatMap(([name, item]) => itemRows(`${path}.${name}`, node, item, at)),
        ...Object.entries(node.ranges).flatMap(([name, range]) => {
          const rows = itemRows(`${path}.${name}[]`, node, { ...range, id: range.first }, at);
          const ids = `${formatId(range.first, 4)}–${formatId(range.last, 4)}`;
          return rows.map((row, i) => (i === 0 ? { ...row, offset: ids } : row));
        }),
      ];
    default:
      return [];
  }
}

/** Rows of an item; its id takes the place of an offset. */
function itemRows(path: string, { idSize }: ItemsNode, { id, field }: ItemLike, at: At): Row[] {
  const { revision } = at;
  const node = nodeAt(field, revision);
  if (node === undefined) return [];
  const { zh, type, unit, meaning, name } = row(path, node, docAt(field, revision), undefined, revision);
  const offset = formatId(id, idSize === 1 ? 2 : 4);
  return [{ offset, name, zh, type, unit, meaning }, ...inside(node, at, path)];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function tableOf(shape: ShapeLike, at: At): string {
  const rows = rowsOf(shape, at, '').map(
    ({ offset, name: field, zh, type, unit, meaning }) =>
      `| ${offset} | \`${field}\` | ${zh} | ${cell(type)} | ${unit} | ${cell(meaning)} |`,
  );
  const head = ['| octet or id | field | 字段 | type | unit | meaning |', '|---|---|---|---|---|---|'];
  return rows.length === 0 ? 'The body is empty.' : [...head, ...rows].join('\n');
}

/** Layouts beside those that are defined, by name: a line, and a table where it is no edition's. */
function alsoMet(message: Message, elsewhere: Elsewhere): string[] {
  const sections = new Map<string, Revision[]>();
  for (const revision of REVISIONS) {
    for (const { quirk, name, shape, revision: by } of otherLayouts(message, revision)) {
      const of = by === revision ? `\n\n${tableOf(shape, { revision: by, elsewhere })}` : '';
      const named = name === quirk ? `\`layout\` ${name}` : `\`layout\` ${name}, quirk ${quirk}`;
      const key = `${named}${by === revision ? '' : `, that of ${by}`}\u0000${of}`;
      sections.set(key, [...(sections.get(key) ?? []), revision]);
    }
  }
  return [...sections].map(([key, revisions]) => {
    const [named, of] = key.split('\u0000') as [string, string];
    return `Also met in ${revisions.join(', ')}: ${named}.${of}`;
  });
}

/** The section of a message, in Markdown. Revisions with the same layout share a table. */
export function markdown(message: Message, said: Elsewhere = new Map()): string {
  const { id, name, about } = message;
  const elsewhere = new Map([...said].filter(([, place]) => place !== name));
  const replies = (about.replies ?? []).map((reply) => formatId(reply, 4)).join(', ');
  const tables = new Map<string, Revision[]>();
  for (const revision of REVISIONS) {
    const text = tableOf(layoutOf(message, revision).shape, { revision, elsewhere });
    tables.set(text, [...(tables.get(text) ?? []), revision]);
  }
  const sections = [...tables].map(([text, revisions]) =>
    tables.size === 1 ? text : `**${revisions.join(', ')}**\n\n${text}`,
  );
  const facts = [
    `From the ${about.from}`,
    `defined in ${about.revisions.join(', ')}`,
    replies === '' ? 'not answered' : `answered by ${replies}`,
  ];
  return [
    `### ${formatId(id, 4)} \`${name}\``,
    '',
    `${about.zh} (${about.en}). ${facts.join('; ')}.`,
    '',
    [...sections, ...alsoMet(message, said)].join('\n\n'),
    '',
  ].join('\n');
}

/** For `markdown`: the bodies and tables of items that are said in the section of one message, and met in others. */
export function saidIn(messages: readonly Message[]): Elsewhere {
  const said = new Map<object, string>();
  for (const { name, body } of messages) {
    if (Object.keys(body).length > 0) said.set(body, name);
    for (const { node } of Object.values(body))
      if (node.kind === 'items' && !said.has(node.items)) said.set(node.items, name);
  }
  return said;
}
