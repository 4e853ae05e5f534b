/** Bodies of 0x0200 as a check wants them: the fixed part octet by octet, JT/T 808-2019 table 23, and any items behind. */
import { formatTime, type EpochMs } from '../../protocol/index.ts';

const FIXED = 28;
/** ACC on, positioned; south and west are bits 2 and 3. */
const STATUS = 0x3;
const SOUTH_WEST = 0xc;

/** `unset`: no fix, and a clock that has never been set. */
export function reportOf(
  at: EpochMs,
  more: { readonly items?: Uint8Array; readonly south?: boolean; readonly unset?: boolean } = {},
): Uint8Array {
  const { items = new Uint8Array(0), south = false, unset = false } = more;
  const body = new Uint8Array(FIXED + items.length);
  body.set(items, FIXED);
  if (unset) return body;
  const view = new DataView(body.buffer);
  view.setUint32(4, south ? STATUS | SOUTH_WEST : STATUS);
  view.setUint32(8, 25_038_900);
  view.setUint32(12, 102_718_300);
  view.setUint16(16, 1892);
  view.setUint16(18, 425);
  view.setUint16(20, 87);
  // 2026-01-05T08:00:00+08:00 → 26 01 05 08 00 00
  const digits = formatTime(at).replace(/\D/g, '').substring(2, 14);
  for (let i = 0; i < 6; i++) body[22 + i] = Number.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
  return body;
}
