/** A step of an event as the examination looks at it, and the label that stands for a vehicle after all of them. */
import type { EventState, EventStep, Judgement } from '../../gateway/events/step.ts';

/** One line of a file of events. */
export interface ExamEvent {
  readonly scenario: string;
  readonly profile: string;
  readonly seed: string | number;
  readonly code: string;
  readonly stage: 'raised' | 'updated' | 'confirmed' | 'reclassified' | 'cleared' | 'authorised';
  readonly severity: number;
  /** Seconds from the start of the scenario. */
  readonly t: number;
  /** `SELF`, or the terminal of a companion. */
  readonly vehicle: string;
}

/** A step with what it rests on: what events are matched with truths, and explanations are checked by. */
export interface JudgedStep {
  readonly event: string;
  readonly axis: string;
  readonly code: string;
  readonly state: EventState;
  readonly severity: number;
  readonly confidence: number;
  readonly vehicle: string;
  /** Seconds from the start of the scenario: when it was said, and when what it is about began. */
  readonly t: number;
  readonly fact: number;
  /** What it was instead, where it ended. */
  readonly reason?: string;
  readonly judgement?: Pick<Judgement, 'margin' | 'prior' | 'rival' | 'because' | 'rejected' | 'candidates'>;
}

/** Events of a terminal that is none of the companions are about this vehicle. */
export const SELF = 'SELF';

/** What an event came to: its code while it stands, the reason where it does not. */
interface Standing {
  readonly code: string;
  readonly ended: boolean;
  readonly confirmed: boolean;
  readonly severity: number;
  readonly at: number;
}

/** Codes that leave open which of several it was, or only say what followed: another one of the same rank goes before. */
const UNRESOLVED = new Set(['T205', 'T304']);
const CONSEQUENCE = new Set(['T305']);
const NORMAL = 'N600';

/** What a label is drawn from. */
export type LabelledStep = Pick<EventStep, 'key' | 'state' | 'severity' | 'at' | 'code' | 'reason'>;

/**
 * The label of a vehicle: of what stands, violations before faults before rules of use, what is confirmed before what is
 * not, then the more serious, the more specific and the earlier; where nothing stands, what the last event came to.
 */
export function labelOf(steps: readonly LabelledStep[]): string {
  const last = new Map<string, Standing>();
  for (const { key, state, severity, at, code: said, reason } of steps) {
    if (!JUDGED.test(said)) continue;
    const ended = ENDED.has(state);
    const instead = reason !== undefined && JUDGED.test(reason) ? reason : NORMAL;
    const code = state === 'authorised' ? 'N606' : ended ? instead : said;
    const confirmed = state === 'confirmed' || (!ended && last.get(key)?.confirmed === true);
    last.set(key, { code, ended, confirmed, severity, at });
  }
  const all = [...last.values()];
  const standing = all.filter(({ ended, code }) => !ended && !code.startsWith('N'));
  if (standing.length > 0) return standing.sort(foremost)[0]!.code;
  const ended = all.filter(({ code }) => code !== NORMAL).sort((a, b) => b.at - a.at);
  return ended[0]?.code ?? NORMAL;
}

/** Codes that the examination knows; alarms of the terminal itself have others. */
export const JUDGED = /^[TFNR]\d{3}$/;
const ENDED: ReadonlySet<EventState> = new Set<EventState>(['cleared', 'authorised', 'closed']);

const CLASSES = 'TFRN';

function foremost(a: Standing, b: Standing): number {
  return (
    CLASSES.indexOf(a.code.charAt(0)) - CLASSES.indexOf(b.code.charAt(0)) ||
    Number(b.confirmed) - Number(a.confirmed) ||
    Number(UNRESOLVED.has(a.code)) - Number(UNRESOLVED.has(b.code)) ||
    Number(CONSEQUENCE.has(a.code)) - Number(CONSEQUENCE.has(b.code)) ||
    b.severity - a.severity ||
    a.at - b.at
  );
}

export function judgedStepOf(
  { event, axis, code, state, severity, confidence, at, factTime, reason, judgement }: EventStep,
  { startAt, vehicle }: { readonly startAt: number; readonly vehicle: string },
): JudgedStep {
  const second = (ms: number): number => Math.round((ms - startAt) / 100) / 10;
  return {
    event,
    axis,
    code,
    state,
    severity,
    confidence,
    vehicle,
    t: second(at),
    fact: second(factTime),
    ...(reason === undefined ? {} : { reason }),
    ...(judgement === undefined ? {} : { judgement }),
  };
}

/** A step as a line of the file; a reopened event is raised once more, a closed one cleared. */
export function eventOf(
  { code, state, severity, at }: EventStep,
  run: { readonly scenario: string; readonly profile: string; readonly seed: string | number },
  { startAt, vehicle }: { readonly startAt: number; readonly vehicle: string },
): ExamEvent {
  const stage = state === 'reopened' ? 'raised' : state === 'closed' ? 'cleared' : state;
  return { ...run, code, stage, severity, t: Math.round((at - startAt) / 100) / 10, vehicle };
}
