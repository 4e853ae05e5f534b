/** Where an event stands: what later steps of it depend on, a few hundred octets, while it is open or ended lately. */
import type { Finding, Severity } from '../fold/detect/finding.ts';
import { type EventStatus, type EventStep, isOpen } from './step.ts';

export interface Standing {
  readonly event: string;
  /** Of the finding, or of the alarm. */
  readonly key: string;
  readonly axis: string;
  readonly factTime: number;
  readonly raisedAt: number;
  code: string;
  status: EventStatus;
  /** Last step. */
  step: number;
  at: number;
  severity: Severity;
  confidence: number;
  /** Of the finding that was told last: what an update is measured by. */
  finding: number;
  margin: number;
  top: string;
  acknowledged: boolean;
  /** It was made more serious as nobody took notice. */
  escalated: boolean;
  /** Since when it is open, of severity 3, and nobody took notice; 0: it is not. */
  unheeded: number;
  /** How often it was opened again: an alarm that flaps is held for longer each time. */
  reopened: number;
  /** An update that came too soon after the last one. */
  held?: Finding;
  /** Of an alarm of the terminal. */
  signal?: Signal;
}

/** The terminal's own word on its alarm. */
export interface Signal {
  on: boolean;
  /** Since when it is off, gateway's time; 0 while it is on. */
  offAt: number;
  /** When it counts as off unless it is said again; Infinity: only the terminal ends it. JSON has null for that. */
  until: number | null;
  reports: number;
  serial: number;
}

/** How long an alarm of active safety whose signal is not known any more is taken to go on. */
const UNKNOWN_MS = 600_000;

/** The standing behind a step: that of `before`, which is changed, or a new one where nothing is remembered. */
export function afterStep(before: Standing | undefined, step: EventStep): Standing {
  const open = isOpen(step.status);
  const standing: Standing = before ?? {
    event: step.event,
    key: step.key,
    axis: step.axis,
    factTime: step.factTime,
    raisedAt: step.at,
    code: step.code,
    status: step.status,
    step: step.step,
    at: step.at,
    severity: step.severity,
    confidence: step.confidence,
    finding: -1,
    margin: 0,
    top: '',
    acknowledged: false,
    escalated: false,
    unheeded: 0,
    reopened: 0,
  };
  standing.code = step.code;
  standing.status = step.status;
  standing.step = step.step;
  standing.at = step.at;
  standing.severity = step.severity;
  standing.confidence = step.confidence;
  if (step.acknowledged !== undefined) standing.acknowledged = true;
  if (step.state === 'reopened') standing.acknowledged = false;
  if (step.ladder?.includes('unacknowledged') === true) standing.escalated = true;
  const serious = open && step.severity === 3 && !standing.acknowledged;
  standing.unheeded = !serious ? 0 : standing.unheeded === 0 ? step.at : standing.unheeded;
  if (step.state === 'reopened') standing.reopened++;
  if (step.finding >= 0) standing.finding = Math.max(standing.finding, step.finding);
  if (step.judgement !== undefined) {
    standing.margin = step.judgement.margin;
    standing.top = step.judgement.candidates[0]?.hypothesis ?? '';
    delete standing.held;
  }
  if (!open) delete standing.held;
  // What a person opened again is not for the old end of its alarm to close.
  if (step.origin === 'person' && step.state === 'reopened' && standing.signal !== undefined) {
    Object.assign(standing.signal, { offAt: 0, until: null });
  }
  if (step.origin === 'terminal' && open && step.alarm !== undefined) {
    const { serial, reports } = step.alarm;
    const until = step.axis.startsWith('S') ? step.at + UNKNOWN_MS : null;
    standing.signal = { on: true, offAt: 0, until, reports, serial };
  }
  return standing;
}
