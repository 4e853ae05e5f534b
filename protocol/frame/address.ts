/**
 * The part of a header that stays the same for all messages to or from one terminal: flag, version and phone.
 */
import { ProtocolError } from '../errors.ts';
import type { Revision } from '../schema/revision.ts';
import { type Header, VERSION_FLAG } from './header.ts';

/**
 * How a terminal is addressed. A platform answers in the form the terminal used, octet for octet: some put
 * hexadecimal digits into the phone or set the version flag on the older layout.
 */
export interface Address {
  /** Whether bit 14 is set. */
  readonly flag: boolean;
  /** 协议版本号; sent only where the phone has 10 octets. */
  readonly version: number;
  /** 6 octets, or 10 in the layout of 2019. */
  readonly phone: Uint8Array;
}

/** The address of whoever sent the packet, copied. */
export function addressOf(b: Uint8Array, header: Header): Address {
  const phone = new Uint8Array(header.phoneSize);
  for (let i = 0; i < phone.length; i++) phone[i] = b[header.phoneAt + i]!;
  return { flag: (header.properties & VERSION_FLAG) !== 0, version: header.version, phone };
}

/**
 * The address of a phone by the standard, filled with zeros in front. Throws `RANGE` where it has more digits than
 * the revision holds (12, or 20 in 2019) or none, or anything that is not a hexadecimal digit.
 */
export function addressFor(revision: Revision, phone: string, version = 1): Address {
  const size = revision === 2019 ? 10 : 6;
  const digits = phone.replace(/^0+(?=.)/, '').padStart(2 * size, '0');
  if (digits.length > 2 * size || !/^[0-9a-f]+$/i.test(digits) || phone === '')
    throw new ProtocolError('RANGE', 'phone', `expected 1 to ${2 * size} digits, got "${phone}"`);
  if (!Number.isInteger(version) || version < 0 || version > 255)
    throw new ProtocolError('RANGE', 'version', `expected 0 to 255, got ${version}`);
  const octets = new Uint8Array(size);
  for (let i = 0; i < size; i++) octets[i] = Number.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
  return { flag: revision === 2019, version: revision === 2019 ? version : 0, phone: octets };
}
