/** What a capture holds: octets that passed between two ends at a time. */
import type { EpochMs } from '../host/clock.ts';

/** One end of a flow. */
export interface CaptureEnd {
  /** IPv4 in dotted form, or IPv6; for a line without addresses any of the range for documentation, 192.0.2.0/24. */
  readonly address: string;
  readonly port: number;
}

/** Which way octets went, seen from the platform: `in` is what a terminal said. */
export type CaptureWay = 'in' | 'out';

/** Octets that went from one end to the other in one piece. */
export interface CapturedChunk {
  readonly at: EpochMs;
  readonly transport: 'tcp' | 'udp';
  readonly from: CaptureEnd;
  readonly to: CaptureEnd;
  /** Undefined where the capture does not say. */
  readonly way: CaptureWay | undefined;
  readonly octets: Uint8Array;
  /** What whoever captured had to say of it. */
  readonly comment?: string;
}

/** A file that is no capture, or one that is broken at an octet. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  /** `FORM` no capture at all, `BLOCK` one whose block does not fit, `TRUNCATED` one that ends inside of a block. */
  readonly code: 'FORM' | 'BLOCK' | 'TRUNCATED';
  /** Octets from the start of the file. */
  readonly offset: number;

  constructor(code: CaptureError['code'], offset: number, detail: string) {
    super(`octet ${offset}: ${detail}`);
    this.code = code;
    this.offset = offset;
  }
}
