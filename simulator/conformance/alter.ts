/** Frames as no honest terminal makes them. */
import { checkOf, escapeInto, MAX_FRAME, MAX_PACKET, unescapeInto } from '../../protocol/index.ts';

const FLAG = 0x7e;
const packet = new Uint8Array(MAX_PACKET + 1);

/**
 * A frame of which the unescaped octets were changed, header first; its check code is right again, but for the bits of
 * `spoil`. The frame given is left as it was.
 */
export function altered(frame: Uint8Array, change: (packet: Uint8Array) => void, spoil = 0): Uint8Array {
  const end = unescapeInto(frame, 1, frame.length - 1, packet, 0);
  change(packet.subarray(0, end - 1));
  packet[end - 1] = checkOf(packet, 0, end - 1) ^ spoil;
  const out = new Uint8Array(MAX_FRAME);
  out[0] = FLAG;
  const to = escapeInto(packet, 0, end, out, 1);
  out[to] = FLAG;
  return new Uint8Array(out.subarray(0, to + 1));
}
