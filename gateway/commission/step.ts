/** A step of a job: what it looks at, what it found, what that means. */
import type { Cancel, Clock, Json } from '../../protocol/index.ts';
import type { TerminalLink } from '../terminal-link/terminal-link.ts';
import type { FindingCode, SkipCode } from './findings.ts';
import type { ChangedParameter, Notebook } from './notebook.ts';
import type { Observer } from './observer.ts';
import type { Expected, Job } from './order.ts';
import type { GatewayView } from './server.ts';
import type { Template } from './template.ts';

export type StepState = 'passed' | 'failed' | 'skipped';

/** Something that is not as it should be. */
export interface Finding {
  readonly code: FindingCode;
  readonly found?: Json;
  readonly expected?: Json;
  /** It was put right, and looked at again; what was found stands all the same. */
  readonly mended?: true;
}

export interface StepResult {
  readonly findings?: readonly Finding[];
  /** Why there was nothing to do; then nothing was found either. */
  readonly skipped?: SkipCode;
  /** With units in the names. */
  readonly measured?: Readonly<Record<string, Json | undefined>>;
}

/** What a hand is asked to do at the vehicle. */
export const DEEDS = [
  'keyOff',
  'keyOn',
  'drive',
  'cutPower',
  'restorePower',
  'unplugAntenna',
  'plugAntenna',
  'openCase',
  'closeCase',
] as const;
export type Deed = (typeof DEEDS)[number];

/** Whoever stands at the vehicle. */
export interface Hand {
  /** Whether somebody does what is asked; else such steps are left out. */
  does(deed: Deed): boolean;
  /** Says what to do, and counts `seconds` down; the answer cancels that. `skipped` is called where the person says so. */
  ask(deed: Deed, seconds: number, skipped: () => void): Cancel;
  /** Whether parameters are to be written; nobody there has agreed beforehand. */
  confirm(changes: readonly ChangedParameter[]): Promise<boolean>;
}

/** What every step has at hand. */
export interface Bench {
  /** Id of the record that the job ends in. */
  readonly id: string;
  readonly job: Job;
  /** How long the terminal may take to say its first word. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly link: TerminalLink;
  readonly seen: Observer;
  readonly expected: Expected;
  readonly template: Template;
  readonly hand: Hand;
  /** The gateway that the terminal is to report to; undefined where none is at hand. */
  readonly gateway: GatewayView | undefined;
  /** What goes into the record beside what steps measured. */
  readonly notes: Notebook;
}

export interface Step {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** Without it nothing after it makes sense. */
  readonly needed?: true;
  run(bench: Bench): Promise<StepResult>;
}
