/** Networks as settings have them: `10.0.0.0/8, fd00::/8`. */
import { BlockList, isIP } from 'node:net';

/** Undefined where a part is none. */
export function networksOf(text: string): BlockList | undefined {
  const networks = new BlockList();
  for (const part of text.split(',')) {
    const [, address, bits] = /^\s*([0-9a-fA-F.:]+)\/(\d{1,3})\s*$/.exec(part) ?? [];
    const family = isIP(address ?? '');
    if (address === undefined || family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
    networks.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return networks;
}
