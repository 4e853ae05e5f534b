/** The header of a packet, field by field and as far as it goes. JT/T 808-2019 4.4.3. */
import type { FrameFault } from '../errors.ts';
import { describePacketFault } from '../fault.ts';
import { type Header, newHeader, PART_FLAG, readHeader, readJoinedHeader, VERSION_FLAG } from '../frame/header.ts';
import type { Message } from '../schema/message.ts';
import { formatHex, formatId } from '../text/hex.ts';
import type { Said } from './field.ts';
import type { Layer } from './layer.ts';

/** What a header turned out to be. */
export interface ExplainedHeader {
  readonly id: number | undefined;
  readonly header: Header;
  /** Whether all of it could be read: else `header` is not filled in. */
  readonly complete: boolean;
  readonly fault: FrameFault | undefined;
  readonly detail: string | undefined;
  /** Offset behind the header, or of the end where it is cut off. */
  readonly end: number;
}

/** Says the header in front of octets [0, end) of a packet, check octet left off. */
export function explainHeader(
  layer: Layer,
  end: number,
  messageOf: (id: number) => Message | undefined,
): ExplainedHeader {
  const { packet } = layer;
  const header = newHeader();
  const fault = readHeader(packet, 0, end, header);
  const detail = fault === undefined ? undefined : describePacketFault(fault, packet, 0, end);
  // Where only the length is wrong, everything else is said all the same.
  const complete =
    fault === undefined || (fault === 'length' && readJoinedHeader(packet, 0, end, header) === undefined);
  const properties = end < 4 ? 0 : word(packet, 2);
  const flagged = complete ? header.flagged : (properties & VERSION_FLAG) !== 0;
  const parted = (properties & PART_FLAG) !== 0;
  const whole = (flagged ? 17 : 12) + (parted ? 4 : 0);
  layer.add('header', 0, 0, Math.min(whole, end), { zh: '消息头', en: 'message header' });

  const message = end < 2 ? undefined : messageOf(word(packet, 0));
  const phoneSize = flagged ? 10 : 6;
  const fields: readonly HeaderField[] = [
    [
      'id',
      2,
      (at) => ({
        value: formatId(word(packet, at), 4),
        zh: `消息ID ${message?.about.zh ?? ''}`.trim(),
        en: message?.name ?? 'not in the catalogue',
      }),
    ],
    ['properties', 2, () => ({ value: formatId(properties, 4), zh: '消息体属性', en: 'properties of the body' })],
    ...(flagged ? [octet('version', '协议版本号', 'protocol version', packet)] : []),
    [
      'phone',
      phoneSize,
      (at) => ({ value: formatHex(packet, at, at + phoneSize), zh: '终端手机号', en: 'phone of the terminal' }),
    ],
    number('serial', '消息流水号', 'serial of the message', packet),
    ...(parted ? [number('total', '消息总包数', 'number of parts', packet)] : []),
    ...(parted ? [number('number', '包序号', 'number of this part', packet)] : []),
  ];
  let at = 0;
  for (const [name, size, say] of fields) {
    const path = `header.${name}`;
    if (end - at < size) {
      const fault = `needs ${size} octets, ${end - at} left`;
      layer.add(path, 1, at, end, { ...say(0), value: null, fault });
      break;
    }
    const impossible = name === 'number' && fault === 'header' ? detail : undefined;
    layer.add(path, 1, at, at + size, { ...say(at), fault: impossible });
    at += size;
    if (name !== 'properties') continue;
    const misflagged = flagged !== ((properties & VERSION_FLAG) !== 0);
    explainProperties(layer, properties, { length: fault === 'length' ? detail : undefined, misflagged });
  }
  return { id: end < 2 ? undefined : word(packet, 0), header, complete, fault, detail, end: Math.min(whole, end) };
}

type HeaderField = readonly [name: string, size: number, say: (at: number) => Said];

const octet = (name: string, zh: string, en: string, packet: Uint8Array): HeaderField => [
  name,
  1,
  (at) => ({ value: packet[at]!, zh, en }),
];
const number = (name: string, zh: string, en: string, packet: Uint8Array): HeaderField => [
  name,
  2,
  (at) => ({ value: word(packet, at), zh, en }),
];

/** The bits of the properties word. */
function explainProperties(
  layer: Layer,
  properties: number,
  wrong: { readonly length: string | undefined; readonly misflagged: boolean },
): void {
  const part = (name: string, bits: readonly [number, number], said: Said): void =>
    layer.add(`header.properties.${name}`, 2, 2, 4, { ...said, bits });
  part('length', [0, 9], {
    value: properties & 0x3ff,
    unit: 'octets',
    zh: '消息体长度',
    en: 'length of the body',
    fault: wrong.length,
  });
  const encryption = (properties >> 10) & 7;
  part('encryption', [10, 12], {
    value: encryption === 0 ? 'none' : encryption === 1 ? 'rsa' : encryption,
    zh: '数据加密方式',
    en: 'encryption of the body',
  });
  part('subpackage', [13, 13], { value: (properties & PART_FLAG) !== 0, zh: '分包', en: 'one part of several' });
  part('version', [14, 14], {
    value: (properties & VERSION_FLAG) !== 0,
    zh: '版本标识',
    en: 'layout of 2019',
    fault: wrong.misflagged ? 'contradicts the layout, which is borne (version-flag)' : undefined,
  });
  part('reserved', [15, 15], { value: properties >> 15, zh: '保留', en: 'reserved' });
}

const word = (b: Uint8Array, at: number): number => ((b[at] ?? 0) << 8) | (b[at + 1] ?? 0);
