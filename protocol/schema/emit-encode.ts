/** Writes the source of an encoder: every value is checked against its field, then written at constant offsets. */
import { writeItems } from './emit-encode-items.ts';
import { check, put, writePrefix } from './emit-number.ts';
import { Emitter, isNumber, member, q } from './emitter.ts';
import {
  type CheckNode,
  type CountNode,
  type FieldLike,
  fieldsAt,
  type FlagsNode,
  isDerived,
  type LayoutsNode,
  type LengthNode,
  type ListNode,
  type Node,
  nodeAt,
  type OptionalNode,
  type RevisedNode,
  type ShapeLike,
  type SizedNode,
  type WhenNode,
} from './node.ts';
import type { Revision } from './revision.ts';

type PlainNode = Exclude<Node, RevisedNode>;

/** Sources of the statements of `function (x, b, o)` that return the offset after the body, and of functions they call. */
export function emitEncode(
  body: ShapeLike,
  revision: Revision,
  path: string,
): { functions: string[]; lines: string[] } {
  const e = new Emitter(revision);
  writeStruct(e, body, 'x', path);
  const p = e.pin();
  e.push(`if (x.trailing !== undefined) ${p} = putOctets(b, ${p}, x.trailing, ${q(`${path}.trailing`)});`);
  e.push(`return ${p};`);
  return { functions: e.functions, lines: e.lines };
}

function write(e: Emitter, node: PlainNode, x: string, path: string): void {
  const field = path.slice(path.lastIndexOf('.') + 1);
  const constant = (expression: string): string => {
    const v = e.name(field);
    e.push(`const ${v} = ${expression};`);
    return v;
  };
  switch (node.kind) {
    case 'uint': {
      const wire = constant(node.divisor === 1 ? x : `Math.round(${x} * ${node.divisor})`);
      check(e, node.size, wire, path, x);
      e.scope.set(field, wire);
      put(e, node.size, wire);
      return;
    }
    case 'flags':
    case 'packed': {
      const word = constant(x);
      check(e, node.size, word, path);
      e.scope.set(field, word);
      put(e, node.size, word);
      return;
    }
    case 'enumeration': {
      const arms = Object.entries(node.names).map(([name, n]) => `${x} === ${q(name)} ? ${n} : `);
      const wire = constant(`${arms.join('')}${x}`);
      check(e, node.size, wire, path);
      e.scope.set(field, wire);
      put(e, node.size, wire);
      return;
    }
    case 'signed': {
      const value = constant(x);
      const range = q('a whole number from -16384 to 32767');
      e.push(
        `if ((${value} << 16 >> 16) !== ${value} || ${value} < -16384) outOfRange(${q(path)}, ${value}, ${range});`,
      );
      put(e, 2, value);
      return;
    }
    case 'coordinate': {
      const wire = constant(`Math.round(Math.abs(${x}) * ${node.divisor})`);
      const range = q('an angle in degrees');
      e.push(`if (!(${wire} <= 0x7fffffff)) outOfRange(${q(path)}, ${x}, ${range});`);
      put(e, 4, wire);
      return;
    }
    case 'bcd':
      e.push(`putDigits(b, ${e.at()}, ${node.size}, ${x}, ${q(path)});`);
      e.k += node.size;
      return;
    case 'time':
      if (node.form === 'utc') e.push(`putUtcBcdTime(b, ${e.at()}, ${x}, ${q(path)});`);
      else if (node.form === 'bcd') e.push(`putTime(b, ${e.at()}, ${x}, ${q(path)});`);
      else e.push(`putBinaryTime(b, ${e.at()}, ${x}, ${q(node.form)}, ${q(path)});`);
      e.k += node.size;
      return;
    case 'text':
    case 'octets': {
      const putAt = (at: string): string =>
        node.kind === 'text'
          ? `putText(b, ${at}, ${x}, ${node.charset === 'gbk'}, ${q(path)})`
          : `putOctets(b, ${at}, ${x}, ${q(path)})`;
      const { extent } = node;
      if (typeof extent === 'number') {
        const stop = constant(putAt(e.at()));
        const limit = e.at(extent);
        const exact = node.kind === 'octets' ? '!==' : '>';
        e.push(
          `if (${stop} ${exact} ${limit}) outOfRange(${q(path)}, ${stop} - (${e.at()}), ${q(`${extent} octets`)});`,
        );
        if (node.kind === 'text') e.push(`b.fill(0, ${stop}, ${limit});`);
        e.k += extent;
      } else if (extent === 'rest' || 'from' in extent) {
        e.moveTo(constant(putAt(e.at())));
      } else {
        const start = e.at(extent.size);
        const stop = constant(putAt(start));
        writePrefix(e, extent.size, `${stop} - (${start})`, path);
        e.moveTo(stop);
      }
      return;
    }
    case 'struct':
      writeStruct(e, node.shape, x, path);
      return;
    case 'list':
      writeList(e, node, x, path);
      return;
    case 'sized':
      writeSized(e, node, x, path);
      return;
    case 'layouts':
      writeLayouts(e, node, x, path);
      return;
    case 'items':
      writeItems(e, node, { x, path, write });
      return;
    case 'count':
    case 'length':
    case 'check':
      throw new Error(`${path}: what follows from other fields stands in a struct, with them`);
    case 'when':
    case 'optional':
      writeIf(e, node, x, path);
      return;
  }
}

function writeLayouts(e: Emitter, node: LayoutsNode, x: string, path: string): void {
  const layout = e.name('layout');
  e.push(`const ${layout} = record(${x}, ${q(path)}).layout;`);
  const stop = e.name('stop');
  e.push(`let ${stop};`);
  const { base, k } = e;
  const arm = (name: string | undefined, of: FieldLike): void => {
    const head = `if (${layout} === ${name === undefined ? 'undefined' : q(name)})`;
    e.block(name === undefined ? head : `else ${head}`, () => {
      e.base = base;
      e.k = k;
      write(e, nodeAt(of, e.revision)!, x, path);
      e.push(`${stop} = ${e.at()};`);
    });
  };
  arm(undefined, node.of);
  for (const [name, other] of Object.entries(node.others)) arm(name, other);
  const names = Object.keys(node.others).join(', ');
  e.push(`else misshapen(${q(`${path}.layout`)}, ${q(`expected one of ${names}, or nothing`)});`);
  e.moveTo(stop);
}

/** Fields of the struct at hand that later ones are told of: where their octets begin, and how many they are. */
interface Measured {
  /** Constant that holds where the length stands. */
  readonly at: string;
  readonly size: 1 | 2 | 4;
  /** Variable that sums up the octets. */
  readonly sum: string;
  readonly left: Set<string>;
}

function writeStruct(e: Emitter, shape: ShapeLike, x: string, path: string): void {
  const { scope: outer, structAt } = e;
  e.scope = new Map(outer);
  const s = e.name('s');
  e.push(`const ${s} = record(${x}, ${q(path)});`);
  const fields = fieldsAt(shape, e.revision);
  if (fields.some(({ node }) => node.kind === 'check')) {
    e.structAt = e.name('start');
    e.push(`const ${e.structAt} = ${e.at()};`);
  }
  let measured: Measured | undefined;
  for (const { name, node } of fields) {
    const at = `${path}.${name}`;
    if (isDerived(node)) {
      measured = writeDerived(e, node, { s, path, at, names: fields.map((field) => field.name) }) ?? measured;
      continue;
    }
    const signs = node.kind === 'flags' ? signsFor(fields, name, { s, path, revision: e.revision }) : [];
    const before = measured?.left.has(name) ? e.name('from') : undefined;
    if (before !== undefined) e.push(`const ${before} = ${e.at()};`);
    if (node.kind === 'flags' && signs.length > 0) writeSigned(e, node, { word: member(s, name), signs, name, at });
    else write(e, node, member(s, name), at);
    if (before !== undefined) measured = writeMeasured(e, measured!, { name, before, at });
  }
  e.scope = outer;
  e.structAt = structAt;
}

/** A negative coordinate sets its hemisphere bit; a set bit stays, so that both ways of saying it are taken. */
function writeSigned(
  e: Emitter,
  node: FlagsNode,
  { word: given, signs, name, at }: { word: string; signs: readonly string[]; name: string; at: string },
): void {
  const word = e.name(name);
  e.push(`const ${word} = ${given};`);
  check(e, node.size, word, at);
  const signed = e.name(name);
  e.push(`const ${signed} = (${[word, ...signs].join(' | ')}) >>> 0;`);
  e.scope.set(name, signed);
  put(e, node.size, signed);
}

/** Expressions of the bits that the coordinates ask for whose signs the field `flags` has, here and in lists. */
function signsFor(
  fields: ReturnType<typeof fieldsAt>,
  flags: string,
  { s, path, revision }: { s: string; path: string; revision: Revision },
): string[] {
  const angles = new Map<number, string[]>();
  const add = (bit: number, angle: string): void => void angles.set(bit, [...(angles.get(bit) ?? []), angle]);
  for (const { name, node } of fields) {
    if (node.kind === 'coordinate' && node.flags === flags) add(node.bit, member(s, name));
    const of = node.kind === 'list' ? nodeAt(node.of, revision) : undefined;
    if (of?.kind !== 'struct' || flags in of.shape) continue;
    for (const inner of fieldsAt(of.shape, revision)) {
      if (inner.node.kind !== 'coordinate' || inner.node.flags !== flags) continue;
      add(
        inner.node.bit,
        `...entries(${member(s, name)}, ${q(`${path}.${name}`)}).map((v) => ${member('v?', inner.name)})`,
      );
    }
  }
  return [...angles].map(([bit, list]) => {
    const mask = 2 ** bit;
    const one = list.length === 1 && !list[0]!.startsWith('...');
    return one
      ? `(${list[0]} < 0 ? ${mask} : 0)`
      : `hemisphere([${list.join(', ')}], ${mask}, ${q(`${path}.${flags}`)})`;
  });
}

/** Writes what follows from other fields; a length is left open until those are written. */
function writeDerived(
  e: Emitter,
  node: CountNode | LengthNode | CheckNode,
  { s, path, at, names }: { s: string; path: string; at: string; names: readonly string[] },
): Measured | undefined {
  if (node.kind === 'check') {
    e.push(`b[${e.at()}] = xorOf(b, ${e.structAt}, ${e.at()});`);
    e.k += 1;
    return undefined;
  }
  const of = node.of.filter((name) => names.includes(name));
  if (node.kind === 'count') {
    const list = of.map((name) => member(s, name)).join(' ?? ') || '[]';
    const one = of.length === 1 ? list : `(${list} ?? [])`;
    writePrefix(e, node.size, `entries(${one}, ${q(`${path}.${of[0]}`)}).length`, at);
    return undefined;
  }
  const open: Measured = { at: e.name('lengthAt'), size: node.size, sum: e.name('sum'), left: new Set(of) };
  e.push(`const ${open.at} = ${e.at()};`);
  e.push(`let ${open.sum} = 0;`);
  e.k += node.size;
  return open;
}

/** Adds a field to the length that is open, and writes that behind the last of them. */
function writeMeasured(
  e: Emitter,
  open: Measured,
  { name, before, at }: { name: string; before: string; at: string },
): Measured | undefined {
  e.push(`${open.sum} += ${e.at()} - ${before};`);
  open.left.delete(name);
  if (open.left.size > 0) return open;
  const { base, k, guaranteed } = e;
  e.moveTo(open.at);
  writePrefix(e, open.size, open.sum, at);
  Object.assign(e, { base, k, guaranteed });
  return undefined;
}

function writeIf(e: Emitter, node: WhenNode | OptionalNode, x: string, path: string): void {
  const of = nodeAt(node.of, e.revision);
  if (of === undefined) return;
  const name = path.slice(path.lastIndexOf('.') + 1);
  const condition = node.kind === 'when' ? node.condition : node.due;
  const due = condition === 'always' ? 'true' : condition === 'never' ? 'false' : e.condition(condition, path);
  const raw = isNumber(of) ? e.name('raw') : undefined;
  if (raw !== undefined) e.push(`let ${raw} = -1;`);
  const p = e.pin();
  e.block(`if (${x} !== undefined)`, () => {
    if (node.kind === 'when') e.push(`if (!(${due})) misshapen(${q(path)}, 'is not part of this message');`);
    write(e, of, x, path);
    if (raw !== undefined) e.push(`${raw} = ${e.scope.get(name)};`);
    e.push(`${p} = ${e.at()};`);
  });
  e.block(`else if (${due})`, () => e.push(`misshapen(${q(path)}, 'is missing');`));
  if (raw !== undefined) e.scope.set(name, raw);
  e.moveTo(p);
}

function writeSized(e: Emitter, node: SizedNode, x: string, path: string): void {
  const size = typeof node.extent === 'object' && 'size' in node.extent ? node.extent.size : 0;
  const start = e.name('start');
  e.push(`const ${start} = ${e.at(size)};`);
  const stop = e.name('stop');
  e.push(`let ${stop};`);
  const { base, k } = e;
  e.block(`if (${x} instanceof Uint8Array)`, () => e.push(`${stop} = putOctets(b, ${start}, ${x}, ${q(path)});`));
  e.block('else', () => {
    e.moveTo(start);
    write(e, nodeAt(node.of, e.revision)!, x, path);
    e.push(`${stop} = ${e.at()};`);
  });
  e.base = base;
  e.k = k;
  if (size !== 0) writePrefix(e, size, `${stop} - ${start}`, path);
  e.moveTo(stop);
}

function writeList(e: Emitter, node: ListNode, x: string, path: string): void {
  const list = e.name('list');
  e.push(`const ${list} = entries(${x}, ${q(path)});`);
  if (typeof node.count === 'object' && 'size' in node.count) writePrefix(e, node.count.size, `${list}.length`, path);
  if (typeof node.count === 'number') {
    const entries = q(`${node.count} entries`);
    e.push(`if (${list}.length !== ${node.count}) outOfRange(${q(path)}, ${list}.length, ${entries});`);
  }
  const p = e.pin();
  const element = e.name('element');
  e.block(`for (const ${element} of ${list})`, () => {
    write(e, nodeAt(node.of, e.revision)!, element, `${path}[]`);
    e.push(`${p} = ${e.at()};`);
  });
  e.moveTo(p);
}
