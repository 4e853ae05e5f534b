/** The part of a decoder that reads items: {id, length, value} repeated, keyed by name. */
import { uintAt } from './emit-number.ts';
import { type Emitter, member } from './emitter.ts';
import { type FieldLike, type ItemsNode, type Node, nodeAt, type RevisedNode } from './node.ts';
import { fixedSize, lengthsOf, takesRest } from './size.ts';

/** How the fields inside are read: `emit-decode.ts` says so, which calls us. */
interface Inner {
  readonly read: (e: Emitter, node: Exclude<Node, RevisedNode>, path: string) => string;
  readonly attempt: (e: Emitter, field: FieldLike, path: string) => string;
}

export function readItems(e: Emitter, node: ItemsNode, path: string, inner: Inner): string {
  const head = node.idSize + 1;
  const [items, id, n, v, next] = ['items', 'id', 'n', 'v', 'next'].map((hint) => e.name(hint)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const outer = e.end;
  let count: string | undefined;
  if (node.count !== undefined) {
    e.require(node.count.size, path);
    count = e.name('count');
    e.push(`let ${count} = ${uintAt(e, node.count.size)};`);
    e.k += node.count.size;
  }
  const names = Object.keys(node.items);
  const all = [...names, ...Object.keys(node.ranges), 'unknown', 'trailing'].map((name) => `${name}: undefined`);
  e.push(`const ${items} = { ${node.shaped ? all.join(', ') : ''} };`);
  const p = e.pin();
  e.block(`while (${count === undefined ? '' : `${count} !== 0 && `}${outer} - ${p} >= ${head})`, () => {
    e.push(`const ${id} = ${uintAt(e, node.idSize)}, ${n} = b[${e.at(node.idSize)}];`);
    e.push(`const ${v} = ${p} + ${head}, ${next} = ${v} + ${n};`);
    e.push(`if (${next} > ${outer}) break;`);
    e.push(`${p} = ${next};`);
    if (count !== undefined) e.push(`${count}--;`);
    e.block(`switch (${id})`, () => {
      for (const [itemId, sameId] of Map.groupBy(Object.entries(node.items), ([, item]) => item.id)) {
        e.block(`case 0x${itemId.toString(16)}:`, () => {
          const fits = sameId.map(([name, { field }], i) =>
            readItem(e, field, inner, {
              first: i === 0,
              value: member(items, name),
              n,
              v,
              next,
              path: `${path}.${name}`,
            }),
          );
          // Without a layout in this revision there is nothing to be noted.
          const known = sameId.map(([name]) => `${member(items, name)} !== undefined`).join(' || ');
          if (fits.includes(true)) e.push(`noteItem(${known}, quirks);`);
          e.push('break;');
        });
      }
      const ranges = Object.entries(node.ranges);
      if (ranges.length > 0) {
        e.block('default:', () => {
          for (const [name, { first, last, field }] of ranges) {
            e.block(`if (${id} >= ${first} && ${id} <= ${last})`, () => {
              readRanged(e, field, inner, { value: member(items, name), id, n, v, path: `${path}.${name}` });
            });
          }
        });
      }
    });
    e.push(`keepItem(${items}, ${id}, b, ${v}, ${next});`);
  });
  e.end = outer;
  e.moveTo(p);
  if (count === undefined) {
    e.block(`if (${p} !== ${outer})`, () => {
      e.push(`quirks.quirk('trailing');`);
      e.push(`${items}.trailing = octets(b, ${p}, ${outer});`);
    });
    e.moveTo(outer);
  } else {
    e.push(`if (${count} !== 0) quirks.quirk('count');`);
  }
  return items;
}

interface At {
  readonly value: string;
  readonly n: string;
  readonly v: string;
  readonly path: string;
}

/**
 * One layout of an id: assigns and goes on with the next item where it fits, else does nothing. False where the
 * revision does not have it.
 */
function readItem(
  e: Emitter,
  field: FieldLike,
  { read, attempt }: Inner,
  at: At & { readonly next: string; readonly first: boolean },
): boolean {
  const node = nodeAt(field, e.revision);
  if (node === undefined) return false;
  const lengths = lengthsOf(field, e.revision);
  const fits = lengths === undefined ? '' : lengths.map((length) => `${at.n} === ${length}`).join(' || ');
  const free = `${at.value} === undefined`;
  const condition = fits === '' ? free : `${free} && ${lengths!.length > 1 ? `(${fits})` : fits}`;
  e.block(`if (${condition})`, () => {
    // Not the length that the item is defined with.
    const note = at.first ? '' : 'noteItem(false, quirks); ';
    if (lengths === undefined && !takesRest(node, e.revision)) {
      const value = e.name('value');
      e.push(`const ${value} = ${attempt(e, field, at.path)}(b, ${at.v}, ${at.next}, quirks);`);
      e.push(`if (${value} !== undefined) { ${at.value} = ${value}; ${note}continue; }`);
      return;
    }
    e.moveTo(at.v);
    e.guaranteed = lengths?.[0] ?? 0;
    e.end = at.next;
    e.push(`${at.value} = ${read(e, node, at.path)};`);
    e.push(`${note}continue;`);
  });
  return true;
}

function readRanged(e: Emitter, field: FieldLike, { read }: Inner, at: At & { readonly id: string }): void {
  const node = nodeAt(field, e.revision)!;
  const size = fixedSize(node, e.revision);
  if (size === undefined) throw new Error(`${at.path}: items of a range have one length`);
  e.push(`if (${at.n} !== ${size}) { noteItem(false, quirks); break; }`);
  e.moveTo(at.v);
  e.guaranteed = size;
  e.push(`(${at.value} ??= []).push({ id: ${at.id}, value: ${read(e, node, at.path)} });`);
  e.push('continue;');
}
