/** Messages of ours that are too long for one packet. JT/T 808-2019 4.4.3. */
import { MAX_BODY } from '../../protocol/index.ts';
import type { Send } from './effects.ts';

/** The parts of a message with consecutive serials from `serial` on, as effects; one where it fits a packet. */
export function partsOf(id: number, body: Uint8Array, serial: number): Send[] {
  const total = Math.max(1, Math.ceil(body.length / MAX_BODY));
  return Array.from({ length: total }, (_, i) => ({
    kind: 'send',
    id,
    serial: (serial + i) & 0xffff,
    body: total === 1 ? body : body.subarray(i * MAX_BODY, (i + 1) * MAX_BODY),
    total: total === 1 ? 0 : total,
    number: total === 1 ? 0 : i + 1,
    again: false,
    fresh: 0,
  }));
}
