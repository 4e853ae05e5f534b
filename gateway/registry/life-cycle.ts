/**
 * Where a terminal stands between its order and its recycling. Installation, removal and recycling happen on application only
 * (YN-18, GX-4(3)), so those steps need a work order that covers them.
 */
import type { Facts } from '../../bridge/index.ts';

export const LIFE_STATES = [
  'ordered',
  'installed',
  'commissioned',
  'inService',
  'removalApproved',
  'removed',
  'recycled',
] as const;
export type LifeState = (typeof LIFE_STATES)[number];

/** What was measured when a terminal was commissioned: its own normal. */
export interface MeasuredBaseline {
  /** Millivolts of the vehicle with its engine off. */
  readonly restMv?: number;
  /** As the modem reads it, 0 to 31. */
  readonly csq?: number;
  /** Used for the fix under an open sky. */
  readonly satellites?: number;
  /** dB-Hz, mean of the strongest. */
  readonly cn0?: number;
}

/** Where a terminal stands, as folds are told of it in a feed record. */
export interface LifeCycleFact {
  /** The terminal, as there is one such fact for each. */
  readonly id: string;
  readonly terminal: string;
  readonly state: LifeState;
  /** Since when, ISO 8601. */
  readonly at: string;
  /** Id of the work order that it was done on. */
  readonly workOrder?: string;
  readonly baseline?: MeasuredBaseline;
  /** Id of the acceptance record that stands behind it. */
  readonly record?: string;
  readonly deleted?: boolean;
}

/** What may follow. A terminal that nobody ordered here may be taken over in service, as fleets that are there already are. */
const NEXT: Readonly<Record<LifeState | 'unknown', readonly LifeState[]>> = {
  unknown: ['ordered', 'inService'],
  ordered: ['installed', 'recycled'],
  installed: ['commissioned', 'removalApproved'],
  commissioned: ['inService', 'removalApproved'],
  // Proved anew, as after a repair.
  inService: ['removalApproved', 'commissioned'],
  // An approval may be withdrawn.
  removalApproved: ['removed', 'inService'],
  removed: ['installed', 'recycled'],
  recycled: [],
};

type WorkOrder = Facts['workOrder'];

/** Steps that need a work order, of one of these kinds. */
const NEEDS: Readonly<Partial<Record<LifeState, readonly WorkOrder['kind'][]>>> = {
  installed: ['install', 'replacement'],
  removalApproved: ['removal', 'replacement'],
  removed: ['removal', 'replacement'],
};

/** Work that is done to the vehicle, so it must be done while the order is open. An approval may come before. */
const WITHIN: ReadonlySet<LifeState> = new Set(['installed', 'removed']);

export interface LifeStep {
  readonly terminal: string;
  readonly from: LifeState | undefined;
  readonly to: LifeState;
  /** The order it is done on. */
  readonly order?: WorkOrder | undefined;
  /** Plate of the vehicle that the terminal is bound to. */
  readonly plate?: string | undefined;
  /** Epoch ms. */
  readonly at: number;
}

function orderFault({ terminal, to, order, plate, at }: LifeStep, kinds: readonly string[]): string | undefined {
  if (order === undefined) return `workOrder: is missing, expected one of kind ${kinds.join(' or ')} for ${to}`;
  if (!kinds.includes(order.kind))
    return `workOrder: ${order.id} is of kind ${order.kind}, expected ${kinds.join(' or ')} for ${to}`;
  const ids = [order.terminal, ...Object.values(order.newIds ?? {})].map((id) => id?.replace(/^0+(?=.)/, ''));
  if (!ids.includes(terminal) && (order.plate === undefined || order.plate !== plate))
    return `workOrder: ${order.id} is not for terminal ${terminal}`;
  if (WITHIN.has(to) && (at < Date.parse(order.from) || at > Date.parse(order.until)))
    return `workOrder: ${order.id} is open from ${order.from} until ${order.until}, and not at the time of this step`;
  return undefined;
}

/** Why a step may not be taken, or undefined where it may. */
export function lifeStepFault(step: LifeStep): string | undefined {
  const { terminal, from, to } = step;
  const allowed = NEXT[from ?? 'unknown'];
  if (!allowed.includes(to)) {
    const expected = allowed.length === 0 ? 'nothing further' : allowed.join(' or ');
    return `to: is ${to}, but terminal ${terminal} is ${from ?? 'not known'}, expected ${expected}`;
  }
  const kinds = NEEDS[to];
  return kinds === undefined ? undefined : orderFault(step, kinds);
}
