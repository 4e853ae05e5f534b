/**
 * The blocks of all terminals in one table, by a number that says whose, which hour's and which of that hour's a block is: a
 * table by number keeps rows in leaves of their own, where one with the three as a key would have blocks in its inner pages, too.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Before, BlockPacker, BlockReader, nothingBefore, POINT_OCTETS } from './track-block.ts';
import { type FoundPoint, inOrder, pointOf } from './track-point.ts';
import type { WaitingPoints } from './waiting-points.ts';

export const BLOCK_SCHEMA = 'create table block (id integer primary key, points blob not null) strict;';

/** Of the 53 bits of an id: 20 for the terminal, 19 for hours since 2000 (until 2059), 14 for the blocks of an hour. */
const HOURS = 2 ** 19;
const PARTS = 2 ** 14;
/** Terminals that a file has numbers for: those below. */
export const TERMINALS = 2 ** 20;
const HOUR_MS = 3_600_000;
const FIRST_HOUR = Date.UTC(2000, 0) / HOUR_MS;

/** No more is added to a block of so many octets, but to the last that an hour can have: four of them fill a page. */
const FULL_OCTETS = 1000;
/** Terminals whose open block is remembered, twice as many as a worker is meant to have; past it all are looked up again. */
const MAX_OPEN = 32_768;
/** Blocks removed in one step, so that no step holds the file for long. */
const DROP_STEP = 500;

/** What lies before 2000 or behind 2059 is with the first or the last hour. */
function hourOf(time: number): number {
  return Math.min(Math.max(0, Math.floor(time / HOUR_MS) - FIRST_HOUR), HOURS - 1);
}

function idOf(n: number, hour: number, part = 0): number {
  return (n * HOURS + hour) * PARTS + part;
}

interface OpenBlock {
  hour: number;
  id: number;
  octets: number;
  /** It is in the file. */
  stored: boolean;
  readonly before: Before;
}

function noBlock(): OpenBlock {
  return { hour: -1, id: 0, octets: 0, stored: false, before: nothingBefore() };
}

/** Writes inside the transactions of the one who calls, who says `forget` where one was undone. */
export class BlockWriter {
  readonly #insert;
  readonly #append;
  readonly #last;
  readonly #drop;
  readonly #packer = new BlockPacker(FULL_OCTETS + POINT_OCTETS);
  /** The block of its newest hour, by terminal. */
  readonly #open = new Map<number, OpenBlock>();
  /** For hours that are past: what comes out of a terminal's memory does not close the block of the hour that runs. */
  readonly #aside = noBlock();

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('insert into block values (?, ?)');
    // Two blobs joined are a text to SQLite; the octets are as they were.
    this.#append = db.prepare('update block set points = cast(points || ? as blob) where id = ?');
    this.#last = db.prepare(
      'select id, length(points) octets from block where id between ? and ? order by id desc limit 1',
    );
    this.#drop = db.prepare(
      `delete from block where id in (select id from block where id >= ? and id < ? limit ${DROP_STEP})`,
    );
  }

  /** `order`: the points of terminal `n` among `points`, by time. */
  write(n: number, points: WaitingPoints, order: Int32Array): void {
    for (let from = 0; from < order.length; ) {
      const hour = hourOf(points.time(order[from]!));
      let to = from + 1;
      while (to < order.length && hourOf(points.time(order[to]!)) === hour) to++;
      this.#writeHour(this.#blockOf(n, hour), points, order.subarray(from, to));
      from = to;
    }
  }

  /** Removes a step of the blocks of hours that ended by `before`; how many is returned. */
  drop(n: number, before: number): number {
    this.forget();
    return Number(this.#drop.run(idOf(n, 0), idOf(n, hourOf(before))).changes);
  }

  /** What was open is looked up again: the file may have changed. */
  forget(): void {
    this.#open.clear();
  }

  #writeHour(block: OpenBlock, points: WaitingPoints, order: Int32Array): void {
    const packer = this.#packer;
    for (let at = 0; at < order.length; ) {
      if (block.octets >= FULL_OCTETS && block.id % PARTS < PARTS - 1) beginNext(block);
      packer.clear();
      do packer.add(points, order[at++]!, block.before);
      while (at < order.length && block.octets + packer.length < FULL_OCTETS);
      if (block.stored) this.#append.run(packer.octets, block.id);
      else this.#insert.run(block.id, packer.octets);
      block.stored = true;
      block.octets += packer.length;
    }
  }

  #blockOf(n: number, hour: number): OpenBlock {
    const open = this.#open.get(n);
    if (open?.hour === hour) return open;
    if (open !== undefined && hour < open.hour) return this.#lookUp(this.#aside, n, hour);
    if (open !== undefined) return this.#lookUp(open, n, hour);
    if (this.#open.size === MAX_OPEN) this.forget();
    const block = this.#lookUp(noBlock(), n, hour);
    this.#open.set(n, block);
    return block;
  }

  /** Makes `block` the last one of the hour, which may be still to be written. */
  #lookUp(block: OpenBlock, n: number, hour: number): OpenBlock {
    const last = this.#last.get(idOf(n, hour), idOf(n, hour, PARTS - 1));
    block.hour = hour;
    block.id = Number(last?.['id'] ?? idOf(n, hour));
    block.octets = Number(last?.['octets'] ?? 0);
    block.stored = last !== undefined;
    block.before.fresh = true;
    return block;
  }
}

function beginNext(block: OpenBlock): void {
  block.id++;
  block.octets = 0;
  block.stored = false;
  block.before.fresh = true;
}

/** Reads the points of [from, to] of the terminal with number `n`, in order, at most `limit`. */
export type ReadBlocks = (n: number, range: { from: number; to: number; limit: number }) => FoundPoint[];

export function blockReader(db: DatabaseSync): ReadBlocks {
  const select = db.prepare('select id, points from block where id between ? and ? order by id');
  const block = new BlockReader();

  function addPoints(to: FoundPoint[], octets: Uint8Array, range: { from: number; to: number }): void {
    block.open(octets);
    while (block.next()) {
      const found = pointOf(block);
      if (found.point.time >= range.from && found.point.time <= range.to) to.push(found);
    }
  }

  return (n, range) => {
    const points: FoundPoint[] = [];
    let hour = 0;
    let ofHour: FoundPoint[] = [];
    const rows = select.iterate(idOf(n, hourOf(range.from)), idOf(n, hourOf(range.to), PARTS - 1));
    for (const { id, points: octets } of rows as Iterable<{ id: number; points: Uint8Array }>) {
      if (Math.floor(id / PARTS) !== hour) {
        hour = Math.floor(id / PARTS);
        for (const point of inOrder(ofHour)) points.push(point);
        ofHour = [];
        if (points.length >= range.limit) break;
      }
      addPoints(ofHour, octets, range);
    }
    for (const point of inOrder(ofHour)) points.push(point);
    return points.slice(0, range.limit);
  };
}
