/**
 * Writes the source of a decoder.
 *
 * Offsets are constants until the first field of varying size, and each run of fixed fields is checked once
 * against the end, after which no read in it can fail.
 */
import { readItems } from './emit-decode-items.ts';
import { Emitter, isNumber, member, q } from './emitter.ts';
import { uintAt } from './emit-number.ts';
import {
  type Count,
  type Extent,
  type FieldLike,
  type LayoutsNode,
  fieldsAt,
  isDerived,
  type ListNode,
  type Node,
  nodeAt,
  type OptionalNode,
  type RevisedNode,
  type ShapeLike,
  type SizedNode,
  type TimeNode,
} from './node.ts';
import type { Revision } from './revision.ts';
import { boundsOf, distance, fixedSize, takesRest } from './size.ts';

type PlainNode = Exclude<Node, RevisedNode>;

/** Source of the statements of `function (b, o, end, quirks)` that return a body, and of what they call. */
export function emitDecode(
  body: ShapeLike,
  revision: Revision,
  path: string,
): { functions: string[]; lines: string[] } {
  const e = new Emitter(revision);
  const value = readStruct(e, body, path, true);
  if (takesRest({ kind: 'struct', shape: body }, revision)) {
    e.push(`return ${value};`);
  } else {
    const result = e.name('body');
    e.push(`const ${result} = ${value};`);
    e.block(`if (${e.at()} !== ${e.end})`, () => {
      e.push(`quirks.quirk('trailing');`);
      e.push(`${result}.trailing = octets(b, ${e.at()}, ${e.end});`);
    });
    e.push(`return ${result};`);
  }
  return { functions: e.functions, lines: e.lines };
}

/**
 * Emits what is needed to read a field and returns the expression of its value. `last`: it ends the body, so a
 * list that is shorter than its count may end there.
 */
function read(e: Emitter, node: PlainNode, path: string, last = false): string {
  const fixed = fixedSize(node, e.revision);
  if (fixed !== undefined && node.kind !== 'struct') e.require(fixed, path);
  const field = path.slice(path.lastIndexOf('.') + 1);
  const constant = (expression: string): string => {
    const v = e.name(field);
    e.push(`const ${v} = ${expression};`);
    return v;
  };
  const step = (n: number, value: string): string => {
    e.k += n;
    return value;
  };
  switch (node.kind) {
    case 'uint': {
      const raw = uintAt(e, node.size);
      if (node.divisor === 1) return step(node.size, remember(e, field, constant(raw)));
      const wire = remember(e, field, constant(raw));
      return step(node.size, `${wire} / ${node.divisor}`);
    }
    case 'flags':
    case 'packed':
    case 'count':
    case 'length':
      return step(node.size, remember(e, field, constant(uintAt(e, node.size))));
    case 'enumeration': {
      const raw = remember(e, field, constant(uintAt(e, node.size)));
      const arms = Object.entries(node.names).map(([name, n]) => `${raw} === ${n} ? ${q(name)} : `);
      return step(node.size, constant(`${arms.join('')}${raw}`));
    }
    case 'check': {
      // The struct at hand begins where its emitter says.
      e.push(`if (b[${e.at()}] !== xorOf(b, ${e.structAt}, ${e.at()})) quirks.quirk('inner-check');`);
      return step(1, 'undefined');
    }
    case 'signed': {
      const raw = constant(uintAt(e, 2));
      return step(2, `(${raw} < 0x8000 ? ${raw} : negative16(${raw}, quirks))`);
    }
    case 'coordinate': {
      const raw = constant(uintAt(e, 4));
      const negative = e.condition({ field: node.flags, bit: node.bit }, path);
      const magnitude = `(${negative} ? 0 - ${raw} : ${raw}) / ${node.divisor}`;
      return step(
        4,
        constant(`${raw} > 0x7fffffff ? negativeCoordinate(${raw}, ${node.divisor}, quirks) : ${magnitude}`),
      );
    }
    case 'bcd':
      return step(node.size, constant(`bcdText(b, ${e.at()}, ${node.size})`));
    case 'time':
      return step(node.size, constant(timeAt(e, node)));
    case 'text':
    case 'octets': {
      const { from, to } = extent(e, node.extent, path);
      if (node.kind === 'octets') return constant(`octets(b, ${from}, ${to})`);
      const reader = typeof node.extent === 'number' ? 'paddedText' : 'plainText';
      return constant(`${reader}(b, ${from}, ${to}, ${node.charset === 'gbk'}, quirks)`);
    }
    case 'struct':
      return readStruct(e, node.shape, path, last);
    case 'list':
      return readList(e, node, path, last);
    case 'sized':
      return readSized(e, node, path);
    case 'items':
      return readItems(e, node, path, { read, attempt });
    case 'layouts':
      return readLayouts(e, node, path);
    case 'when': {
      const condition = e.condition(node.condition, path);
      return readIf(e, condition, node.of, path, last);
    }
    case 'optional':
      return readOptional(e, node, path, last);
  }
}

function readOptional(e: Emitter, node: OptionalNode, path: string, last: boolean): string {
  const inner = nodeAt(node.of, e.revision);
  const least = inner === undefined ? 0 : boundsOf(inner, e.revision).least;
  const due = node.due === 'never' ? 'false' : node.due === 'always' ? 'true' : e.condition(node.due, path);
  const left = `${e.end} - (${e.at()})`;
  // What may be empty is there where it is due, though no octet is left for it.
  const there = least > 0 ? `${left} >= ${least}` : `${left} > 0 || ${due}`;
  const value = readIf(e, there, node.of, path, last);
  if (node.due !== 'never' && least > 0) e.push(`if (${value} === undefined && ${due}) quirks.quirk('length');`);
  return value;
}

function timeAt(e: Emitter, { form }: TimeNode): string {
  if (form === 'bcd') return `bcdTime(b, ${e.at()})`;
  if (form === 'utc') return `utcBcdTime(b, ${e.at()})`;
  if (form === 'calendar') return `calendarTime(b, ${e.at()})`;
  return `eitherTime(b, ${e.at()}, ${form === 'milliseconds'}, quirks)`;
}

/** Reads the flags that decide a sign ahead, where they stand behind the coordinate. */
function peekFlags(e: Emitter, shape: ShapeLike, name: string, path: string): void {
  const node = nodeAt(shape[name]!, e.revision)!;
  if (node.kind !== 'coordinate') return;
  const order = Object.keys(shape);
  if (order.indexOf(node.flags) < order.indexOf(name)) return;
  const ahead = distance(shape, name, node.flags, e.revision);
  if (ahead === undefined) throw new Error(`${path}.${name}: no field ${node.flags} at a fixed distance`);
  const flags = e.name(node.flags);
  e.push(`const ${flags} = ${uintAt(e, ahead.size, ahead.offset)};`);
  e.scope.set(node.flags, flags);
}

/** Keeps the wire number of a field for the conditions of later ones. */
function remember(e: Emitter, field: string, raw: string): string {
  e.scope.set(field, raw);
  return raw;
}

/** Steps over octets of any extent, checked, and says where they lie. */
function extent(e: Emitter, extent: Extent, path: string): { from: string; to: string } {
  if (typeof extent === 'number') {
    const span = { from: e.at(), to: e.at(extent) };
    e.k += extent;
    return span;
  }
  if (extent === 'rest') {
    const from = e.at();
    e.moveTo(e.end);
    return { from, to: e.end };
  }
  let n: string;
  if ('from' in extent) {
    n = e.wireNumber(extent.from, path);
  } else {
    e.require(extent.size, path);
    n = e.name('n');
    e.push(`const ${n} = ${uintAt(e, extent.size)};`);
    e.k += extent.size;
  }
  const from = e.at();
  e.push(`if (${e.end} - (${from}) < ${n}) truncated(${q(path)}, ${n}, ${e.end} - (${from}), ${from} - o);`);
  const to = e.name('p');
  e.push(`const ${to} = ${from} + ${n};`);
  e.moveTo(to);
  return { from, to };
}

function readIf(e: Emitter, condition: string, field: FieldLike, path: string, last: boolean): string {
  const node = nodeAt(field, e.revision);
  if (node === undefined) return 'undefined';
  const name = path.slice(path.lastIndexOf('.') + 1);
  const v = e.name(name);
  e.push(`let ${v};`);
  // The wire number outlives the block: later conditions may ask for it, and -1 is none.
  const raw = isNumber(node) ? e.name('raw') : undefined;
  if (raw !== undefined) e.push(`let ${raw} = -1;`);
  const p = e.pin();
  e.block(`if (${condition})`, () => {
    e.push(`${v} = ${read(e, node, path, last)};`);
    if (raw !== undefined) e.push(`${raw} = ${e.scope.get(name)};`);
    e.push(`${p} = ${e.at()};`);
  });
  if (raw !== undefined) e.scope.set(name, raw);
  e.moveTo(p);
  return v;
}

function readStruct(e: Emitter, shape: ShapeLike, path: string, last: boolean): string {
  const { scope: outer, structAt } = e;
  e.scope = new Map(outer);
  if (Object.values(shape).some(({ node }) => node.kind === 'check')) {
    e.structAt = e.name('start');
    e.push(`const ${e.structAt} = ${e.at()};`);
  }
  const fields = fieldsAt(shape, e.revision);
  const members: string[] = [];
  for (const [i, { name, node }] of fields.entries()) {
    // One check for this whole run of fixed-size fields.
    let run = 0;
    for (const next of fields.slice(i)) {
      const size = fixedSize(next.node, e.revision);
      if (size === undefined) break;
      run += size;
    }
    if (run > 0) e.require(run, `${path}.${name}`);
    peekFlags(e, shape, name, path);
    const value = read(e, node, `${path}.${name}`, last && i === fields.length - 1);
    if (!isDerived(node)) members.push(`${member('', name).slice(1)}: ${value}`);
  }
  e.scope = outer;
  e.structAt = structAt;
  return `{ ${members.join(', ')} }`;
}

/** The variable that holds how many entries there should be. */
function readCount(e: Emitter, count: Exclude<Count, 'rest'>, path: string): string {
  if (typeof count === 'number') return String(count);
  if ('from' in count) return e.wireNumber(count.from, path);
  e.require(count.size, path);
  const n = e.name('count');
  e.push(`const ${n} = ${uintAt(e, count.size)};`);
  e.k += count.size;
  return n;
}

function readList(e: Emitter, node: ListNode, path: string, last: boolean): string {
  const of = nodeAt(node.of, e.revision)!;
  const list = e.name('list');
  const size = fixedSize(of, e.revision);
  const element = (p: string): void => {
    e.push(`${list}.push(${read(e, of, `${path}[]`)});`);
    e.push(`${p} = ${e.at()};`);
  };
  /** One of varying size, which may turn out to be none: then the list ends before it. */
  const attempted = (p: string, quirk: string): void => {
    e.block('try', () => element(p));
    e.block('catch (error)', () => {
      e.push('if (!(error instanceof ProtocolError)) throw error;');
      e.push(`${quirk}break;`);
    });
  };
  if (node.count === 'rest') {
    e.push(`const ${list} = [];`);
    const p = e.pin();
    e.block(`while (${e.end} - ${p} >= ${Math.max(1, boundsOf(of, e.revision).least)})`, () =>
      size === undefined ? attempted(p, '') : element(p),
    );
    e.moveTo(p);
    return list;
  }
  const count = readCount(e, node.count, path);
  e.push(`const ${list} = [];`);
  const p = e.pin();
  if (typeof node.count === 'object' && 'evenly' in node.count) {
    readEvenly(e, node, { list, count, p, path });
    return list;
  }
  e.block(`while (${list}.length < ${count})`, () => {
    // Behind the last list of a body nothing can be misread, so what parsed is kept.
    if (last && size !== undefined) e.push(`if (${e.end} - ${p} < ${size}) { quirks.quirk('count'); break; }`);
    if (!last || size !== undefined) {
      element(p);
      return;
    }
    attempted(p, `quirks.quirk('count'); `);
  });
  e.moveTo(p);
  return list;
}

/** Entries that share what is left in equal parts; they must take them exactly. */
function readEvenly(
  e: Emitter,
  node: ListNode,
  { list, count, p, path }: { list: string; count: string; p: string; path: string },
): void {
  const share = e.name('share');
  const reader = attempt(e, node.of, `${path}[]`);
  e.push(`const ${share} = ${count} === 0 ? 0 : Math.floor((${e.end} - ${p}) / ${count});`);
  e.block(`while (${list}.length < ${count})`, () => {
    const v = e.name('v');
    e.push(`const ${v} = ${reader}(b, ${p}, ${p} + ${share}, quirks);`);
    e.push(`if (${v} === undefined) truncated(${q(`${path}[]`)}, ${share} + 1, ${share}, ${p} - o);`);
    e.push(`${list}.push(${v});`);
    e.push(`${p} += ${share};`);
  });
}

/** A function that reads octets [o, end) as a value, or gives undefined where they are not exactly one. */
function attempt(e: Emitter, field: FieldLike, path: string): string {
  const node = nodeAt(field, e.revision)!;
  const sub = new Emitter(e.revision, e);
  const name = e.name('attempt');
  sub.block('try', () => {
    const value = sub.name('value');
    sub.push(`const ${value} = ${read(sub, node, path)};`);
    sub.push(`return ${sub.at()} === end ? ${value} : undefined;`);
  });
  sub.block('catch (error)', () => {
    sub.push('if (!(error instanceof ProtocolError)) throw error;');
    sub.push('return undefined;');
  });
  e.functions.push(`function ${name}(b, o, end, quirks) {\n${sub.lines.join('\n')}\n}`);
  return name;
}

/** The first layout that ends where the octets do. */
function readLayouts(e: Emitter, node: LayoutsNode, path: string): string {
  const v = e.name('v');
  const from = e.at();
  const layout = (of: FieldLike): string => {
    const size = fixedSize(nodeAt(of, e.revision)!, e.revision);
    const fits = size === undefined ? '' : `${e.end} - (${from}) !== ${size} ? undefined : `;
    return `${v} = ${fits}${attempt(e, of, path)}(b, ${from}, ${e.end}, quirks);`;
  };
  e.push(`let ${layout(node.of)}`);
  for (const [name, other] of Object.entries(node.others)) {
    e.block(`if (${v} === undefined)`, () => {
      e.push(layout(other));
      e.push(`if (${v} !== undefined) { ${v}.layout = ${q(name)}; quirks.quirk(${q(node.quirk)}); }`);
    });
  }
  const { least } = boundsOf(node, e.revision);
  e.push(`if (${v} === undefined) truncated(${q(path)}, ${least}, ${e.end} - (${from}), ${from} - o);`);
  e.moveTo(e.end);
  return v;
}

function readSized(e: Emitter, node: SizedNode, path: string): string {
  const { from, to } = extent(e, node.extent, path);
  const v = e.name('v');
  e.push(`let ${v} = ${attempt(e, node.of, path)}(b, ${from}, ${to}, quirks);`);
  e.push(`if (${v} === undefined) { quirks.quirk('broken-item'); ${v} = octets(b, ${from}, ${to}); }`);
  return v;
}
