/** From a finding of the detector to a step of its event: what is told, how serious it is, where the event then stands. */
import type { Finding, Severity, Stage } from '../fold/detect/finding.ts';
import type { Standing } from './standing.ts';
import type { EventStatus, Judgement } from './step.ts';

/** Within which a third confirmed act weighs more. */
export const REPEATED_WITHIN_MS = 30 * 86_400_000;
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

/**
 * The severity that the detector gives with what it cannot know: a third confirmed act within thirty days is one more.
 * An event that was made more serious, as nobody heeded it, does not become less so while it goes on.
 */
export function ladder(
  finding: Finding,
  repeated: boolean,
  escalated: boolean,
): { readonly severity: Severity; readonly reasons: readonly string[] } {
  if (finding.stage === 'cleared' || finding.stage === 'authorised') return { severity: finding.severity, reasons: [] };
  const more = repeated && finding.stage === 'confirmed' && finding.code.startsWith('T');
  const severity = Math.min(4, finding.severity + (more ? 1 : 0)) as Severity;
  if (escalated && severity === 3) return { severity: 4, reasons: ['unacknowledged'] };
  return { severity, reasons: more ? ['repeated'] : [] };
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
