/** Why a terminal could not be asked, for programs and for people. */

/** Each with a sentence. */
export const LINK_FAULTS = {
  'no-terminal': 'No terminal has spoken.',
  gone: 'The terminal is not there.',
  refused: 'The terminal refused.',
  'no-answer': 'The terminal did not answer.',
  unsendable: 'This cannot be sent.',
  'not-open': 'The way to the terminal cannot be opened.',
} as const;
export type LinkFaultCode = keyof typeof LINK_FAULTS;

/** A request came to nothing. */
export class LinkFault extends Error {
  override readonly name = 'LinkFault';
  readonly code: LinkFaultCode;
  /** Of `refused`: what it said, such as `failure`, `malformed` or `unsupported`. */
  readonly result: string | undefined;

  constructor(code: LinkFaultCode, detail = '', result?: string) {
    super(`${LINK_FAULTS[code]} ${detail}`.trimEnd());
    this.code = code;
    this.result = result;
  }
}
