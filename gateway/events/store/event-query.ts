/** Which events are asked for, and what is answered. Plain values, as they go from thread to thread. */
import type { EventStatus, EventStep, Judgement } from '../step.ts';
import type { KeptFrame } from './chain.ts';

export interface EventQuery {
  readonly terminal?: string;
  readonly code?: string;
  /** `open` is `raised` and `confirmed`. */
  readonly status?: EventStatus | 'open';
  /** Least severe that is wanted. */
  readonly severity?: number;
  /** Epoch ms, of the fact; inclusive. */
  readonly from?: number;
  readonly to?: number;
  /** Leading digits of the division. */
  readonly division?: string;
  /** Newest fact first; only those before this id in that order. */
  readonly before?: string;
  readonly limit: number;
}

/** Where an event stands. */
export interface EventRow {
  readonly id: string;
  readonly terminal: string;
  readonly vehicle: string | null;
  readonly division: string;
  readonly code: string;
  readonly axis: string;
  readonly status: EventStatus;
  readonly severity: number;
  readonly confidence: number;
  readonly fact: number;
  readonly raised: number;
  readonly updated: number;
  readonly ended: number | null;
  /** Account of the person who took notice. */
  readonly acknowledged: string | null;
}

/** Where an event stands, with its last step and what the detector weighed last. */
export interface ListedEvent {
  readonly row: EventRow;
  readonly last: EventStep;
  readonly judgement: Judgement | undefined;
}

/** A step with its place in the journal and in the chain. */
export interface StoredStep {
  readonly number: number;
  readonly seq: number;
  readonly step: EventStep;
}

/** All that is known of one event. */
export interface EventStory {
  readonly row: EventRow;
  /** Oldest first. */
  readonly steps: readonly StoredStep[];
}

export interface EventEvidence extends EventStory {
  /** Records that it rests on, oldest first. */
  readonly frames: readonly KeptFrame[];
}
