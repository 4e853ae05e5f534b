/** Which message answers which. */
import { CATALOGUE, messageById } from './catalogue.ts';

/** General response of the terminal, and of the platform. */
const TERMINAL_ACK = 0x0001;
const PLATFORM_ACK = 0x8001;

/** The answers to a message. Where both are there, the general one comes at once and the specific one later. */
export interface Replies {
  /** 0x0001 or 0x8001, or undefined where only the specific response counts. */
  readonly general: number | undefined;
  readonly specific: number | undefined;
}

const NONE: Replies = { general: undefined, specific: undefined };
const isGeneral = (id: number): boolean => id === TERMINAL_ACK || id === PLATFORM_ACK;
const TABLE: ReadonlyMap<number, Replies> = new Map(
  CATALOGUE.map(({ id, about }) => {
    const replies = about.replies ?? [];
    if (replies.length === 0) return [id, NONE];
    return [id, { general: replies.find(isGeneral), specific: replies.find((reply) => !isGeneral(reply)) }];
  }),
);
/** What the standard has for a message it does not know: the general response of the other side, result 3. */
const TO_UNKNOWN_UPLINK: Replies = { general: PLATFORM_ACK, specific: undefined };
const TO_UNKNOWN_DOWNLINK: Replies = { general: TERMINAL_ACK, specific: undefined };

/** What answers a message. Responses are not answered. Ids from 0x8000 are the platform's. */
export function replyTo(id: number): Replies {
  return TABLE.get(id) ?? (id < 0x8000 ? TO_UNKNOWN_UPLINK : TO_UNKNOWN_DOWNLINK);
}

/**
 * Whether a message is itself a response: it ends a request. Nothing answers it, save one that is sent unasked as well
 * (0x0702). Media (0x0801) that were asked for are no response: what ends the request is that all of them have come.
 */
export function isResponse(id: number): boolean {
  const message = messageById(id);
  if (message === undefined) return false;
  return message.about.alsoAnswers === true || (message.about.replies ?? []).length === 0;
}
