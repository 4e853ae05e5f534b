/** What can be wrong with the store of accounts, each with a sentence for the operator. */
export const ACCESS_FAULTS = {
  ACCOUNTS_UNREADABLE:
    'The file of accounts is damaged: put it back from a backup, or remove it to start with new accounts.',
  ACCOUNTS_NEWER: 'The file of accounts was written by a newer version of this program.',
} as const;

export type AccessCode = keyof typeof ACCESS_FAULTS;

export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly code: AccessCode;

  constructor(code: AccessCode, detail: string, cause?: unknown) {
    super(`${detail}. ${ACCESS_FAULTS[code]}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
