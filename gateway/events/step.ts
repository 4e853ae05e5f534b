/**
 * What `event` records hold: a step of an event, or what a person wants done with one.
 *
 * Steps are conclusions, so they could be drawn again from the records before them; they are kept because platforms were
 * told of them under ids that must not change, and because an accusation has to stand as it was made.
 */
import type { Because, Hypothesis, Rejected, Severity } from '../fold/detect/finding.ts';

/** What a step does to its event. `updated` also says that somebody took notice of it, or that nobody did for too long. */
export type EventState =
  | 'raised'
  | 'updated'
  | 'confirmed'
  | 'reclassified'
  | 'cleared'
  | 'authorised'
  | 'closed'
  | 'reopened';

/** Where an event stands. Open are `raised` and `confirmed`. */
export type EventStatus = 'raised' | 'confirmed' | 'cleared' | 'authorised' | 'closed';

/** Why a step was taken. */
export type Origin = 'detector' | 'terminal' | 'person' | 'time';

/** What the detector weighed; as in a finding. */
export interface Judgement {
  readonly candidates: readonly { readonly hypothesis: Hypothesis; readonly code: string; readonly margin: number }[];
  readonly margin: number;
  readonly rival: Hypothesis;
  readonly prior: number;
  readonly because: readonly Because[];
  readonly rejected: readonly Rejected[];
  readonly weightsVersion: number;
}

/** What a terminal said of its own alarm. */
export interface AlarmDetail {
  /** Serial of the message that has it: 0x8203 names it by that. */
  readonly serial: number;
  /** Reports that had it, since it began. */
  readonly reports: number;
  /** Stored by the terminal while it had no link, and told of later. */
  readonly backfill?: true;
  /** What the item says beside the bit: channels, area, level, number of the alarm. */
  readonly item?: Readonly<Record<string, unknown>>;
}

export interface Acknowledged {
  /** Name of the account. */
  readonly by: string;
  readonly at: number;
  readonly note?: string;
}

export interface EventStep {
  /** Of the event: 26 characters, in order of `factTime`; the same whenever the same journal is heard. */
  readonly event: string;
  /** Counts the steps of an event from 0. */
  readonly step: number;
  /** What tells the event from others of its gateway: that of the finding, or the alarm and its time. */
  readonly key: string;
  readonly state: EventState;
  /** Where the event stands behind this step. */
  readonly status: EventStatus;
  readonly origin: Origin;
  readonly terminal: string;
  /** Plate and division as they were then. */
  readonly vehicle: string | null;
  readonly division: string;
  readonly code: string;
  /** The code before, where this step changed it. */
  readonly was?: string;
  /** Of the detector, or the code itself for an alarm of the terminal: one event at a time is open on each. */
  readonly axis: string;
  readonly severity: Severity;
  readonly confidence: number;
  /** Epoch ms: when what it is about began; when this step came about, gateway's time. */
  readonly factTime: number;
  readonly at: number;
  /** When what it is about ended. */
  readonly endTime?: number;
  /** Step of the finding that it follows; -1 where it follows none. */
  readonly finding: number;
  readonly judgement?: Judgement;
  readonly alarm?: AlarmDetail;
  /** Code of what it was instead, `superseded`, or what a person gave as the reason. */
  readonly reason?: string;
  /** Account of the person. */
  readonly by?: string;
  readonly order?: string;
  /** To about 1 km: the precise track has its own rule of access. */
  readonly place?: { readonly latitude: number; readonly longitude: number };
  /** The event that speaks of the same from now on. */
  readonly supersededBy?: string;
  readonly acknowledged?: Acknowledged;
  /** Why the severity is not what was judged: `unacknowledged`. */
  readonly ladder?: readonly string[];
  /** Records of the evidence, oldest first. */
  readonly frames: readonly number[];
}

/** What a person wants done with an event. */
export interface EventAction {
  readonly action: 'acknowledge' | 'close' | 'reopen';
  readonly event: string;
  readonly by: string;
  /** Required for `close` and `reopen`. */
  readonly reason?: string;
  /** Its last step, where it ended too long ago to be remembered otherwise. */
  readonly upon?: EventStep;
}

/** Payload of an `event` record. */
export type EventRecord = EventStep | EventAction;

export function isAction(record: EventRecord): record is EventAction {
  return 'action' in record;
}

export function isOpen(status: EventStatus): boolean {
  return status === 'raised' || status === 'confirmed';
}

/** Id of a step: what consumers tell repetitions by. */
export function stepId({ event, step }: Pick<EventStep, 'event' | 'step'>): string {
  return `${event}-${step}`;
}
