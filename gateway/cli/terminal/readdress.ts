/** Frames that were captured with one terminal, for another one. */
import { Deframer, frameHex, newHeader, parseHex, phoneOf, readHeader } from '../../../protocol/index.ts';

/** The frame with this phone, or undefined where its header has room for another number of digits: 12, or 20 in 2019. */
export function readdressed(frame: Uint8Array, phone: string): Uint8Array | undefined {
  let made: Uint8Array | undefined;
  new Deframer({ datagram: true }).feed(frame, {
    packet(b, start, end) {
      const header = newHeader();
      if (readHeader(b, start, end, header) !== undefined || phone.length !== 2 * header.phoneSize) return;
      if (phoneOf(b, header) === phone) {
        made = frame;
        return;
      }
      const packet = new Uint8Array(b.subarray(start, end));
      packet.set(parseHex(phone)!, header.phoneAt - start);
      made = parseHex(frameHex(packet, 0, packet.length));
    },
    fault: () => undefined,
  });
  return made;
}
