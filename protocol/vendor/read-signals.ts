/**
 * Reads the measured signals of a table and nothing else, by functions made once for each table: what is done for
 * every report of every terminal. A value that runs past its octets says nothing, as a whole.
 */
import { newReadings, note, type Readings, type Signal } from './reading.ts';
import { fits, scaled, shownText, wireNumber } from './read-value.ts';
import type { VendorItem, VendorValue } from './value.ts';

/** Notes what octets [at, end) say and returns where it stopped; -1 where they are too few. */
type Step = (b: Uint8Array, at: number, end: number, into: Readings) => number;

interface Row {
  readonly size: VendorItem['size'];
  readonly step: Step;
}

/** Rows of a table that say something, by item id. */
export type SignalTable = ReadonlyMap<number, readonly Row[]>;

export function signalTable(items: readonly VendorItem[]): SignalTable {
  const table = new Map<number, Row[]>();
  for (const { id, size, value } of items) {
    // Rows that say nothing stand in the way of those behind them all the same: the first that can be read holds.
    const row = { size, step: saysSomething(value) ? whole(value, size) : SILENT };
    const rows = table.get(id);
    if (rows === undefined) table.set(id, [row]);
    else rows.push(row);
  }
  for (const [id, rows] of table) if (rows.every(({ step }) => step === SILENT)) table.delete(id);
  return table;
}

/** Notes what octets [at, end) of an item say. */
export function readSignals(
  table: SignalTable,
  id: number,
  b: Uint8Array,
  at: number,
  end: number,
  into: Readings,
): void {
  const rows = table.get(id);
  if (rows === undefined) return;
  for (const { size, step } of rows) {
    if (fits(size, end - at) && step(b, at, end, into) >= 0) return;
  }
}

const SILENT: Step = (_b, _at, end) => end;

function saysSomething(value: VendorValue): boolean {
  switch (value.as) {
    case 'fields':
      return value.means !== undefined || Object.values(value.fields).some(saysSomething);
    case 'list':
      return saysSomething(value.of);
    case 'masked':
      return Object.values(value.fields).some(([, of]) => saysSomething(of));
    case 'nested':
      return value.items.some((item) => saysSomething(item.value));
    default:
      return value.means !== undefined;
  }
}

/** A row whose octets may turn out too few is read aside first: nothing of it must be left behind. */
function whole(value: VendorValue, size: VendorItem['size']): Step {
  const step = stepFor(value);
  const least = typeof size === 'number' ? size : 0;
  if (value.as === 'nested' || longest(value) <= least) return step;
  return (b, at, end, into) => {
    const aside = newReadings();
    const next = step(b, at, end, aside);
    if (next >= 0) for (const signal in aside) note(into, signal as Signal, aside[signal as Signal]);
    return next;
  };
}

/** Octets that are enough for the value whatever they hold. */
function longest(value: VendorValue): number {
  switch (value.as) {
    case 'text':
    case 'digits':
    case 'hex':
      return value.size ?? 0;
    case 'fields':
      return Object.values(value.fields).reduce((sum, of) => sum + longest(of), 0);
    case 'list':
    case 'masked':
    case 'nested':
      return Number.POSITIVE_INFINITY;
    default:
      return value.size;
  }
}

function stepFor(value: VendorValue): Step {
  switch (value.as) {
    case 'number':
      return (b, at, end, into) => {
        if (end - at < value.size) return -1;
        const shown = value.means === undefined ? null : scaled(value, wireNumber(b, at, value.size));
        if (shown !== null) note(into, value.means!, shown, value.unit, value.finer);
        return at + value.size;
      };
    case 'text':
    case 'digits':
    case 'hex':
      return (b, at, end, into) => {
        const to = value.size === undefined ? end : at + value.size;
        if (to > end) return -1;
        if (value.means !== undefined) note(into, value.means, shownText(value, b, at, to));
        return to;
      };
    case 'flags':
      return flagsStep(value);
    case 'choice':
      return (b, at, end, into) => {
        if (end - at < value.size) return -1;
        const raw = wireNumber(b, at, value.size);
        if (value.means !== undefined) note(into, value.means, value.true?.includes(raw) ?? value.names[raw]);
        return at + value.size;
      };
    case 'fields':
      return fieldsStep(value);
    case 'list':
      return listStep(value);
    case 'masked':
      return maskedStep(value);
    case 'nested':
      return nestedStep(value);
    default:
      return value satisfies never;
  }
}

function flagsStep({ size, activeLow, means }: Extract<VendorValue, { as: 'flags' }>): Step {
  const signals = Object.entries(means ?? {}) as [Signal, number][];
  return (b, at, end, into) => {
    if (end - at < size) return -1;
    const raw = wireNumber(b, at, size);
    for (const [signal, bit] of signals) note(into, signal, (((raw >>> bit) & 1) === 0) === (activeLow === true));
    return at + size;
  };
}

function fieldsStep({ fields, means }: Extract<VendorValue, { as: 'fields' }>): Step {
  const steps = Object.values(fields).map(stepFor);
  const shapes = Object.values(fields).map((of) => (of.as === 'number' ? of.size : 0));
  const reads: Step = (b, at, end, into) => {
    let next = at;
    for (let i = 0; i < steps.length && next >= 0; i++) next = steps[i]!(b, next, end, into);
    return next;
  };
  if (means === undefined) return reads;
  const [mccSize = 0, mncSize = 0, areaSize = 0, cellSize = 0] = shapes;
  return (b, at, end, into) => {
    const next = reads(b, at, end, into);
    if (next < 0 || into.cell !== undefined) return next;
    const areaAt = at + mccSize + mncSize;
    const cell = wireNumber(b, areaAt + areaSize, cellSize);
    // Where a modem is on no cell, its number is zeros.
    if (cell === 0) return next;
    const network = `${wireNumber(b, at, mccSize)}-${wireNumber(b, at + mccSize, mncSize)}`;
    note(into, 'cell', `${network}-${wireNumber(b, areaAt, areaSize)}-${cell}`);
    return next;
  };
}

function listStep({ count, of }: Extract<VendorValue, { as: 'list' }>): Step {
  const step = stepFor(of);
  return (b, start, end, into) => {
    let at = start;
    let left = Number.POSITIVE_INFINITY;
    if (count !== undefined) {
      if (end - at < count) return -1;
      left = wireNumber(b, at, count);
      at += count;
    }
    for (; left > 0 && at < end; left--) {
      at = step(b, at, end, into);
      if (at < 0) return -1;
    }
    return left > 0 && count !== undefined ? -1 : at;
  };
}

function maskedStep({ size, fields }: Extract<VendorValue, { as: 'masked' }>): Step {
  const steps = Array.from({ length: 8 * size }, (_, bit) => fields[bit] && stepFor(fields[bit][1]));
  return (b, start, end, into) => {
    if (end - start < size) return -1;
    const mask = wireNumber(b, start, size);
    let at = start + size;
    for (let bit = 0; bit < steps.length && at >= 0; bit++) {
      if (((mask >>> bit) & 1) === 0) continue;
      const step = steps[bit];
      if (step === undefined) return end;
      at = step(b, at, end, into);
    }
    return at;
  };
}

function nestedStep(nested: Extract<VendorValue, { as: 'nested' }>): Step {
  const { skip = 0, idSize, lengthSize, lengthFirst = false } = nested;
  const table = signalTable(nested.items);
  const head = idSize + lengthSize;
  const sizeOf = (b: Uint8Array, at: number): number =>
    wireNumber(b, lengthFirst ? at : at + idSize, lengthSize) - (lengthFirst ? idSize : 0);
  return (b, start, end, into) => {
    let at = start + skip;
    // The whole list is walked before any of it is believed.
    while (at < end) {
      const size = end - at < head ? -1 : sizeOf(b, at);
      if (size < 0 || at + head + size > end) return -1;
      at += head + size;
    }
    for (at = start + skip; at < end; ) {
      const id = wireNumber(b, lengthFirst ? at + lengthSize : at, idSize);
      const from = at + head;
      at = from + sizeOf(b, at);
      readSignals(table, id, b, from, at, into);
    }
    return at;
  };
}
