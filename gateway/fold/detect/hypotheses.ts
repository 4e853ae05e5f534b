/** Explanations by bench: which of them accuse, what code each stands for, and which cannot be told apart when they are close. */
import type { Axis, Code, Hypothesis } from './finding.ts';
import { type Bench, type EvidenceId, priorsOf } from './weights.ts';

const GUILTY: ReadonlySet<Hypothesis> = new Set([
  'DARK',
  'PCUT',
  'PKILL',
  'PFAKE',
  'WIRE',
  'REM',
  'CASE',
  'ACUT',
  'GJAM',
  'GSHD',
  'GSPF',
  'CJAM',
  'SIMX',
  'FJAM',
  'SWAP',
  'CLONE',
  'XVEH',
  'FW',
  'PAR',
  'CLK',
  'ODO',
]);

const CODE_OF: Readonly<Record<Hypothesis, Code>> = {
  DARK: 'T304',
  PCUT: 'T101',
  PKILL: 'T102',
  REM: 'T103',
  CASE: 'T104',
  PFAKE: 'T105',
  WIRE: 'T106',
  ACUT: 'T201',
  GJAM: 'T202',
  GSHD: 'T203',
  GSPF: 'T204',
  CJAM: 'T301',
  SIMX: 'T302',
  FJAM: 'T303',
  SWAP: 'T402',
  CLONE: 'T403',
  XVEH: 'T404',
  FW: 'T405',
  PAR: 'T406',
  CLK: 'T407',
  ODO: 'T408',
  OK: 'N600',
  SLP: 'N602',
  FLAT: 'F503',
  FLT: 'F505',
  GFLT: 'F501',
  DZ: 'N601',
  WEAK: 'N607',
  CARR: 'N603',
  ARFI: 'N604',
  NAT: 'N608',
  GATE: 'N605',
  SUSP: 'F506',
};

/** Identity evidence that tells of another terminal, not only of another card in it. */
const OTHER_TERMINAL: ReadonlySet<EvidenceId> = new Set(['I1', 'I2', 'I4']);
/** What a fault is called on a bench where it is not the terminal as a whole. */
const FAULTS: Partial<Record<Bench, Code>> = {
  // One boot is none to speak of: they are counted.
  link: 'N600',
  silence: 'N600',
  gnss: 'F507',
  mount: 'F507',
  clock: 'F508',
  odometer: 'F507',
};

/** What an explanation is called, given what speaks for it. */
export function codeOf(bench: Bench, hypothesis: Hypothesis, items: readonly { readonly id: EvidenceId }[]): Code {
  if (hypothesis === 'SWAP') return items.some(({ id }) => OTHER_TERMINAL.has(id)) ? 'T402' : 'T401';
  if (hypothesis === 'GFLT') return items.some(({ id }) => id === 'A05f') ? 'F502' : 'F501';
  // A silence alone is no sign of a battery.
  if (hypothesis === 'FLAT' && bench === 'link') return items.some(({ id }) => id === 'V9') ? 'F503' : 'N600';
  if (hypothesis === 'FLT') return FAULTS[bench] ?? 'F505';
  return CODE_OF[hypothesis];
}

/** Two accusations this close are said as one: what is sure is that one of them holds. */
export const TOO_CLOSE = 2000;
/** What stands for explanations that cannot be told apart yet. */
const PARENTS: readonly { readonly code: Code; readonly of: readonly Hypothesis[] }[] = [
  { code: 'T205', of: ['GJAM', 'GSHD', 'ACUT'] },
  { code: 'T304', of: ['PKILL', 'CJAM', 'FJAM', 'SIMX', 'PFAKE'] },
];

export function parentOf(one: Hypothesis, other: Hypothesis): Code | undefined {
  return PARENTS.find(({ of }) => of.includes(one) && of.includes(other))?.code;
}

export interface Explanation {
  readonly hypothesis: Hypothesis;
  readonly guilty: boolean;
  /** Thousandths of a nat. */
  readonly prior: number;
}

const BENCHES: readonly Bench[] = [
  'power',
  'gnss',
  'silence',
  'link',
  'mount',
  'identity',
  'config',
  'clock',
  'odometer',
];

/** What is judged on each bench. */
export const EXPLANATIONS: Readonly<Record<Bench, readonly Explanation[]>> = Object.fromEntries(
  BENCHES.map((bench) => [
    bench,
    Object.entries(priorsOf(bench)).map(([name, prior]) => {
      const hypothesis = name as Hypothesis;
      return { hypothesis, prior, guilty: GUILTY.has(hypothesis) };
    }),
  ]),
) as unknown as Record<Bench, readonly Explanation[]>;

/** The axis of findings of a bench. */
export function axisOf(bench: Bench): Axis {
  return bench === 'silence' ? 'link' : bench;
}
