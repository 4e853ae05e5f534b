/** Pictures and sound that a terminal has taken. */
import type { EpochMs } from '../../protocol/index.ts';

/** One of them, with where it was when the taking began. */
export interface Medium {
  readonly id: number;
  readonly type: 'image' | 'audio';
  readonly format: 'jpeg' | 'wav';
  /** Name or code of what led to it, as 0x0801 has it. */
  readonly event: string | number;
  readonly channel: number;
  readonly at: EpochMs;
  /** Fixed part of a 0x0200: 28 octets. */
  readonly location: Uint8Array;
  readonly size: number;
}
