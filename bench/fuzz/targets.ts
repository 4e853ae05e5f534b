/** What is fuzzed, and what must hold of it for any octets. */
import {
  type AttachmentSink,
  AttachmentSplitter,
  BeidouSplitter,
  CATALOGUE,
  checkOf,
  codecFor,
  decodeFrames,
  decodeJt809Hex,
  Deframer,
  describeJt809,
  describeMessage,
  describeRdssLine,
  describeSentenceLine,
  encodeFrame,
  encodeMessageJson,
  explainFrames,
  formatHex,
  fromJson,
  interpret,
  latin1Text,
  MAX_FRAME,
  MediaSplitter,
  type Message,
  messageById,
  ProtocolError,
  REVISIONS,
  type Revision,
  sample,
  seededRandom,
  toJson,
} from '../../protocol/index.ts';
import { decodeEmqxHex, encodeEmqx, toEmqx } from '../../bridge/index.ts';
import { vectors } from '../../tests/support/vectors.ts';
import type { Target } from './loop.ts';
import { TERMINAL_TARGETS } from './terminal-targets.ts';
import { same, Violation, within } from './violation.ts';

const FLAG = 0x7e;
/** Octets of JSON for an octet of input, names of fields included, and what any answer may have. */
const GROWTH = 120;
const ALWAYS = 16_384;

const MESSAGES: readonly Message[] = CATALOGUE;

/** Octets of the vectors of a protocol. */
function vectorOctets(protocol: string, fence: string): Uint8Array[] {
  return vectors()
    .filter((vector) => vector.protocol === protocol && vector.hex?.toLowerCase().startsWith(fence) === true)
    .map(({ hex }) => Uint8Array.from(Buffer.from(hex!, 'hex')));
}

/** An example of every message under every revision. */
function examples(): readonly { message: Message; revision: Revision; body: Uint8Array }[] {
  const room = new Uint8Array(8192);
  return MESSAGES.flatMap((message) =>
    REVISIONS.map((revision) => {
      const value = sample(message, revision, seededRandom(`${message.id} ${revision}`));
      const end = codecFor(message.id, revision)!.encode(value, room, 0);
      return { message, revision, body: Uint8Array.from(room.subarray(0, end)) };
    }),
  ).filter(({ body }) => body.length <= 1023);
}

/** Feeds a stream in chunks whose sizes follow from its octets. */
function inChunks(stream: Uint8Array, feed: (chunk: Uint8Array) => void): void {
  for (let at = 0; at < stream.length; ) {
    const size = 1 + (stream[at]! % 13) * (stream[at]! % 5);
    feed(Uint8Array.from(stream.subarray(at, at + size)));
    at += size;
  }
}

/** Puts the check code and the length right, so that what was changed inside is looked at. */
function mendFrame(input: Uint8Array): Uint8Array {
  const first = input.indexOf(FLAG);
  const last = input.lastIndexOf(FLAG);
  if (first === last || last - first < 14) return input;
  const packet = Uint8Array.from(input.subarray(first + 1, last - 1));
  const header = ((packet[2]! & 0x40) === 0 ? 12 : 17) + ((packet[2]! & 0x20) === 0 ? 0 : 4);
  const size = Math.max(0, Math.min(1023, packet.length - header));
  packet[2] = (packet[2]! & 0xfc) | (size >> 8);
  packet[3] = size & 0xff;
  const octets = [...packet, checkOf(packet, 0, packet.length)];
  const escaped = octets.flatMap((octet) => (octet === FLAG ? [0x7d, 2] : octet === 0x7d ? [0x7d, 1] : [octet]));
  return Uint8Array.from([...input.subarray(0, first + 1), ...escaped, FLAG]);
}

const frameSeeds = (): Uint8Array[] => [
  ...vectorOctets('jt808', '7e'),
  ...examples().map(({ message, revision, body }) =>
    encodeFrame({ id: message.id, revision, phone: '13912345678', serial: 1, body }),
  ),
];

/** Whole streams: framing, headers, every decoder, JSON; however they were cut. */
const FRAMES: Target = {
  name: 'frames',
  seeds: frameSeeds,
  mend: mendFrame,
  run(stream) {
    const found = decodeFrames(stream).map((one) => describeMessage(one));
    within('JSON', JSON.stringify(found).length, GROWTH * stream.length + ALWAYS);
    const deframer = new Deframer();
    const whole: string[] = [];
    const cut: string[] = [];
    const sinkOf = (into: string[]): Parameters<Deframer['feed']>[1] => ({
      packet: (b, start, end) => void into.push(formatHex(b, start, end)),
      fault() {},
    });
    const once = new Deframer();
    once.feed(stream, sinkOf(whole));
    once.end(sinkOf(whole));
    inChunks(stream, (chunk) => {
      deframer.feed(chunk, sinkOf(cut));
      within('octets kept', deframer.kept, MAX_FRAME);
    });
    deframer.end(sinkOf(cut));
    same('packets of a stream in chunks', cut, whole);
  },
};

/** Quirks of single values: those of an entry that was then given up are said by one reading and not by the other. */
const OF_VALUES = new Set(['signed-coordinate', 'sign-magnitude', 'time-unit', 'text']);
const lasting = (quirks: readonly string[]): string[] => quirks.filter((name) => !OF_VALUES.has(name));

/** Explaining says of a frame what decoding says. */
const EXPLAIN: Target = {
  name: 'explain',
  seeds: frameSeeds,
  mend: mendFrame,
  run(stream) {
    const explained = explainFrames(stream);
    const decoded = decodeFrames(stream).map((one) => describeMessage(one));
    same(
      'what is explained',
      explained.map(({ ok, reason, quirks }) => [ok, reason, ok ? lasting(quirks) : []]),
      decoded.map((one) => [one.ok, one.ok ? undefined : one.reason, one.ok ? lasting(one.quirks) : []]),
    );
    for (const { start, end, fields } of explained)
      for (const field of fields)
        if (field.start < start || field.end > end || field.start > field.end)
          throw new Violation(`span of ${field.path}: outside`);
  },
};

/** One body: both readings, JSON and back, octets and back. The first three octets say which message, by its id, and which revision. */
const BODIES: Target = {
  name: 'bodies',
  seeds: () =>
    examples().map(({ message, revision, body }) =>
      Uint8Array.of(message.id >> 8, message.id, REVISIONS.indexOf(revision), ...body),
    ),
  run(input) {
    const id = ((input[0] ?? 0) << 8) | (input[1] ?? 0);
    const message = messageById(id) ?? MESSAGES[id % MESSAGES.length]!;
    const revision = REVISIONS[(input[2] ?? 0) % REVISIONS.length]!;
    const body = Uint8Array.from(input.subarray(3));
    const codec = codecFor(message.id, revision)!;
    const quirks = new Set<string>();
    const value = coded(
      () => codec.decode(body, 0, body.length, { quirk: (name) => void quirks.add(name) }),
      'TRUNCATED',
    );
    const others = new Set<string>();
    const walked = coded(
      () => interpret(message, revision).decode(body, 0, body.length, { quirk: (name) => void others.add(name) }),
      'TRUNCATED',
    );
    same('whether it can be read', walked === undefined, value === undefined);
    if (value === undefined || walked === undefined) return;
    const json = toJson(message, revision, value as never);
    same('quirks of the two readings', lasting([...others]).toSorted(), lasting([...quirks]).toSorted());
    same('the two readings', toJson(message, revision, walked as never), json);
    const text = JSON.stringify(json);
    within('JSON', text.length, GROWTH * body.length + ALWAYS);
    // A negative coordinate sets its hemisphere bit, which it came without, or which stands for another one's sign too.
    if (quirks.has('signed-coordinate')) return;
    const back = fromJson(message, revision, JSON.parse(text));
    const room = new Uint8Array(GROWTH * body.length + ALWAYS);
    // Characters that the set does not have, and fields that are due, are borne in reading and not in writing.
    const borne = quirks.has('text') ? 'TEXT' : quirks.has('length') ? 'SHAPE' : 'none';
    const end = coded(() => codec.encode(back, room, 0), borne);
    if (end === undefined) return;
    within('octets written', end, 2 * body.length + 1024);
    // A count that was wrong is put right, and then the octets may be those of another layout.
    if (quirks.has('count')) return;
    const again = codec.decode(room, 0, end, { quirk() {} });
    same('what was written', toJson(message, revision, again as never), json);
  },
};

/** What `read` gives; undefined where it throws a ProtocolError of `code`, which is how it says no. */
function coded<T>(read: () => T, code: string): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError && error.code === code) return undefined;
    throw error;
  }
}

/** Messages as JSON, and octets that are none. */
const JSON_TEXT: Target = {
  name: 'json',
  seeds: () =>
    frameSeeds()
      .flatMap((frame) => decodeFrames(frame).map((one) => describeMessage(one)))
      .filter(({ ok }) => ok)
      .map((one) => new TextEncoder().encode(JSON.stringify(one)))
      .filter(({ length }) => length < 2000),
  run(input) {
    let json: unknown;
    try {
      json = JSON.parse(new TextDecoder().decode(input));
    } catch {
      return;
    }
    try {
      for (const frame of encodeMessageJson(json)) within('octets of a frame', frame.length, MAX_FRAME);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  },
};

/** The form of EMQX and back. */
const EMQX: Target = {
  name: 'emqx',
  seeds: frameSeeds,
  mend: mendFrame,
  run(stream) {
    for (const message of decodeEmqxHex(formatHex(stream))) {
      if ('fault' in message) continue;
      const text = JSON.stringify(message);
      within('JSON', text.length, GROWTH * stream.length + ALWAYS);
      let frames: Uint8Array[];
      try {
        frames = encodeEmqx(JSON.parse(text));
      } catch (error) {
        if (error instanceof ProtocolError) continue;
        throw error;
      }
      for (const frame of frames) toEmqx(frame, 1, frame.length - 2);
    }
  },
};

/** Receivers and RDSS machines: lines, and streams however they were cut. */
const BEIDOU: Target = {
  name: 'beidou',
  seeds: () => [
    ...vectors()
      .filter(({ text }) => text !== undefined)
      .map(({ text }) => Uint8Array.from(Buffer.from(text!, 'latin1'))),
    ...vectorOctets('rdss', '24'),
  ],
  run(input) {
    const line = latin1Text(input, 0, input.length);
    within('JSON', JSON.stringify(describeSentenceLine(line)).length, GROWTH * input.length + ALWAYS);
    within('JSON', JSON.stringify(describeRdssLine(formatHex(input))).length, GROWTH * input.length + ALWAYS);
    split('sentences and frames', input, () => {
      const splitter = new BeidouSplitter();
      const found: string[] = [];
      const keep = (b: Uint8Array, start: number, end: number): void => void found.push(formatHex(b, start, end));
      const sink = { sentence: keep, frame: keep, fault() {} };
      return { found, feed: (chunk) => splitter.feed(chunk, sink), end: () => splitter.end(sink) };
    });
  },
};

/** Between platforms. */
const JT809: Target = {
  name: 'jt809',
  seeds: () => vectorOctets('jt809', '5b'),
  run(input) {
    const found = decodeJt809Hex(formatHex(input)).map((one) => describeJt809(one));
    within('JSON', JSON.stringify(found).length, GROWTH * input.length + ALWAYS);
  },
};

/** The streams of media and of attachments. */
const STREAMS: Target = {
  name: 'streams',
  seeds: () => [...vectorOctets('jt1078', '30'), ...vectorOctets('sbiao', ''), ...frameSeeds().slice(0, 20)],
  run(input) {
    split('media packets', input, () => {
      const splitter = new MediaSplitter();
      const found: string[] = [];
      const sink = {
        packet: (_: unknown, b: Uint8Array, start: number, end: number) => void found.push(formatHex(b, start, end)),
        noise() {},
      };
      return { found, feed: (chunk) => splitter.feed(chunk, sink), end() {} };
    });
    split('attachments', input, () => {
      const splitter = new AttachmentSplitter();
      const found: string[] = [];
      const sink: AttachmentSink = {
        packet: (b, start, end) => void found.push(`frame ${formatHex(b, start, end)}`),
        data(packet, offset, b, start, end) {
          for (let i = start; i < end; i++) found.push(`${packet.name} ${offset + i - start} ${b[i]}`);
        },
        fault() {},
      };
      return { found, feed: (chunk) => splitter.feed(chunk, sink), end() {} };
    });
  },
};

interface Split {
  readonly found: readonly string[];
  feed(chunk: Uint8Array): void;
  end(): void;
}

/** The same is found in a stream at once and in chunks. */
function split(what: string, stream: Uint8Array, make: () => Split): void {
  const once = make();
  once.feed(Uint8Array.from(stream));
  once.end();
  const cut = make();
  inChunks(stream, (chunk) => cut.feed(chunk));
  cut.end();
  same(`${what} of a stream in chunks`, cut.found, once.found);
}

export const TARGETS: readonly Target[] = [
  FRAMES,
  EXPLAIN,
  BODIES,
  JSON_TEXT,
  EMQX,
  BEIDOU,
  JT809,
  STREAMS,
  ...TERMINAL_TARGETS,
];
