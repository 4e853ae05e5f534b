import type { Severity } from '../fold/detect/finding.ts';

/** How an event of a code is called, and how serious it is before circumstances count. */
export interface CodeName {
  readonly zh: string;
  readonly en: string;
  readonly severity: Severity;
}
