/** Octets of a flow as the IP packets that carry them: TCP with running sequence numbers, or UDP. Check sums are right. */
import { type CapturedChunk, type CaptureEnd, CaptureError } from './packet.ts';

/** Octets of one TCP segment or datagram: what an IPv4 packet holds beside its headers. */
const MAX_PAYLOAD = 65_535 - 60;
const MAX_FLOWS = 4096;
const TCP = 6;
const UDP = 17;
/** PSH and ACK. */
const TCP_FLAGS = 0x18;

interface Flow {
  /** Of the octet that comes next, by the end that says it. */
  readonly next: Map<string, number>;
}

export class SegmentWriter {
  readonly #flows = new Map<string, Flow>();

  segments({ transport, from, to, octets }: CapturedChunk): Uint8Array[] {
    const here = nameOf(from);
    const there = nameOf(to);
    const flow = this.#flow([here, there].toSorted().join(' '));
    const packets: Uint8Array[] = [];
    for (let at = 0; at < octets.length || at === 0; at += MAX_PAYLOAD) {
      const payload = octets.subarray(at, at + MAX_PAYLOAD);
      const sequence = flow.next.get(here) ?? 1;
      packets.push(
        transport === 'udp'
          ? packet(UDP, from, to, udpHead(from, to, payload), payload)
          : packet(TCP, from, to, tcpHead(from, to, sequence, flow.next.get(there) ?? 1), payload),
      );
      flow.next.set(here, (sequence + payload.length) >>> 0);
    }
    return packets;
  }

  #flow(name: string): Flow {
    const known = this.#flows.get(name);
    if (known !== undefined) return known;
    if (this.#flows.size >= MAX_FLOWS) for (const first of this.#flows.keys()) if (this.#flows.delete(first)) break;
    const flow: Flow = { next: new Map() };
    this.#flows.set(name, flow);
    return flow;
  }
}

function nameOf({ address, port }: CaptureEnd): string {
  return `${address}|${port}`;
}

function tcpHead({ port }: CaptureEnd, to: CaptureEnd, sequence: number, acknowledged: number): Uint8Array {
  const head = new Uint8Array(20);
  const view = new DataView(head.buffer);
  view.setUint16(0, port);
  view.setUint16(2, to.port);
  view.setUint32(4, sequence);
  view.setUint32(8, acknowledged);
  head[12] = 0x50;
  head[13] = TCP_FLAGS;
  view.setUint16(14, 0xffff);
  return head;
}

function udpHead({ port }: CaptureEnd, to: CaptureEnd, payload: Uint8Array): Uint8Array {
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  view.setUint16(0, port);
  view.setUint16(2, to.port);
  view.setUint16(4, 8 + payload.length);
  return head;
}

/** Where the check sum stands in the header of a transport. */
const SUM_AT: Readonly<Record<number, number>> = { [TCP]: 16, [UDP]: 6 };

function packet(protocol: number, from: CaptureEnd, to: CaptureEnd, head: Uint8Array, payload: Uint8Array): Uint8Array {
  const source = addressOctets(from.address);
  const destination = addressOctets(to.address);
  if (source.length !== destination.length)
    throw new CaptureError('FORM', 0, `${from.address} and ${to.address} are addresses of different kinds`);
  const six = source.length === 16;
  const size = head.length + payload.length;
  const ip = six ? ip6(protocol, size) : ip4(protocol, size);
  ip.set(source, six ? 8 : 12);
  ip.set(destination, six ? 24 : 16);
  if (!six) new DataView(ip.buffer).setUint16(10, checkSum([ip]));
  const view = new DataView(head.buffer);
  // The sum is taken over the addresses and the length as well (RFC 9293 3.1, RFC 768).
  const pseudo = Uint8Array.of(...source, ...destination, 0, protocol, size >> 8, size & 0xff);
  // Zero means that there is none.
  view.setUint16(SUM_AT[protocol]!, checkSum([pseudo, head, payload]) || 0xffff);
  const all = new Uint8Array(ip.length + size);
  all.set(ip);
  all.set(head, ip.length);
  all.set(payload, ip.length + head.length);
  return all;
}

function ip4(protocol: number, size: number): Uint8Array<ArrayBuffer> {
  const ip = new Uint8Array(20);
  ip[0] = 0x45;
  new DataView(ip.buffer).setUint16(2, 20 + size);
  ip[8] = 64;
  ip[9] = protocol;
  return ip;
}

function ip6(protocol: number, size: number): Uint8Array<ArrayBuffer> {
  const ip = new Uint8Array(40);
  ip[0] = 0x60;
  new DataView(ip.buffer).setUint16(4, size);
  ip[6] = protocol;
  ip[7] = 64;
  return ip;
}

/** RFC 1071. Each piece but the last has an even number of octets. */
function checkSum(pieces: readonly Uint8Array[]): number {
  let sum = 0;
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i += 2) sum += (piece[i]! << 8) | (piece[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

function addressOctets(address: string): Uint8Array {
  return address.includes(':') ? octets6(address) : octets4(address);
}

function octets4(address: string): Uint8Array {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) throw noAddress(address);
  return Uint8Array.from(parts);
}

function octets6(address: string): Uint8Array {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return octets4(mapped);
  const [left = [], right] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':')));
  const groups =
    right === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  if (groups.length !== 8 || groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) throw noAddress(address);
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

function noAddress(address: string): CaptureError {
  return new CaptureError('FORM', 0, `${JSON.stringify(address)} is no IP address`);
}
