/** Randomness as a dependency: seeded, and forked by name so that one user's draws never shift another's. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** A whole number in [from, to], both ends included. */
  int(from: number, to: number): number;
  /** `n` octets. */
  bytes(n: number): Uint8Array;
  /** An independent stream, the same for the same seed and name however much was drawn from this one. */
  fork(name: string): Random;
}
