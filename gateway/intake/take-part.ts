/** A part of a message: kept and answered like a frame, and handed to whoever joins it with the others. */
import { type Assembled, type Header, readJoinedHeader } from '../../protocol/index.ts';
import { RESULT, type SessionEffects } from '../session/effects.ts';
import { responseIn, type SessionState } from '../session/session.ts';
import type { IntakeContext } from './context.ts';

const MEDIA_UPLOAD = 0x0801;

/** The link that it came by. */
type By = Pick<SessionEffects, 'record' | 'answer' | 'refuse' | 'replied'> & {
  readonly session: SessionState;
  readonly number: number;
};

/** Takes the part in `b` that `header` is of, valid during the call only. */
export function takePart(by: By, b: Uint8Array, header: Header, context: IntakeContext): void {
  const { parts, counters, clock, acknowledgeMediaParts } = context;
  const { terminal } = by.session;
  const admitted = parts.admits(terminal, header);
  // By its 0x8800 the terminal hears of a picture as a whole; many take an answer to each part for the end of it.
  const answer = header.id !== MEDIA_UPLOAD || acknowledgeMediaParts;
  if (admitted === 'too-long') return by.refuse(header, admitted, RESULT.unsupported);
  if (admitted === 'no-room') {
    // Not even journalled: what has no room now must not fill the disk.
    counters.refusals[admitted]++;
    return answer ? by.answer(header, RESULT.failure) : undefined;
  }
  by.record(header, RESULT.success, answer);
  const joined = (whole: Assembled): void => {
    if (whole.parts > 1) counters.assembled++;
    counters.quirk(whole.quirks);
    answered(by, whole.octets, context);
  };
  parts.take({ terminal, link: by.number, receivedAt: clock.now(), joined }, b, header);
}

/** A long answer (0x0104 usually is one) settles what we asked for, like a short one. */
function answered(by: By, octets: Uint8Array, { joined }: IntakeContext): void {
  if (readJoinedHeader(octets, 0, octets.length, joined) !== undefined) return;
  const body = responseIn(by.session, octets, joined);
  if (body !== undefined) by.replied(joined, body);
}
