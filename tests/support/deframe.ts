/** The header of the first good frame in a hex text. */
import {
  Deframer,
  type Header,
  newHeader,
  phoneOf,
  readHeader,
  readJoinedHeader,
  terminalOf,
} from '../../protocol/index.ts';

export interface FramedHeader extends Readonly<Header> {
  readonly phone: string;
  readonly terminal: string;
  readonly revision: 2013 | 2019;
}

export function deframe(hex: string): FramedHeader | undefined {
  let found: FramedHeader | undefined;
  new Deframer().feed(Buffer.from(hex, 'hex'), {
    packet(b, start, end) {
      const header = newHeader();
      if (found !== undefined) return;
      // A wrong length does not hide who sent the frame.
      const fault = readHeader(b, start, end, header);
      if (fault !== undefined && (fault !== 'length' || readJoinedHeader(b, start, end, header) !== undefined)) return;
      const phone = phoneOf(b, header);
      found = { ...header, phone, terminal: terminalOf(phone), revision: header.flagged ? 2019 : 2013 };
    },
    fault() {},
  });
  return found;
}
