/**
 * What is to be found at a vehicle: a work order with the archive of its vehicle, out of the facts that platforms state.
 * Without either, what a terminal says of itself is measured and compared with nothing.
 */
import { type Facts, factFaults, type FeedKind } from '../../bridge/index.ts';
import { given } from './given.ts';

/** What is done to a terminal. */
export const JOBS = ['install', 'replacement', 'removal', 'recycling'] as const;
export type Job = (typeof JOBS)[number];

/** As far as somebody said; terminals without leading zeros. */
export interface Expected {
  readonly workOrder?: string;
  readonly vehicle?: string;
  readonly plate?: string;
  readonly plateColor?: string | number;
  readonly vin?: string;
  /** GB/T 2260, six digits. */
  readonly division?: string;
  readonly unit?: string;
  readonly terminal?: string;
  readonly terminalId?: string;
  readonly imei?: string;
  readonly iccid?: string;
  /** The terminal that another one takes the place of. */
  readonly replaces?: string;
}

/** A fact on its way to whoever takes it with them: a line of `xingji feed` with its kind. */
export interface StatedFact {
  readonly kind: FeedKind;
  readonly fact: unknown;
}

/** Facts to choose from. */
export interface OrderBook {
  readonly workOrders: readonly Facts['workOrder'][];
  readonly archives: readonly Facts['archive'][];
}

/** Reads JSON lines of `{"kind":…,"fact":…}`; `wrong` has a line for each that is none. Kinds that do not matter here are passed over. */
export function readOrderBook(text: string): OrderBook | { readonly wrong: readonly string[] } {
  const workOrders = new Map<string, Facts['workOrder']>();
  const archives = new Map<string, Facts['archive']>();
  const wrong: string[] = [];
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const stated = parsed(line);
    if (stated === undefined) {
      wrong.push(`line ${place + 1}: expected {"kind":"workOrder" or "archive","fact":{…}}`);
      continue;
    }
    const { kind, fact } = stated;
    if (kind !== 'workOrder' && kind !== 'archive') continue;
    const faults = factFaults(kind, fact);
    wrong.push(...faults.map((fault) => `line ${place + 1}: ${fault}`));
    if (faults.length > 0) continue;
    if (kind === 'workOrder') workOrders.set((fact as Facts['workOrder']).id, fact as Facts['workOrder']);
    else archives.set((fact as Facts['archive']).id, fact as Facts['archive']);
  }
  if (wrong.length > 0) return { wrong };
  return { workOrders: [...workOrders.values()], archives: [...archives.values()] };
}

function parsed(line: string): StatedFact | undefined {
  try {
    const value = JSON.parse(line) as Partial<StatedFact> | null;
    return typeof value?.kind === 'string' && typeof value.fact === 'object' ? (value as StatedFact) : undefined;
  } catch {
    return undefined;
  }
}

/** What a work order leads to expect; its new ids go before those of the archive, which may be of the terminal before. */
export function expectedBy(order: Facts['workOrder'], archives: readonly Facts['archive'][]): Expected {
  const terminal = plain(order.newIds?.['terminal'] ?? order.terminal);
  const archive =
    archives.find((each) => terminal !== undefined && plain(each.terminal) === terminal) ??
    archives.find((each) => order.plate !== undefined && each.plate === order.plate);
  const before = plain(order.terminal ?? archive?.terminal);
  const { vehicle, plate, plateColor, vin, division, unit, ...ids } = archive ?? ({} as Partial<Facts['archive']>);
  const { terminalId, imei, iccid } = { ...given(ids), ...order.newIds };
  return given({
    workOrder: order.id,
    vehicle,
    plate: order.plate ?? plate,
    plateColor,
    vin,
    division,
    unit,
    terminal: terminal ?? plain(archive?.terminal),
    terminalId,
    imei,
    iccid,
    replaces: order.kind === 'replacement' && before !== terminal ? before : undefined,
  });
}

/** What is to be done on an order. */
export function jobOf(kind: Facts['workOrder']['kind']): Job {
  return kind === 'removal' || kind === 'replacement' ? kind : 'install';
}

const plain = (terminal: string | undefined): string | undefined => terminal?.replace(/^0+(?=.)/, '');
