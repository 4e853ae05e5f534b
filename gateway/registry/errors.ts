/** Every way in which the registry fails or refuses, each with a sentence for the operator. */
export const REGISTRY_FAULTS = {
  REGISTRY_NEWER: 'The registry was written by a newer version of xingji.',
  REGISTRY_UNREADABLE: 'The registry is damaged or is none: put it back from a backup.',
  REGISTRY_UNWRITABLE: 'The disk does not take what is written to the registry.',
  REGISTRY_REFUSED: 'A fact or a step is not allowed, for the reason stated; nothing was changed.',
} as const;
export type RegistryCode = keyof typeof REGISTRY_FAULTS;

export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: RegistryCode;
  /** What exactly, a line each. */
  readonly faults: readonly string[];

  constructor(code: RegistryCode, faults: readonly string[], cause?: unknown) {
    super(`${REGISTRY_FAULTS[code]} ${faults.join('; ')}`.trim(), cause === undefined ? undefined : { cause });
    this.code = code;
    this.faults = faults;
  }
}
