/**
 * What can be wrong with octets, and the one error that codecs throw.
 *
 * A malformed message is an ordinary event on a public port, so the error takes no stack: building
 * one costs five times as much as decoding the message would have.
 */

/** Why a frame was refused before its body was looked at; also the `reason` of `xingji decode`. */
export type FrameFault = 'delimiter' | 'escape' | 'checksum' | 'length' | 'header' | 'version' | 'body' | 'encrypted';

/**
 * - `TRUNCATED` the octets end inside a field.
 * - `RANGE` a value does not fit its field (encoding), or a count contradicts the length.
 * - `TEXT` a character has no code in the field's character set (encoding).
 * - `SHAPE` a value has the wrong type or an unknown name (encoding from JSON).
 */
export type ProtocolErrorCode = 'TRUNCATED' | 'RANGE' | 'TEXT' | 'SHAPE';

/** Thrown by codecs, and caught once, in the session. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;
  /** Dotted path of the field, e.g. `locationReport.items.mileage`. */
  readonly at: string;
  /** Octets from the start of the body where the fault was met, when decoding. */
  readonly offset: number | undefined;

  constructor(code: ProtocolErrorCode, at: string, detail: string, offset?: number) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(`${at}: ${detail}`);
    Error.stackTraceLimit = limit;
    this.code = code;
    this.at = at;
    this.offset = offset;
  }
}
