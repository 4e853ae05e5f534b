/** Counts of what becomes of messages in parts, as plain numbers for the metrics page. */
import type { PartsOverdue } from '../../protocol/index.ts';

/** Why a message was given up, as metrics, events and the journal name it. */
export type Lost = Exclude<PartsOverdue['kind'], 'ask'>;

export class PartsCounters {
  /** Requests for missing parts sent to terminals, by message. */
  readonly asked: Record<'0x8003' | '0x8800', number> = { '0x8003': 0, '0x8800': 0 };
  readonly lost: Record<Lost, number> = { gaveUp: 0, crowdedOut: 0, replaced: 0 };
  /** Messages that were joined from the journal, as their octets were not in memory any more. */
  fetched: number = 0;
  /** Parts of ours that terminals asked for and were sent again (0x0005), and that were forgotten by then. */
  resent: number = 0;
  notResent: number = 0;
}
