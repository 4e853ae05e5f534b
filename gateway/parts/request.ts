/** How missing parts are asked for, in the form of the terminal's revision. JT/T 808-2019 8.4 and 8.53. */
import { encodeBody, type PartsOverdue, type Revision } from '../../protocol/index.ts';

export const MEDIA_UPLOAD = 0x0801;
export const MEDIA_RESPONSE = 0x8800;
export const RESEND_REQUEST = 0x8003;

/** A body to be sent, and under which id. */
export interface Said {
  readonly id: typeof RESEND_REQUEST | typeof MEDIA_RESPONSE;
  readonly body: Uint8Array;
}

/** As many as 0x8800 can name. */
const MOST_IN_8800 = 125;

/**
 * For a picture whose first part has come 0x8800 and 0x8003 in turns, since terminals are met that know only one of
 * them; for all else 0x8003. 2011 has no 0x8003, but firmware is mixed and a terminal that does not know it says so.
 */
export function requestFor(overdue: PartsOverdue, revision: Revision): Said {
  const { id, missing, firstSerial, opening, asked } = overdue;
  if (id === MEDIA_UPLOAD && opening !== undefined && opening.length >= 4 && asked % 2 === 0) {
    const packageIds = missing.slice(0, MOST_IN_8800);
    const body = encodeBody(MEDIA_RESPONSE, revision, { multimediaId: idIn(opening), packageIds });
    return { id: MEDIA_RESPONSE, body };
  }
  const body = encodeBody(RESEND_REQUEST, revision, { originalSerial: firstSerial, packageIds: missing });
  return { id: RESEND_REQUEST, body };
}

/** What 0x8800 has behind the id where nothing is missing: nothing, or a count of 0. */
export type CompleteForm = 'revision' | 'count';

/**
 * 0x8800 for a picture that is on disk: 4 octets from 2013 on, 5 in 2011, which always has the count. Terminals are met
 * that take 5 only: `count` gives all of them that.
 */
export function completeFor(multimediaId: number, revision: Revision, form: CompleteForm): Said {
  const counted = form === 'count' || revision === 2011;
  const value = counted ? { multimediaId, packageIds: [] } : { multimediaId };
  return { id: MEDIA_RESPONSE, body: encodeBody(MEDIA_RESPONSE, revision, value) };
}

function idIn(opening: Uint8Array): number {
  return ((opening[0]! << 24) | (opening[1]! << 16) | (opening[2]! << 8) | opening[3]!) >>> 0;
}
