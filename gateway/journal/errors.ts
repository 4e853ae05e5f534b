/** Every way in which the journal fails, each with a sentence for the operator. */

export const JOURNAL_ERRORS = {
  DATA_LOCKED: 'Another gateway is writing to this data folder.',
  DATA_NEWER: 'The data folder was written by a newer version of xingji.',
  DATA_UNREADABLE: 'The journal file is damaged or is not a journal.',
  DATA_UNWRITABLE: 'The data folder cannot be written to.',
  DATA_KEY: 'The key that signs the journal cannot be read.',
  DATA_MISSING: 'There is no journal in this data folder.',
  DATA_FORBIDDEN: 'This user may not read the data folder.',
  JOURNAL_UNWRITABLE: 'The disk does not take what is written to it.',
  JOURNAL_BEHIND: 'More records wait for the disk than maxPendingBytes allows.',
  JOURNAL_CLOSED: 'The journal is closed.',
  RECORD_CORRUPT: 'A batch of the journal does not hold the records that it should.',
} as const;
export type JournalErrorCode = keyof typeof JOURNAL_ERRORS;

export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;
  /** What exactly, where that is known: a path, a position, the words of the engine. */
  readonly detail: string;

  constructor(code: JournalErrorCode, detail: string, cause?: unknown) {
    super(
      detail === '' ? JOURNAL_ERRORS[code] : `${JOURNAL_ERRORS[code]} ${detail}`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    this.detail = detail;
  }
}

/** True for faults of the world that pass by themselves: the caller keeps what it has and tries again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof JournalError && (error.code === 'JOURNAL_UNWRITABLE' || error.code === 'JOURNAL_BEHIND');
}
