/** From a finding of the detector to a step of its event: what is told, how serious it is, where the event then stands. */
import type { Finding, Severity, Stage } from '../fold/detect/finding.ts';
import type { Standing } from './standing.ts';
import type { EventStatus, Judgement } from './step.ts';

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

/** Where an event stands behind a stage; updates leave it where it is. */
export function statusOf(stage: Stage, before: EventStatus | undefined): EventStatus {
  return STATUS[stage] ?? before ?? 'raised';
}

export function judgementOf(finding: Finding): Judgement {
  const { candidates, margin, rival, prior, because, rejected, weightsVersion } = finding;
  return { candidates, margin, rival, prior, because, rejected, weightsVersion };
}
