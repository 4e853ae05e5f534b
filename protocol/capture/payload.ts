/** What a captured packet carries: through Ethernet (with VLANs), Linux' cooked forms, loopback and bare IP to TCP or UDP. */
import type { CaptureEnd } from './packet.ts';

/** The payload of a TCP segment or a datagram. `octets` is part of the packet. */
export interface Payload {
  readonly transport: 'tcp' | 'udp';
  readonly from: CaptureEnd;
  readonly to: CaptureEnd;
  /** Of the first octet; 0 for UDP. */
  readonly sequence: number;
  /** SYN or RST: what was before is another connection. */
  readonly anew: boolean;
  readonly octets: Uint8Array;
}

const ETHERTYPE = { ip4: 0x0800, vlan: 0x8100, ip6: 0x86dd, serviceVlan: 0x88a8 } as const;
const TCP = 6;
const UDP = 17;
/** Extension headers of IPv6 that may stand before a transport: hop by hop, routing, destination. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]);

/** Octets before the IP header, by link type; -1 where the type is none of these. */
function ipAt(linkType: number, b: Uint8Array): number {
  switch (linkType) {
    // Null and loop: the address family in four octets.
    case 0:
    case 108:
      return 4;
    case 1:
      return typedAt(b, 12);
    // Raw, IPv4, IPv6.
    case 101:
    case 12:
    case 14:
    case 228:
    case 229:
      return 0;
    // Linux cooked, versions 1 and 2.
    case 113:
      return typedAt(b, 14);
    case 276:
      return isIp(u16(b, 0)) ? 20 : -1;
    default:
      return -1;
  }
}

/** Behind an EtherType and the VLAN tags that it may announce. */
function typedAt(b: Uint8Array, typeAt: number): number {
  let at = typeAt;
  while (u16(b, at) === ETHERTYPE.vlan || u16(b, at) === ETHERTYPE.serviceVlan) at += 4;
  return isIp(u16(b, at)) ? at + 2 : -1;
}

function isIp(type: number): boolean {
  return type === ETHERTYPE.ip4 || type === ETHERTYPE.ip6;
}

/** Undefined for whatever is no whole TCP segment or datagram: fragments, other protocols, other link types. */
export function payloadOf(linkType: number, b: Uint8Array): Payload | undefined {
  const at = ipAt(linkType, b);
  if (at < 0 || b.length < at + 20) return undefined;
  return b[at]! >> 4 === 6 ? payload6(b, at) : payload4(b, at);
}

function payload4(b: Uint8Array, at: number): Payload | undefined {
  const size = u16(b, at + 2);
  const fragment = u16(b, at + 6) & 0x3fff;
  // Segmentation offload leaves the length 0 in what is captured on the way out.
  const end = size === 0 ? b.length : Math.min(b.length, at + size);
  if (b[at]! >> 4 !== 4 || fragment !== 0) return undefined;
  const address = (from: number): string => b.subarray(from, from + 4).join('.');
  return transportOf(b, at + 4 * (b[at]! & 15), end, {
    protocol: b[at + 9]!,
    source: address(at + 12),
    destination: address(at + 16),
  });
}

function payload6(b: Uint8Array, at: number): Payload | undefined {
  const size = u16(b, at + 4);
  const end = size === 0 ? b.length : Math.min(b.length, at + 40 + size);
  let protocol = b[at + 6]!;
  let next = at + 40;
  while (EXTENSIONS.has(protocol) && next + 8 <= end) {
    protocol = b[next]!;
    next += 8 + 8 * b[next + 1]!;
  }
  const address = (from: number): string =>
    Array.from({ length: 8 }, (_, i) => u16(b, from + 2 * i).toString(16)).join(':');
  return transportOf(b, next, end, { protocol, source: address(at + 8), destination: address(at + 24) });
}

function transportOf(
  b: Uint8Array,
  at: number,
  end: number,
  ip: { readonly protocol: number; readonly source: string; readonly destination: string },
): Payload | undefined {
  const transport = ip.protocol === TCP ? 'tcp' : ip.protocol === UDP ? 'udp' : undefined;
  if (transport === undefined || at + (transport === 'tcp' ? 20 : 8) > end) return undefined;
  const flags = transport === 'tcp' ? b[at + 13]! : 0;
  const syn = (flags & 2) !== 0;
  const start = transport === 'tcp' ? at + 4 * (b[at + 12]! >> 4) : at + 8;
  if (start > end) return undefined;
  return {
    transport,
    from: { address: ip.source, port: u16(b, at) },
    to: { address: ip.destination, port: u16(b, at + 2) },
    // A SYN takes a number of its own.
    sequence: transport === 'tcp' ? (u16(b, at + 4) * 0x10000 + u16(b, at + 6) + (syn ? 1 : 0)) >>> 0 : 0,
    anew: (flags & 6) !== 0,
    octets: b.subarray(start, end),
  };
}

/** 0 behind the end. */
function u16(b: Uint8Array, at: number): number {
  return ((b[at] ?? 0) << 8) | (b[at + 1] ?? 0);
}
