/** The trail of who did what: who asked, what it changed, from what to what. */

export interface AuditEntry {
  /** Account, `cli:<user>`, or `terminal:<number>`. */
  readonly who: string;
  /** What was done, as `registry.changed`, `exemption.refused`. */
  readonly what: string;
  /** What it was done to, as `archive:A-17`. */
  readonly subject: string;
  /** Undefined where there was nothing before, or nothing is left. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Epoch ms. */
  readonly at: number;
}

/** Where entries go. They are kept in the order in which they are given. */
export interface AuditSink {
  /** Resolves when all of them are on disk. Rejects where that cannot be; then the caller gives them again. */
  append(entries: readonly AuditEntry[]): Promise<void>;
}
