/** The header of the first good frame in a hex text. */
import { Deframer, type Header, newHeader, phoneOf, readHeader, terminalOf } from '../../protocol/index.ts';

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
      if (found !== undefined || readHeader(b, start, end, header) !== undefined) return;
      const phone = phoneOf(b, header);
      found = { ...header, phone, terminal: terminalOf(phone), revision: header.flagged ? 2019 : 2013 };
    },
    fault() {},
  });
  return found;
}
