/**
 * The message header of JT/T 808 (2011/2013: 12 or 16 octets; 2019: 17 or 21), JT/T 808-2019 4.4.3.
 */

/**
 * A header as a view into a packet: numbers only, so that reading one into an object that is used
 * again allocates nothing. The phone stays in the packet until somebody asks (`phoneOf`).
 */
export interface Header {
  id: number;
  /** 消息体属性 as on the wire. */
  properties: number;
  /** True where the version flag (bit 14) is set: the 2019 layout. */
  flagged: boolean;
  /** 协议版本号; 0 where the flag is not set. */
  version: number;
  /** Offset and octets of the BCD phone in the packet: 6, or 10 in 2019. */
  phoneAt: number;
  phoneSize: number;
  serial: number;
  /** Bits 10–12: 0 none, 1 RSA, others reserved. */
  encryption: number;
  /** Sub-packages: 0 and 0 where the message is whole. */
  total: number;
  number: number;
  /** The body is octets [bodyAt, bodyEnd) of the packet. */
  bodyAt: number;
  bodyEnd: number;
}
