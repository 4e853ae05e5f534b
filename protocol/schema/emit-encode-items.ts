/** The part of an encoder that writes items: {id, length, value} repeated. */
import { put, writePrefix } from './emit-number.ts';
import { Emitter, member, q } from './emitter.ts';
import { type ItemLike, type ItemsNode, type Node, nodeAt, type RangeLike, type RevisedNode } from './node.ts';
import { fixedSize } from './size.ts';

/** How the fields inside are written: `emit-encode.ts` says so, which calls us. */
type Write = (e: Emitter, node: Exclude<Node, RevisedNode>, x: string, path: string) => void;

export function writeItems(
  e: Emitter,
  node: ItemsNode,
  { x, path, write }: { readonly x: string; readonly path: string; readonly write: Write },
): void {
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
    writeItem(e, item, { value: member(items, name), p, path: `${path}.${name}`, idSize: node.idSize, count, write });
  for (const [name, range] of Object.entries(node.ranges))
    writeRange(e, range, { value: member(items, name), p, path: `${path}.${name}`, idSize: node.idSize, count, write });
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

interface At {
  readonly value: string;
  readonly p: string;
  readonly path: string;
  readonly idSize: 1 | 4;
  readonly count: string | undefined;
  readonly write: Write;
}

function writeRange(e: Emitter, { first, last, field }: RangeLike, at: At): void {
  const node = nodeAt(field, e.revision)!;
  e.block(`if (${at.value} !== undefined)`, () => {
    const entry = e.name('entry');
    e.block(`for (const ${entry} of rangedEntries(${at.value}, ${first}, ${last}, ${q(at.path)}))`, () => {
      e.moveTo(at.p);
      put(e, at.idSize, `${entry}.id`);
      put(e, 1, String(fixedSize(node, e.revision)));
      at.write(e, node, `${entry}.value`, at.path);
      e.push(`${at.p} = ${e.at()};`);
      if (at.count !== undefined) e.push(`${at.count}++;`);
    });
  });
  e.moveTo(at.p);
}

function writeItem(e: Emitter, item: ItemLike, at: At): void {
  const node = nodeAt(item.field, e.revision);
  if (node === undefined) return;
  const v = e.name('item');
  e.push(`const ${v} = ${at.value};`);
  e.block(`if (${v} !== undefined)`, () => {
    e.moveTo(at.p);
    put(e, at.idSize, String(item.id));
    const length = fixedSize(node, e.revision);
    if (COMPOUND.has(node.kind)) {
      const start = e.name('start');
      e.push(`const ${start} = ${e.at(1)};`);
      const stop = e.name('stop');
      e.push(`const ${stop} = ${compound(e, node, at)}(b, ${start}, ${v});`);
      if (length === undefined) writePrefix(e, 1, `${stop} - ${start}`, at.path);
      else put(e, 1, String(length));
      e.push(`${at.p} = ${stop};`);
    } else if (length !== undefined) {
      put(e, 1, String(length));
      at.write(e, node, v, at.path);
      e.push(`${at.p} = ${e.at()};`);
    } else {
      const start = e.name('start');
      e.push(`const ${start} = ${e.at(1)};`);
      e.moveTo(start);
      at.write(e, node, v, at.path);
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

/**
 * Kinds with fields of their own: written by a function each, which most reports never call. Inside the encoder they
 * would make it too long to be compiled well.
 */
const COMPOUND: ReadonlySet<Node['kind']> = new Set(['struct', 'list', 'layouts', 'sized']);

/** Emits the function `(b, o, x)` that writes such a value at `o` and returns the offset behind it; returns its name. */
function compound(e: Emitter, node: Exclude<Node, RevisedNode>, { path, write }: At): string {
  const inner = new Emitter(e.revision, e);
  write(inner, node, 'x', path);
  const name = e.name('write');
  e.functions.push(`function ${name}(b, o, x) {\n${inner.lines.join('\n')}\n  return ${inner.at()};\n}`);
  return name;
}
