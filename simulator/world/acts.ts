/** Forbidden acts as they happen in a fleet: rare, on an ordinary day, by somebody who knows one trick. */
import type { Random } from '../../protocol/index.ts';
import type { Changes } from '../scenario/form.ts';
import type { LifeStep } from '../scenario/life.ts';

/** One act: what was done, from when until when, and the names under which it counts as found. */
export interface Act {
  readonly what: string;
  readonly from: number;
  readonly until: number;
  readonly codes: readonly string[];
}

interface Trick {
  readonly what: string;
  readonly codes: readonly string[];
  /** Seconds it lasts. */
  readonly lasts: readonly [number, number];
  readonly doing: Changes;
  readonly undoing: Changes;
}

const TRICKS: readonly Trick[] = [
  {
    what: 'main supply cut',
    codes: ['T101'],
    lasts: [1800, 14_400],
    doing: { supply_v: 0 },
    undoing: { supply_v: 12.6 },
  },
  {
    what: 'main supply and battery inside cut',
    codes: ['T102', 'T304', 'T305'],
    lasts: [1800, 7200],
    doing: { supply_v: 0, backup_present: false },
    undoing: { supply_v: 12.6, backup_present: true },
  },
  {
    what: 'card pulled',
    codes: ['T302', 'T304'],
    lasts: [1800, 7200],
    doing: { sim: 'removed' },
    undoing: { sim: 'ok' },
  },
  {
    what: 'antenna cut',
    codes: ['T201'],
    lasts: [3600, 36_000],
    doing: { gnss_ant: 'open' },
    undoing: { gnss_ant: 'ok' },
  },
  {
    what: 'satellites jammed',
    codes: ['T202', 'T205'],
    lasts: [1200, 5400],
    doing: { jam_gnss_dbm: -78 },
    undoing: { jam_gnss_dbm: -140 },
  },
  {
    what: 'all bands jammed',
    codes: ['T303', 'T304', 'T301'],
    lasts: [1200, 5400],
    doing: { jam_gnss_dbm: -72, jam_cell_js_db: 20 },
    undoing: { jam_gnss_dbm: -140, jam_cell_js_db: -40 },
  },
];

/** The act of a day, where there is one: `perYear` of them in a year. It begins when people are up. */
export function actOf(draw: Random, dayStart: number, perYear: number): { act: Act; steps: LifeStep[] } | undefined {
  if (draw.next() >= perYear / 365) return undefined;
  const { what, codes, lasts, doing, undoing } = TRICKS[draw.int(0, TRICKS.length - 1)] as Trick;
  const from = dayStart + draw.int(25_000, 64_000);
  const until = from + draw.int(lasts[0], lasts[1]);
  const steps = [
    { at: from, set: doing, ramp: {} },
    { at: until, set: undoing, ramp: {} },
  ];
  return { act: { what, from, until, codes }, steps };
}
