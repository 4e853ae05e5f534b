/** Writes the source of an encoder: every value is checked against its field, then written at constant offsets. */
import { Emitter, isNumber, member, q } from './emitter.ts';
import {
  type FieldLike,
  fieldsAt,
  type ItemsNode,
  type ListNode,
  type Node,
  nodeAt,
  type OptionalNode,
  type RevisedNode,
  type ShapeLike,
  type WhenNode,
} from './node.ts';
import type { Revision } from './revision.ts';
import { fixedSize } from './size.ts';

type PlainNode = Exclude<Node, RevisedNode>;

/** Source of the statements of `function (x, b, o)` that return the offset after the body. */
export function emitEncode(body: ShapeLike, revision: Revision, path: string): string[] {
  const e = new Emitter(revision);
  writeStruct(e, body, 'x', path);
  const p = e.pin();
  e.push(`if (x.trailing !== undefined) ${p} = putOctets(b, ${p}, x.trailing, ${q(`${path}.trailing`)});`);
  e.push(`return ${p};`);
  return e.lines;
}

const MAXIMUM = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff } as const;

/** Emits the octets of a number that has been checked. */
function put(e: Emitter, size: 1 | 2 | 4, value: string): void {
  for (let i = 0; i < size; i++) {
    const shift = 8 * (size - 1 - i);
    e.push(`b[${e.at(i)}] = ${value}${shift === 0 ? '' : ` >>> ${shift}`};`);
  }
  e.k += size;
}

/** Emits the check that `value` is a whole number of `size` octets. */
function check(e: Emitter, size: 1 | 2 | 4, value: string, path: string, shown = value): void {
  const whole = size === 4 ? `(${value} >>> 0)` : `(${value} & ${MAXIMUM[size]})`;
  e.push(`if (${whole} !== ${value}) outOfRange(${q(path)}, ${shown}, ${q(`a number of ${size} octets`)});`);
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
      if (node.form === 'bcd') e.push(`putTime(b, ${e.at()}, ${x}, ${q(path)});`);
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
      } else if (extent === 'rest') {
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
    case 'sized': {
      const start = constant(e.at(node.prefix.size));
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
      writePrefix(e, node.prefix.size, `${stop} - ${start}`, path);
      e.moveTo(stop);
      return;
    }
    case 'items':
      writeItems(e, node, x, path);
      return;
    case 'count':
      throw new Error(`${path}: a count stands in a struct, before its list`);
    case 'when':
    case 'optional':
      writeIf(e, node, x, path);
      return;
  }
}

/** Writes a length at the position, once it is known. */
function writePrefix(e: Emitter, size: 1 | 2 | 4, expression: string, path: string): void {
  const n = e.name('n');
  e.push(`const ${n} = ${expression};`);
  e.push(`if (${n} > ${MAXIMUM[size]}) outOfRange(${q(path)}, ${n}, ${q(`a length of ${size} octets`)});`);
  put(e, size, n);
}

function writeStruct(e: Emitter, shape: ShapeLike, x: string, path: string): void {
  const outer = e.scope;
  e.scope = new Map();
  const s = e.name('s');
  e.push(`const ${s} = record(${x}, ${q(path)});`);
  const fields = fieldsAt(shape, e.revision);
  for (const { name, node } of fields) {
    const at = `${path}.${name}`;
    const signs = fields.flatMap((other) => {
      const own = other.node.kind === 'coordinate' && other.node.flags === name;
      return own ? [`(${member(s, other.name)} < 0 ? ${2 ** other.node.bit} : 0)`] : [];
    });
    if (node.kind === 'count') {
      writePrefix(e, node.size, `entries(${member(s, node.of)}, ${q(`${path}.${node.of}`)}).length`, at);
      continue;
    }
    if (node.kind !== 'flags' || signs.length === 0) {
      write(e, node, member(s, name), at);
      continue;
    }
    // A negative coordinate sets its hemisphere bit; a set bit stays, so that both ways of saying it are taken.
    const word = e.name(name);
    e.push(`const ${word} = ${member(s, name)};`);
    check(e, node.size, word, at);
    const signed = e.name(name);
    e.push(`const ${signed} = (${[word, ...signs].join(' | ')}) >>> 0;`);
    e.scope.set(name, signed);
    put(e, node.size, signed);
  }
  e.scope = outer;
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

function writeList(e: Emitter, node: ListNode, x: string, path: string): void {
  const list = e.name('list');
  e.push(`const ${list} = entries(${x}, ${q(path)});`);
  if (typeof node.count === 'object' && 'size' in node.count) writePrefix(e, node.count.size, `${list}.length`, path);
  const p = e.pin();
  const element = e.name('element');
  e.block(`for (const ${element} of ${list})`, () => {
    write(e, nodeAt(node.of, e.revision)!, element, `${path}[]`);
    e.push(`${p} = ${e.at()};`);
  });
  e.moveTo(p);
}

function writeItems(e: Emitter, node: ItemsNode, x: string, path: string): void {
  const items = e.name('items');
  e.push(`const ${items} = record(${x}, ${q(path)});`);
  let count: string | undefined;
  let counter = '';
  if (node.count !== undefined) {
    count = e.name('count');
    e.push(`let ${count} = 0;`);
    counter = e.name('counter');
    e.push(`const ${counter} = ${e.at()};`);
    e.k += node.count.size;
  }
  const p = e.pin();
  for (const [name, item] of Object.entries(node.items))
    writeItem(e, item, { value: member(items, name), p, path: `${path}.${name}`, idSize: node.idSize, count });
  e.block(`if (${items}.unknown !== undefined)`, () => {
    e.push(`${p} = putItems(b, ${p}, ${items}.unknown, ${node.idSize}, ${q(`${path}.unknown`)});`);
    if (count !== undefined) e.push(`${count} += ${items}.unknown.length;`);
  });
  if (node.count === undefined) {
    const trailing = `putOctets(b, ${p}, ${items}.trailing, ${q(`${path}.trailing`)})`;
    e.push(`if (${items}.trailing !== undefined) ${p} = ${trailing};`);
  } else {
    e.moveTo(counter);
    writePrefix(e, node.count.size, count!, path);
  }
  e.moveTo(p);
}

function writeItem(
  e: Emitter,
  item: { readonly id: number; readonly field: FieldLike },
  at: { value: string; p: string; path: string; idSize: 1 | 4; count: string | undefined },
): void {
  const node = nodeAt(item.field, e.revision);
  if (node === undefined) return;
  const v = e.name('item');
  e.push(`const ${v} = ${at.value};`);
  e.block(`if (${v} !== undefined)`, () => {
    e.moveTo(at.p);
    put(e, at.idSize, String(item.id));
    const length = fixedSize(node, e.revision);
    if (length !== undefined) {
      put(e, 1, String(length));
      write(e, node, v, at.path);
      e.push(`${at.p} = ${e.at()};`);
    } else {
      const start = e.name('start');
      e.push(`const ${start} = ${e.at(1)};`);
      e.moveTo(start);
      write(e, node, v, at.path);
      const stop = e.name('stop');
      e.push(`const ${stop} = ${e.at()};`);
      e.moveTo(at.p);
      e.k = at.idSize;
      writePrefix(e, 1, `${stop} - ${start}`, at.path);
      e.push(`${at.p} = ${stop};`);
    }
    if (at.count !== undefined) e.push(`${at.count}++;`);
  });
  e.moveTo(at.p);
}
