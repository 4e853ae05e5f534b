/** What truly happened in a run, and when: the references that expectations are counted from. */
import type { Plan } from './draw.ts';
import type { Foresight } from './foresee.ts';
import type { Reference } from './form.ts';

/** Seconds from the start of the scenario; null where it did not happen. */
export type References = Readonly<Record<Reference, number | null>>;

/** One line of a file of truths, but for the label that a detector ends with. */
export interface Truth {
  readonly scenario: string;
  readonly profile: string;
  readonly seed: string | number;
  readonly refs: References;
}

/** Speed that counts as motion, km/h. */
const MOTION_KMH = 5;

/** What the plan itself says; what happens on the wire is added while it is played. */
export function plannedReferences(plan: Plan, foresight: Foresight): Record<Reference, number | null> {
  const { context = {} } = plan.scenario;
  const outage = context.fleet?.outage;
  const sighted = context.external?.find(({ xy_km: xy }) => xy !== undefined);
  const spoofed = plan.steps.findIndex(({ set }) => set.spoof !== undefined && set.spoof !== null);
  const unspoofed = plan.steps.find(({ set }, i) => i > spoofed && set.spoof === null);
  return {
    onset: plan.onset,
    reconnect: null,
    motion: foresight.faster(MOTION_KMH, plan.onset, plan.duration) ?? null,
    group_restore: outage === undefined ? null : outage[1] + plan.shift,
    sighting: sighted === undefined ? null : sighted.t + plan.shift,
    spoof_end: spoofed < 0 ? null : (unspoofed?.at ?? null),
    foreign_login: null,
  };
}

/** A seed as files write it: a number where it is one. */
export function shownSeed(seed: string): string | number {
  return /^\d{1,15}$/.test(seed) ? Number(seed) : seed;
}
