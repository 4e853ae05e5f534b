/**
 * Packets to messages, and messages to the JSON of the contract: for tools, folds and outlets. The hot path reads
 * headers and calls codecs itself; here everything is copied and may be kept.
 */
import type { LocationReport } from './catalogue/location.ts';
import { type BodyCiphers, decipher } from './crypto/cipher.ts';
import { type FrameFault, ProtocolError } from './errors.ts';
import { describePacketFault, frameHex } from './fault.ts';
import { type Header, isWhole, newHeader, phoneOf, readHeader, readJoinedHeader, terminalOf } from './frame/header.ts';
import { type QuirkName, QuirkSet, quirkNames } from './frame/quirks.ts';
import { toJson } from './schema/json.ts';
import type { Json } from './schema/json-scalar.ts';
import type { BodyOf, Message } from './schema/message.ts';
import type { Revision } from './schema/revision.ts';
import { formatHex, formatId } from './text/index.ts';
import { readVendorItems, type VendorItems } from './vendor/items.ts';
import type { VendorProfile } from './vendor/profiles.ts';
import { messageCodec, messageFor, type Ways } from './vendor/message-codec.ts';

/** What is known of a packet beyond its octets. */
export interface DecodeOptions extends Ways {
  /** What the session knows of the terminal: decides between 2011 and 2013, which have one header, where the body does not. */
  readonly revision?: Revision;
  /** The packet was joined from parts by `Reassembler`: its length field is that of the first. */
  readonly whole?: boolean;
  /** Bits of `QUIRKS` met before, by the deframer or in joining. */
  readonly quirks?: number;
  /** What opens encrypted bodies. Without a cipher for its bits a packet is refused as `encrypted`. */
  readonly ciphers?: BodyCiphers;
}

/** A packet that was understood. It shares no memory with the octets it came from. */
export interface DecodedMessage {
  readonly header: Readonly<Header>;
  /** As on the wire, and without leading zeros. */
  readonly phone: string;
  readonly terminal: string;
  /** 2019 by the layout of the header; else what the body shows, the session knows, or 2013. */
  readonly revision: Revision;
  /** Undefined for an id that neither the catalogue nor the vendor's profile has. */
  readonly message: Message | undefined;
  /** The profile by which it was read, where there was one. */
  readonly vendor: VendorProfile | undefined;
  /** The value; octets where the id is unknown, or where it is one part of several. */
  readonly body: unknown;
  /** Bits of `QUIRKS`. */
  readonly quirks: number;
}

/** A packet or a span of octets that was refused. */
export interface RefusedMessage {
  readonly fault: FrameFault;
  /** What is wrong, in words, with the numbers. */
  readonly detail: string;
  /** The frame with its flags and escapes, or the octets as they came where they are none. */
  readonly hex: string;
}

/** A message as `xingji decode` shows it. */
export interface DescribedMessage {
  readonly ok: true;
  /** `0x0200`. */
  readonly id: string;
  readonly name: string | null;
  readonly revision: Revision;
  readonly phone: string;
  readonly terminal: string;
  readonly serial: number;
  readonly encryption: string;
  readonly part: { readonly total: number; readonly number: number } | null;
  /** Fields by name; `{hex}` for an unknown id and for a part. */
  readonly body: Json;
  readonly quirks: readonly QuirkName[];
  /** What the maker's profile says of it: whose message it is, or what its items of 0x0200 mean. */
  readonly vendor?: DescribedVendor;
}

/** A maker's part in a message. */
export type DescribedVendor = { readonly profile: string } & Partial<VendorItems>;

/** A refused frame as `xingji decode` shows it. */
export interface DescribedFault {
  readonly ok: false;
  readonly reason: FrameFault;
  readonly detail: string;
  readonly hex: string;
}

const LOCATION = 0x0200;
const ENCRYPTION = ['none', 'rsa'] as const;

/** Decodes packet [start, end), check octet left off. Never throws for what the octets hold. */
export function decodeMessage(
  b: Uint8Array,
  start: number,
  end: number,
  options: DecodeOptions = {},
): DecodedMessage | RefusedMessage {
  const header = newHeader();
  const fault = (options.whole ? readJoinedHeader : readHeader)(b, start, end, header);
  if (fault !== undefined) return refuse(fault, describePacketFault(fault, b, start, end), b, start, end);
  if (header.encryption !== 0) {
    const opened = opens(b, start, header, options);
    if (opened !== undefined) return opened;
    return refuse('encrypted', `the body is encrypted: ${encryptionOf(header)}`, b, start, end);
  }
  const quirks = new QuirkSet();
  quirks.bits = (options.quirks ?? 0) | header.quirks;
  const phone = phoneOf(b, header);
  const message = messageFor(header.id, options.vendor);
  const revision = revisionIn(b, header, message, options.revision);
  const common = { header, phone, terminal: terminalOf(phone), revision, message, vendor: options.vendor };
  const codec = isWhole(header) ? messageCodec(header.id, revision, options) : undefined;
  try {
    const body = codec?.decode(b, header.bodyAt, header.bodyEnd, quirks) ?? octets(b, header.bodyAt, header.bodyEnd);
    return { ...common, body, quirks: quirks.bits };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const at = error.offset === undefined ? '' : ` (octet ${error.offset} of the body)`;
    return refuse('body', `${error.message}${at}`, b, start, end);
  }
}

/** An encrypted packet, decoded; undefined where no cipher opens it. A part is no body by itself. */
function opens(
  b: Uint8Array,
  start: number,
  header: Header,
  options: DecodeOptions,
): DecodedMessage | RefusedMessage | undefined {
  if (options.ciphers === undefined || (header.total > 1 && !options.whole)) return undefined;
  const clear = decipher(b, start, header, options.ciphers, options.whole);
  if (clear === undefined) return undefined;
  const decoded = decodeMessage(clear, 0, clear.length, options);
  // What is shown is how it came.
  return 'fault' in decoded ? decoded : { ...decoded, header: { ...decoded.header, encryption: header.encryption } };
}

/** The JSON of a message or of its refusal. */
export function describeMessage(decoded: DecodedMessage): DescribedMessage;
export function describeMessage(decoded: DecodedMessage | RefusedMessage): DescribedMessage | DescribedFault;
export function describeMessage(decoded: DecodedMessage | RefusedMessage): DescribedMessage | DescribedFault {
  if ('fault' in decoded) return describeFault(decoded);
  const { header, phone, terminal, revision, message, body, quirks } = decoded;
  const { total, number, serial } = header;
  const raw = body instanceof Uint8Array;
  const vendor = vendorIn(decoded);
  return {
    ok: true,
    id: formatId(header.id, 4),
    name: message?.name ?? null,
    revision,
    phone,
    terminal,
    serial,
    encryption: encryptionOf(header),
    part: total === 0 ? null : { total, number },
    body:
      raw || message === undefined
        ? { hex: raw ? formatHex(body) : '' }
        : toJson(message, revision, body as BodyOf<Message>),
    quirks: quirkNames(quirks),
    ...(vendor === undefined ? {} : { vendor }),
  };
}

function vendorIn({ header, message, vendor, body }: DecodedMessage): DescribedVendor | undefined {
  if (vendor === undefined || message === undefined) return undefined;
  if (vendor.messages.includes(message)) return { profile: vendor.name };
  if (header.id !== LOCATION || body instanceof Uint8Array) return undefined;
  const report = body as LocationReport;
  return readVendorItems(vendor, report.items.unknown ?? [], report);
}

/** The JSON of a refusal. */
export function describeFault({ fault, detail, hex }: RefusedMessage): DescribedFault {
  return { ok: false, reason: fault, detail, hex };
}

function refuse(fault: FrameFault, detail: string, b: Uint8Array, start: number, end: number): RefusedMessage {
  return { fault, detail, hex: frameHex(b, start, end) };
}

/** Bits 10–12 of the properties, as a word. */
export function encryptionOf({ encryption }: Header): string {
  return ENCRYPTION[encryption] ?? `reserved ${encryption}`;
}

/** The revision whose layout a packet has: what its header or body shows, else what the session knows, else 2013. */
export function revisionIn(
  b: Uint8Array,
  header: Header,
  message: Message | undefined,
  known: Revision | undefined,
): Revision {
  if (header.flagged) return 2019;
  const shown = isWhole(header) ? message?.about.revisionOf?.(b, header.bodyAt, header.bodyEnd) : undefined;
  return shown ?? (known === 2011 ? 2011 : 2013);
}

/** A copy: `slice` of a Buffer is a view. */
function octets(b: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(b.subarray(from, to));
}
