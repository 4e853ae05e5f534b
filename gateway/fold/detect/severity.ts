/** How serious a finding is: what its code is worth, and what circumstances add or take. */
import type { Code, Severity } from './finding.ts';

const BASE: Readonly<Record<string, Severity>> = {
  T101: 3,
  T102: 3,
  T103: 3,
  T104: 3,
  T105: 3,
  T106: 2,
  T201: 3,
  T202: 3,
  T203: 3,
  T204: 3,
  T205: 2,
  T301: 3,
  T302: 3,
  T303: 3,
  T304: 2,
  T305: 2,
  T401: 3,
  T402: 3,
  T403: 4,
  T404: 3,
  T405: 3,
  T406: 2,
  T407: 3,
  T408: 2,
  T409: 3,
  F501: 2,
  F502: 1,
  F503: 1,
  F504: 1,
  F505: 2,
  F506: 1,
  F507: 1,
  F508: 1,
  R701: 3,
  R702: 2,
  R703: 2,
  R704: 1,
  R705: 3,
};

/** What is around a finding. */
export interface Circumstances {
  /** Use of the vehicle is sealed. */
  readonly sealed: boolean;
  /** It is driven by orders, moves, and has none. */
  readonly unordered: boolean;
  /** Metres between loss and return. */
  readonly displaced: number;
  /** At a known workshop. */
  readonly workshop: boolean;
  /** Confirmed acts of the last 30 days. */
  readonly acts: number;
  /** Only one source speaks for it, and it is no hard fact. */
  readonly thin: boolean;
  readonly extra: number;
}

const FAR_M = 5000;
const REPEATED = 3;
const THIN_CAP = 2;
const MAX = 4;

/** Faults and what is normal have no circumstances: nobody is accused. */
export function severityOf(code: Code, of: Circumstances): Severity {
  const base = BASE[code] ?? 0;
  if (code.startsWith('F') || code.startsWith('N')) return base;
  let severity = base + of.extra;
  if (of.sealed) severity++;
  else if (of.unordered) severity++;
  if (of.displaced > FAR_M) severity++;
  if (of.acts >= REPEATED) severity++;
  if (of.workshop) severity--;
  if (of.thin && !of.sealed) severity = Math.min(severity, THIN_CAP + of.extra);
  return Math.max(1, Math.min(MAX, severity)) as Severity;
}
