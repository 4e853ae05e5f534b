/** From a finding of the detector to a step of its event: what is told, how serious it is, where the event then stands. */
import type { Finding, Severity, Stage } from '../fold/detect/finding.ts';
import type { Standing } from './standing.ts';
import { type EventState, type EventStatus, isOpen, type Judgement } from './step.ts';

/** Nats that make an update worth telling. */
const MARGIN_STEP = 2;

/** Whether an update differs from what was told: another severity, another suspicion, or two nats. */
export function worthTelling(known: Standing, finding: Finding): boolean {
  return (
    finding.code !== known.code ||
    finding.severity > known.severity ||
    (finding.candidates[0]?.hypothesis ?? '') !== known.top ||
    Math.abs(finding.margin - known.margin) >= MARGIN_STEP
  );
}

/** An event that was made more serious, as nobody heeded it, does not become less so while it goes on. */
export function ladder(
  { stage, severity }: Finding,
  escalated: boolean,
): { readonly severity: Severity; readonly reasons: readonly string[] } {
  const ends = stage === 'cleared' || stage === 'authorised';
  return escalated && severity === 3 && !ends
    ? { severity: 4, reasons: ['unacknowledged'] }
    : { severity, reasons: [] };
}

const STATUS: Readonly<Record<Stage, EventStatus | undefined>> = {
  raised: 'raised',
  updated: undefined,
  confirmed: 'confirmed',
  reclassified: undefined,
  cleared: 'cleared',
  authorised: 'authorised',
  reopened: 'raised',
};

/**
 * What a stage is for its event, and where the event stands behind it. Updates leave it where it is; what ended is
 * reopened by whatever accuses somebody again, and only renamed by what does not.
 */
export function stateOf(
  { stage, severity }: Finding,
  known: Standing | undefined,
): { readonly state: EventState; readonly status: EventStatus } {
  if (known === undefined) return { state: stage === 'updated' ? 'raised' : stage, status: STATUS[stage] ?? 'raised' };
  if (isOpen(known.status)) {
    // A person may have opened it again before.
    if (stage === 'raised' || stage === 'reopened') return { state: 'updated', status: known.status };
    return { state: stage, status: STATUS[stage] ?? known.status };
  }
  if (stage === 'authorised') return { state: stage, status: stage };
  if (severity === 0) return { state: 'reclassified', status: known.status };
  return { state: 'reopened', status: STATUS[stage] ?? 'raised' };
}

export function judgementOf(finding: Finding): Judgement {
  const { candidates, margin, rival, prior, because, rejected, weightsVersion } = finding;
  return { candidates, margin, rival, prior, because, rejected, weightsVersion };
}
