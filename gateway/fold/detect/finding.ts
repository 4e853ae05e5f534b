/**
 * What the detector concludes, step by step: the interface between it and whoever keeps, publishes and words events.
 *
 * Findings are values. The same journal gives the same findings in the same order with the same keys, so that whoever
 * hears them again after a restart knows them by `key`, `seq` and `step`.
 */
import type { Seq } from '../../journal/record.ts';
import type { RecordView } from '../../journal/record-view.ts';
import type { Item } from './belief.ts';
import type { Bench } from './weights.ts';

/** What is judged side by side; a vehicle has at most one open finding on each, and one per code on `fault`, `rule` and `normal`. */
export type Axis =
  | 'power'
  | 'gnss'
  | 'link'
  | 'mount'
  | 'identity'
  | 'config'
  | 'clock'
  | 'odometer'
  | 'place'
  | 'fault'
  | 'rule'
  | 'normal';

/** Explanations of what was seen. Which of them are guilty says `hypotheses.ts`. */
export type Hypothesis =
  | 'DARK'
  | 'PCUT'
  | 'PKILL'
  | 'PFAKE'
  | 'WIRE'
  | 'REM'
  | 'CASE'
  | 'ACUT'
  | 'GJAM'
  | 'GSHD'
  | 'GSPF'
  | 'CJAM'
  | 'SIMX'
  | 'FJAM'
  | 'SWAP'
  | 'CLONE'
  | 'XVEH'
  | 'FW'
  | 'PAR'
  | 'CLK'
  | 'ODO'
  | 'OK'
  | 'SLP'
  | 'FLAT'
  | 'FLT'
  | 'GFLT'
  | 'DZ'
  | 'WEAK'
  | 'CARR'
  | 'ARFI'
  | 'NAT'
  | 'GATE'
  | 'SUSP';

/** T: violation, F: fault, N: normal, R: rule of use. Texts of all of them: `texts.ts`. */
export type Code = `${'T' | 'F' | 'N' | 'R'}${number}`;

/**
 * `raised` → `updated`* → `confirmed` | `reclassified` (now under another `code`) | `cleared` (with a reason) |
 * `authorised` (by an order); `reopened` from any of the last three by new evidence.
 */
export type Stage = 'raised' | 'updated' | 'confirmed' | 'reclassified' | 'cleared' | 'authorised' | 'reopened';

/** 0 log, 1 notice, 2 warning, 3 serious, 4 critical. */
export type Severity = 0 | 1 | 2 | 3 | 4;

/** What an evidence text is filled with, by the names of its template. */
export type Says = Readonly<Record<string, number | string>>;

/** One piece of evidence, and what it weighs between the leading explanation and its closest innocent rival. */
export interface Because {
  /** As in the weights file: `B4`, `T5`. */
  readonly evidence: string;
  readonly says: Says;
  /** Multiple of 0.001. */
  readonly nats: number;
  /** The record that it was last seen in; 0: it is the absence of records. */
  readonly seq: Seq;
}

/** An innocent explanation, by how much it lost to the leading one, and to which evidence mostly. */
export interface Rejected {
  readonly hypothesis: Hypothesis;
  readonly margin: number;
  readonly by: readonly string[];
}

export interface Finding {
  /** The same for all steps of one finding: terminal, axis (with the code, where an axis has several), time of the fact in minutes. */
  readonly key: string;
  /** Counts the steps of a finding from 0. */
  readonly step: number;
  readonly terminal: string;
  readonly axis: Axis;
  readonly code: Code;
  /** The code before, on `reclassified` and where the step changed it. */
  readonly was?: Code;
  readonly stage: Stage;
  readonly severity: Severity;
  /** 0 to 1: odds of the leading explanation against all innocent ones together. */
  readonly confidence: number;
  /** Epoch ms: when what is found began. */
  readonly factTime: number;
  /** Epoch ms, gateway's time: when it was concluded. */
  readonly at: number;
  /** The record that led to it; of a silence the last one before it was concluded. */
  readonly seq: Seq;
  /** Guilty explanations, best first, each with its margin over its closest innocent rival; at most 4. */
  readonly candidates: readonly { readonly hypothesis: Hypothesis; readonly code: Code; readonly margin: number }[];
  /** Of the leading explanation. `prior` and all nats of `because` add up to it, in multiples of 0.001. */
  readonly margin: number;
  /** The innocent explanation that the margin is over. */
  readonly rival: Hypothesis;
  readonly prior: number;
  /** At most 24. */
  readonly because: readonly Because[];
  readonly rejected: readonly Rejected[];
  /** Why it was cleared or is not held against anybody, as the code of what it was instead. */
  readonly reason?: Code;
  /** Id of the order that licenses it. */
  readonly order?: string;
  /** Where the vehicle was last known to be, in degrees, to about 1 km: the precise track has its own rule of access. */
  readonly place?: { readonly latitude: number; readonly longitude: number };
  /** Records of the evidence, oldest first, at most 16. */
  readonly frames: readonly Seq[];
  readonly weightsVersion: number;
}

/** A question that would settle something; sent only where the terminal is there. Not more than 6 in a gap or an hour. */
export interface Probe {
  readonly terminal: string;
  /** Name of a platform message. */
  readonly type:
    | 'queryTerminalAttributes'
    | 'queryGivenTerminalParameters'
    | 'locationQuery'
    | 'temporaryTrackingControl';
  readonly body: Readonly<Record<string, unknown>>;
  /** Epoch ms at which it was asked for. */
  readonly at: number;
}

/** A case as it was judged, whether or not anything was said of it. */
export interface Judged {
  readonly terminal: string;
  readonly bench: Bench;
  /** Seconds of our clock: when the case began, and when it was judged. */
  readonly since: number;
  readonly now: number;
  /** All that it rests on; not kept after the call. */
  readonly items: readonly Item[];
}

export interface DetectorSink {
  finding(finding: Finding): void;
  probe?(probe: Probe): void;
  /** Hears of every judgement: what weights are fitted to. */
  judged?(judged: Judged): void;
}

/**
 * The fold. Its time is that of the records: while something is due, the host appends a `gateway` record `tick` every second, or at
 * once where it is `behind`, and `apply` lets so much of it pass that nobody waits for it; hearing the journal again gives the same.
 * What is due of a terminal passes before anything else that is heard of it.
 */
export interface Detector {
  apply(view: RecordView, sink: DetectorSink): void;
  /** Lets all deadlines up to `now` (epoch ms) pass. */
  advance(now: number, sink: DetectorSink): void;
  /** Epoch ms of the next deadline; Infinity while there is none. */
  nextDeadline(): number;
  /** More is due than a tick a second lets pass. */
  readonly behind: boolean;
  /** State under a key as JSON; null where there is none. Keys that changed are told to `changed`. */
  snapshot(key: string): string | null;
  restore(key: string, value: string): void;
}
