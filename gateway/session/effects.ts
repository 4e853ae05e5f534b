/**
 * What a session wants done. The session itself does none of it: in the gateway a connection carries
 * the effects out, in tests a list records them.
 */
import type { CloseKindOfSession, Grant } from './session.ts';
import type { BodyOf, Header } from '../../protocol/index.ts';
import type { Mismatch } from '../registry/identity-check.ts';

/** Results of 0x8001, JT/T 808-2019 table 11. `confirmed`: taken, and its alarm has been dealt with (报警处理确认). */
export const RESULT = { success: 0, failure: 1, malformed: 2, unsupported: 3, confirmed: 4 } as const;
export type Result = (typeof RESULT)[keyof typeof RESULT];

/** Results of 0x8100. */
export type RegistrationResult = BodyOf<'registrationResponse'>['result'];

/** Why something was refused, as metrics and quarantine name it. */
export type Refusal =
  | 'not-authenticated'
  | 'not-enrolled'
  | 'wrong-code'
  /** Too many wrong codes came from there. */
  | 'locked'
  /** It says something else of itself than the registry does. */
  | 'other-identity'
  | 'other-phone'
  /** Of a vehicle that stays out. */
  | 'exempt'
  | 'body'
  | 'encrypted'
  | 'unknown-message'
  | 'unfinished'
  /** A part beyond the bounds of what may be under way. */
  | 'no-room'
  /** A part of a message of too many parts. */
  | 'too-long';

export interface SessionEffects {
  /** Journals the packet; once it is on disk 0x8001 with `result` is due, unless `answer` is false. */
  record(header: Header, result: Result, answer: boolean): void;
  /** Journals a part of a sub-packaged message, acknowledges it likewise, and joins it to the others. A picture in one packet, too. */
  part(header: Header): void;
  /** 0x8004 now. */
  tellTime(): void;
  /** Journals that a heartbeat came: a sign of life counts when a silence is judged. */
  heard?(header: Header): void;
  /** 0x8001 now: nothing of the message needs to be kept. */
  answer(header: Header, result: Result): void;
  /** Journals the packet as refused, and answers `result` once that is on disk; undefined: no answer. */
  refuse(header: Header, why: Refusal, result: Result | undefined): void;
  /** Journals a registration, and sends 0x8100 result 0 with the code once that is on disk. */
  enrol(header: Header, grant: Grant): void;
  /** 0x8100 with a result other than 0. */
  refuseRegistration(header: Header, result: RegistrationResult): void;
  /** Journals that the terminal says something else of itself than is known. */
  differs(mismatch: Mismatch): void;
  /** The link now speaks for this terminal: any other link that did is superseded at once. */
  authenticated(header: Header, about: { readonly imei: string; readonly softwareVersion: string }): void;
  /** The newest code was used for the first time: older ones are void. */
  confirmed(terminal: string): void;
  /** Journals that the terminal gave up its registration, and answers once that is on disk. */
  deregister(header: Header): void;
  /** A reply to one of our requests, decoded. */
  replied(header: Header, body: unknown): void;
  close(kind: CloseKindOfSession): void;
}
