/**
 * One link's conversation, JT/T 808-2019 4.5 and 8: who speaks, whether they may, and what is due.
 *
 * `step` changes the state it is given and tells `effects` what to do; it reads no clock, writes no
 * octets and keeps no reference to a packet. A location report of an authenticated terminal takes the
 * shortest way through it and allocates only what decoding its body allocates.
 */
import {
  type Codec,
  codecFor,
  isResponse,
  messageById,
  messageCodec,
  messageFor,
  ProtocolError,
  replyTo,
  QuirkSet,
  type Header,
  type Revision,
  type VendorProfile,
} from '../../protocol/index.ts';
import { ANSWERED_BITS } from '../events/codes-alarm.ts';
import { plateOctets, utf8Text } from '../quirks/evidence.ts';
import type { IdentityCheck } from '../registry/identity-check.ts';
import { codesOf, type Registration } from '../registry/registration.ts';
import { RESULT, type SessionEffects } from './effects.ts';
import type { Lockout } from './lockout.ts';

/** What a session may end its link as. */
export type CloseKindOfSession = 'local' | 'timeout';

/** A registration to be written: the fact without its code, which only the terminal is told. */
export type Grant = Omit<Registration, 'codes'>;

/**
 * - `fresh`: nothing proved; 0x0100 and 0x0102 are heard, the rest is answered with result 1.
 * - `refused`: not on the list, or too many wrong codes: nothing more is taken on this link.
 * - `authenticated`: speaks for `terminal`.
 */
export type Phase = 'fresh' | 'refused' | 'authenticated';

export interface SessionState {
  phase: Phase;
  /** Phone without leading zeros; empty until somebody spoke. */
  terminal: string;
  /** As on the wire. */
  phone: string;
  revision: Revision;
  wrongCodes: number;
  /** Where the link comes from, as guesses are counted by it. */
  readonly source: string;
  /** The only terminal that the link may speak for, where it proved to be one by other means. */
  readonly identity: string | undefined;
}

export interface SessionPolicy {
  registration(terminal: string): Registration | undefined;
  /** False: an unknown terminal is refused with 0x8100 result 4. */
  mayEnrol(terminal: string): boolean;
  codeMatches(registration: Registration, code: string): 'newest' | 'older' | undefined;
  /** What a terminal says of itself against what is known of it. */
  readonly identity: IdentityCheck;
  /** Keeps count of wrong codes. */
  readonly lockout: Pick<Lockout, 'locked' | 'wrong' | 'right'>;
  /** By which profile its messages are read that no standard has. */
  vendor(terminal: string): VendorProfile | undefined;
  /** Whether somebody took notice of these alarms, and only the answer to their report can tell a terminal so. */
  isDealtWith(terminal: string, alarm: number, revision: Revision): boolean;
  /** Milliseconds to add to the time that it is told, which the standard has in UTC. */
  clockOffset(terminal: string): number;
  /** Wrong codes after which the link is `refused`. */
  readonly maxWrongCodes: number;
  /** Whether there is a cipher for bodies that are encrypted in this way. */
  readonly opens?: (encryption: number) => boolean;
  /** Answer terminal responses (0x0104, 0x0201, …) with 0x8001 too, as most platforms do. */
  readonly acknowledgeResponses: boolean;
}

export function newSession(source = '', identity?: string): SessionState {
  return { phase: 'fresh', terminal: '', phone: '', revision: 2013, wrongCodes: 0, source, identity };
}

const ID = {
  terminalAck: 0x0001,
  heartbeat: 0x0002,
  deregistration: 0x0003,
  timeQuery: 0x0004,
  resendRequest: 0x0005,
  registration: 0x0100,
  authentication: 0x0102,
  attributes: 0x0107,
  location: 0x0200,
  media: 0x0801,
} as const;

/** Quirks of the body being looked at; read by the connection after a step. */
export const bodyQuirks = new QuirkSet();

/**
 * The next packets carry this phone. False where the link already speaks for another terminal, or proved to be another: it keeps
 * the one that it authenticated as.
 */
export function identify(state: SessionState, speaker: { phone: string; terminal: string; flagged: boolean }): boolean {
  if (state.phase === 'authenticated' && speaker.terminal !== state.terminal) return false;
  if (state.identity !== undefined && speaker.terminal !== state.identity) return false;
  state.phone = speaker.phone;
  state.terminal = speaker.terminal;
  if (speaker.flagged) state.revision = 2019;
  else if (state.revision === 2019) state.revision = 2013;
  return true;
}

/** Takes one packet of the terminal that was identified: header read, octets of `b` valid during the call. */
export function step(
  state: SessionState,
  packet: { readonly b: Uint8Array; readonly header: Header },
  policy: SessionPolicy,
  effects: SessionEffects,
): void {
  const { b, header } = packet;
  bodyQuirks.clear();
  switch (state.phase) {
    case 'authenticated':
      return authenticated(state, b, header, policy, effects);
    case 'refused':
      return effects.refuse(header, 'not-enrolled', answerable(header.id) ? RESULT.failure : undefined);
    case 'fresh':
      return fresh(state, b, header, policy, effects);
    default:
      return state.phase satisfies never;
  }
}

/** 0x0001 and 0x0005 are never answered. */
export function answerable(id: number): boolean {
  return id !== ID.terminalAck && id !== ID.resendRequest;
}

function fresh(
  state: SessionState,
  b: Uint8Array,
  header: Header,
  policy: SessionPolicy,
  effects: SessionEffects,
): void {
  if (header.id === ID.registration) return register(state, b, header, policy, effects);
  if (header.id === ID.authentication) return authenticate(state, b, header, policy, effects);
  if (!policy.mayEnrol(state.terminal) && policy.registration(state.terminal) === undefined) state.phase = 'refused';
  effects.refuse(header, 'not-authenticated', answerable(header.id) ? RESULT.failure : undefined);
}

function authenticated(
  state: SessionState,
  b: Uint8Array,
  header: Header,
  policy: SessionPolicy,
  effects: SessionEffects,
): void {
  switch (header.id) {
    case ID.heartbeat:
      effects.heard?.(header);
      return effects.answer(header, RESULT.success);
    case ID.timeQuery:
      effects.record(header, RESULT.success, false);
      return effects.tellTime();
    case ID.registration:
      return register(state, b, header, policy, effects);
    case ID.authentication:
      return authenticate(state, b, header, policy, effects);
    default:
      break;
  }
  // Parts of an encrypted message can be read when they are joined.
  if (header.encryption !== 0 && (header.total < 2 || policy.opens?.(header.encryption) !== true))
    return effects.record(header, RESULT.unsupported, answerable(header.id));
  if (header.total > 1) return effects.part(header);
  const vendor = messageById(header.id) !== undefined ? undefined : policy.vendor(state.terminal);
  const codec = messageCodec(header.id, state.revision, { vendor });
  const message = codec === undefined ? undefined : messageFor(header.id, vendor);
  if (codec === undefined || message === undefined || message.about.from !== 'terminal') {
    // Kept and forwarded raw; the terminal learns that nobody here understands it.
    return effects.record(header, RESULT.unsupported, answerable(header.id));
  }
  const body = bodyIn(codec, b, header);
  if (body === undefined) return effects.refuse(header, 'body', answerable(header.id) ? RESULT.malformed : undefined);
  if (header.id === ID.location) {
    const alarm = (body as { alarm: number }).alarm & ANSWERED_BITS;
    const confirmed = alarm !== 0 && policy.isDealtWith(state.terminal, alarm >>> 0, state.revision);
    return effects.record(header, confirmed ? RESULT.confirmed : RESULT.success, true);
  }
  if (header.id === ID.media) return effects.part(header);
  if (header.id === ID.deregistration) {
    state.phase = 'fresh';
    return effects.deregister(header);
  }
  if (isResponse(header.id)) {
    // A response: it settles what we asked for.
    effects.replied(header, body);
    if (header.id === ID.attributes) card(state.terminal, body as { iccid: string }, policy, effects);
    // 0x0702 is sent unasked too, and then it is owed an answer.
    const owed = policy.acknowledgeResponses || replyTo(header.id).general !== undefined;
    return effects.record(header, RESULT.success, answerable(header.id) && owed);
  }
  effects.record(header, RESULT.success, answerable(header.id));
}

/** The card that a terminal says it has. */
function card(
  terminal: string,
  { iccid }: { readonly iccid: string },
  { identity }: SessionPolicy,
  effects: SessionEffects,
): void {
  const mismatch = identity.device(terminal, 'iccid', iccid);
  if (mismatch !== undefined) effects.differs(mismatch);
}

/** The decoded body of a terminal's response, joined from parts; undefined where it is none or cannot be read. */
export function responseIn(state: SessionState, b: Uint8Array, header: Header): unknown {
  const codec = isResponse(header.id) ? codecFor(header.id, state.revision) : undefined;
  return codec === undefined ? undefined : bodyIn(codec, b, header);
}

/** A body, and in `bodyQuirks` what was tolerated; undefined where the octets are none. */
function bodyIn<T>(codec: Codec<T>, b: Uint8Array, { bodyAt, bodyEnd }: Header): T | undefined {
  try {
    return codec.decode(b, bodyAt, bodyEnd, bodyQuirks);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

function register(
  state: SessionState,
  b: Uint8Array,
  header: Header,
  policy: SessionPolicy,
  effects: SessionEffects,
): void {
  const known = policy.registration(state.terminal);
  if (known === undefined && !policy.mayEnrol(state.terminal)) {
    state.phase = 'refused';
    return effects.refuseRegistration(header, 'noSuchTerminalInDatabase');
  }
  const message = messageById(ID.registration)!;
  const revision = header.flagged ? 2019 : (message.about.revisionOf?.(b, header.bodyAt, header.bodyEnd) ?? 2013);
  const body = bodyIn(codecFor(ID.registration, revision), b, header);
  if (body === undefined) return effects.refuse(header, 'body', RESULT.malformed);
  state.revision = revision;
  const grant: Grant = {
    terminal: state.terminal,
    phone: state.phone,
    revision,
    registeredAt: 0,
    provinceId: body.provinceId,
    cityId: body.cityId,
    manufacturerId: body.manufacturerId,
    terminalModel: body.terminalModel,
    terminalId: body.terminalId,
    plateColor: body.plateColor,
    plate: utf8Text(plateOctets(b, header, revision)) ?? body.plate,
  };
  const { result, mismatches } = policy.identity.registration(grant);
  for (const mismatch of mismatches) effects.differs(mismatch);
  if (result === 'success') effects.enrol(header, grant);
  else effects.refuseRegistration(header, result);
}

function authenticate(
  state: SessionState,
  b: Uint8Array,
  header: Header,
  policy: SessionPolicy,
  effects: SessionEffects,
): void {
  const body = bodyIn(codecFor(ID.authentication, header.flagged ? 2019 : 2013), b, header);
  if (body === undefined) return effects.refuse(header, 'body', RESULT.malformed);
  const { source, terminal } = state;
  if (policy.lockout.locked(source, terminal)) return effects.refuse(header, 'locked', RESULT.failure);
  const registration = policy.registration(terminal);
  const match = registration === undefined ? undefined : policy.codeMatches(registration, body.authCode);
  if (registration === undefined || match === undefined) {
    if (registration === undefined && !policy.mayEnrol(terminal)) state.phase = 'refused';
    else if (registration !== undefined && ++state.wrongCodes >= policy.maxWrongCodes) state.phase = 'refused';
    if (registration !== undefined) policy.lockout.wrong(source, terminal);
    return effects.refuse(header, registration === undefined ? 'not-enrolled' : 'wrong-code', RESULT.failure);
  }
  const mismatch = policy.identity.device(terminal, 'imei', body.imei ?? '');
  if (mismatch !== undefined) effects.differs(mismatch);
  if (mismatch !== undefined && policy.identity.refuses)
    return effects.refuse(header, 'other-identity', RESULT.failure);
  policy.lockout.right(source, terminal);
  state.phase = 'authenticated';
  state.wrongCodes = 0;
  // Equal strings, which are kept in any case.
  if (terminal === registration.terminal) state.terminal = registration.terminal;
  if (state.phone === registration.phone) state.phone = registration.phone;
  if (!header.flagged) state.revision = registration.revision === 2019 ? 2013 : registration.revision;
  if (match === 'newest' && codesOf(registration).length > 1) effects.confirmed(state.terminal);
  effects.authenticated(header, { imei: body.imei ?? '', softwareVersion: body.softwareVersion ?? '' });
  effects.answer(header, RESULT.success);
}
