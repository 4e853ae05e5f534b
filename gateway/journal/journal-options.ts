/** The settings of a journal. */

/** How much, how long, how often. */
export interface JournalOptions {
  /** Octets that may wait for the disk; beyond them `append` says `JOURNAL_BEHIND`. Above the largest record. Default 8 MiB. */
  readonly maxPendingBytes?: number;
  /** Octets of one batch; what comes beyond them goes into the next. Default 1 MiB. */
  readonly maxBatchBytes?: number;
  /** Octets of committed batches kept in memory for readers that keep up; the oldest leave first. Default 16 MiB. */
  readonly recentBytes?: number;
  /** Longest gap between the beginnings of two commits under load; at rest there is none. 0: never any. Default 4 ms. */
  readonly commitWindowMs?: number;
  /** How long a moved cursor may wait for a commit to go with. Default 200 ms. */
  readonly cursorFlushMs?: number;
  /** Records that all readers have passed are kept this long. Default 30 days. */
  readonly retainMs?: number;
  /** Beyond this many octets on disk, records that all readers have passed go sooner. Default 20 GiB. */
  readonly retainBytes?: number;
  /** Age and size go for what outlets have not had as well: they lose it, and `lost()` says what. Default false. */
  readonly trimPastOutlets?: boolean;
  /** How often it is looked whether something may go. Default 5 s. */
  readonly trimEveryMs?: number;
  /** Heads of the chain are signed after so many batches, and after so long while there are new records. Default 1,000; 1 min. */
  readonly signBatches?: number;
  readonly signMs?: number;
  /** While the disk refuses, it is tried again this often. Default 1 s. */
  readonly probeEveryMs?: number;
}

const MiB = 1 << 20;
/** What holds where nothing is said. */
export const DEFAULT_OPTIONS: Required<JournalOptions> = {
  maxPendingBytes: 8 * MiB,
  maxBatchBytes: MiB,
  recentBytes: 16 * MiB,
  commitWindowMs: 4,
  cursorFlushMs: 200,
  retainMs: 30 * 86_400_000,
  retainBytes: 20 * 1024 * MiB,
  trimPastOutlets: false,
  trimEveryMs: 5000,
  signBatches: 1000,
  signMs: 60_000,
  probeEveryMs: 1000,
};
