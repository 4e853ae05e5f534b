/** Targets for what terminals do beyond one frame: makers' items, encrypted bodies, parts of messages. */
import {
  decodeFrames,
  describeMessage,
  encodeFrame,
  encodeMessageJson,
  formatHex,
  newHeader,
  parseHex,
  readHeader,
  readings,
  readJoinedHeader,
  readVendorItems,
  Reassembler,
  rsaBodyCipher,
  splitVendorItems,
  VENDOR_PROFILES,
} from '../../protocol/index.ts';
import type { Target } from './loop.ts';
import { same, Violation, within } from './violation.ts';

const GROWTH = 120;
const ALWAYS = 16_384;
const PROFILES = Object.values(VENDOR_PROFILES);

/** Items that the tables know, by profile. */
const KNOWN: readonly (readonly [profile: string, items: string])[] = [
  ['bsj', 'eb31000c00b28986049401208044782200060089fffffffe000600c5ffffffe7000b00d801cc0090050fec20c7000400b71d00'],
  ['bsj', '0601 50 eb08 01cc00262c01021f'],
  ['g10', '56020500 5d0b0101cc00262c04ba01021f 610204d2 f114 3839383630343138323331383730383530363230'],
  ['gps51', '51080134011a04f68010 f608 0860123456789012 fa0400000003 fb045f019a01'],
  ['jam-aware', 'e502007b e60102 e70101 e8023138 e90164 ea0101'],
  ['aovx', 'f606010300100 0fa f706 00000f3c025a f906 0044000c0019'],
  ['obd', '800a 00 8202007b 8301 32 8401 50 f30a 00030 20bb8 0009020078'],
  ['jimi', 'e807 0001 02 abcd 0002 00'],
  [
    'tracker',
    'ee06 1f2ee00f0a09 d51b 022002604323279593786160001220000012342795937861580012 e10c 01cc0000 1234 00005678 1f 00',
  ],
];

/** The first octet says which profile and which bits; the others are items, and the body of a maker's message. */
const VENDOR: Target = {
  name: 'vendor',
  seeds: () =>
    KNOWN.map(([name, items]) => {
      const place = PROFILES.findIndex((profile) => profile.name === name);
      return Uint8Array.of(place, ...(parseHex(items.replaceAll(' ', '')) ?? []));
    }),
  run(input) {
    const profile = PROFILES[(input[0] ?? 0) % PROFILES.length]!;
    const octets = Uint8Array.from(input.subarray(1));
    const items = narrow(octets);
    const words = { alarm: (input[0] ?? 0) << 8, status: 2 };
    const before = formatHex(octets);
    const found = readVendorItems(profile, items, words);
    within('values', JSON.stringify(found ?? {}).length, GROWTH * octets.length + ALWAYS);
    const said = readings({ ...words, items: { unknown: items } }, profile);
    if (found !== undefined) same('the two readings of signals', found.reading, said);
    const percent = said.backupPercent ?? 0;
    if (!(percent >= 0 && percent <= 100)) throw new Violation(`backup: ${percent} %`);
    const wide = splitVendorItems(octets, 0, octets.length) ?? [];
    within(
      'octets of wide items',
      wide.reduce((sum, { bytes }) => sum + bytes.length, 0),
      octets.length,
    );
    same('the octets', formatHex(octets), before);
    for (const message of profile.messages) throughJson(message.id, octets, profile.name);
  },
};

/** Items of the usual shape, as far as they go. */
function narrow(b: Uint8Array): { id: number; bytes: Uint8Array }[] {
  const items: { id: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at + 2 <= b.length && at + 2 + b[at + 1]! <= b.length; at += 2 + b[at + 1]!)
    items.push({ id: b[at]!, bytes: Uint8Array.from(b.subarray(at + 2, at + 2 + b[at + 1]!)) });
  return items;
}

/** A maker's message goes to JSON and back, and is then read as the same: times of no moment and terminators go. */
function throughJson(id: number, octets: Uint8Array, profile: string): void {
  const vendor = VENDOR_PROFILES[profile]!;
  const shownIn = (frame: Uint8Array) => decodeFrames(frame, { vendor }).map((one) => describeMessage(one))[0];
  const shown = shownIn(
    encodeFrame({ id, revision: 2013, phone: '13912345678', serial: 1, body: octets.subarray(0, 900) }),
  );
  if (shown?.ok !== true || shown.quirks.length > 0) return;
  const [again] = encodeMessageJson(JSON.parse(JSON.stringify(shown)));
  same(`what was written of ${shown.name}`, shownIn(again!), shown);
}

const BLOCK = 128;
const CLEAR = 117;

/** A stand-in for the two operations on a block: as long as they are, and as apt to refuse. */
const CIPHER = rsaBodyCipher({
  encrypt(clear) {
    const block = new Uint8Array(BLOCK);
    block[1] = clear.length;
    block.set(clear, BLOCK - clear.length);
    return block;
  },
  decrypt(block) {
    const size = block[1]!;
    return block[0] !== 0 || size > CLEAR ? undefined : block.slice(BLOCK - size);
  },
});

/** Encrypted bodies: the octets as a body in the clear, and as one that claims to be encrypted. */
const RSA: Target = {
  name: 'rsa',
  seeds: () => [new Uint8Array(0), new Uint8Array(CLEAR), new Uint8Array(CLEAR + 1).fill(7), ...encryptedSeeds()],
  run(input) {
    const header = newHeader();
    const encrypted = CIPHER.encrypt(input, header);
    within('octets encrypted', encrypted.length, BLOCK * Math.ceil(input.length / CLEAR));
    same('what was encrypted', formatHex(CIPHER.decrypt(encrypted, header) ?? new Uint8Array(1)), formatHex(input));
    const opened = CIPHER.decrypt(input, header);
    within('octets opened', opened?.length ?? 0, input.length);
    const body = input.subarray(0, 1023);
    const frame = encodeFrame({ id: 0x0200, revision: 2019, phone: '1', serial: 1, body, encryption: 1 });
    const [closed] = decodeFrames(frame).map((one) => describeMessage(one));
    same('what nobody can open', closed?.ok === false && closed.reason, 'encrypted');
    const open = decodeFrames(frame, { ciphers: { 1: CIPHER } }).map((one) => describeMessage(one));
    within('JSON', JSON.stringify(open).length, GROWTH * input.length + ALWAYS);
  },
};

function encryptedSeeds(): Uint8Array[] {
  const location = parseHex(`${'00'.repeat(22)}260101120000300118`)!;
  return [CIPHER.encrypt(location, newHeader())];
}

const MAX_BYTES = 8192;
const MAX_MESSAGES = 16;
const STEP = 4;

/** Parts in any order, four octets each: terminal and what happens, serial, total, number. */
const PARTS: Target = {
  name: 'parts',
  seeds: () => [
    Uint8Array.of(0, 1, 3, 1, 0, 2, 3, 2, 0, 3, 3, 3),
    Uint8Array.of(0, 3, 3, 3, 1, 1, 2, 1, 0, 1, 3, 1, 0x40, 0, 0, 0, 0, 2, 3, 2, 1, 2, 2, 2),
    Uint8Array.of(0x80, 1, 4, 1, 0x80, 2, 4, 2, 0xc0, 200, 0, 0, 0, 3, 4, 3, 0, 4, 4, 4),
  ],
  run(input) {
    const reassembler = new Reassembler({ maxBytes: MAX_BYTES, maxMessages: MAX_MESSAGES, maxParts: 32, asks: 2 });
    const header = newHeader();
    let now = 0;
    for (let at = 0; at + STEP <= input.length; at += STEP) {
      const [what, serial, total, number] = input.subarray(at, at + STEP) as unknown as [
        number,
        number,
        number,
        number,
      ];
      const terminal = String(what & 7);
      if ((what & 0xc0) === 0xc0) {
        now += 1000 * serial;
        for (const one of reassembler.expire(now)) if (one.kind === 'whole') whole(one.whole);
      } else if ((what & 0x40) !== 0) reassembler.returned(terminal, now);
      else {
        const part = { total: Math.max(2, total), number: Math.max(1, Math.min(number, Math.max(2, total))) };
        const body = new Uint8Array((what & 0x38) * 8).fill(number);
        const frame = encodeFrame({ id: 0x0801, revision: 2013, phone: terminal, serial, body, part });
        const b = Uint8Array.from(frame.subarray(1, -2)).filter((octet) => octet !== 0x7d);
        if (readHeader(b, 0, b.length, header) !== undefined) continue;
        const offer = reassembler.offer({ terminal, b, header }, now);
        if (typeof offer === 'object') whole(offer);
      }
      within('octets kept', reassembler.bytes, MAX_BYTES);
      within('messages kept', reassembler.messages, MAX_MESSAGES);
    }
  },
};

/** What was joined has a header that can be read, and no more octets than its parts had. */
function whole(joined: object): void {
  if (!('octets' in joined)) return;
  const { octets, parts } = joined as { octets: Uint8Array; parts: number };
  const header = newHeader();
  if (readJoinedHeader(octets, 0, octets.length, header) !== undefined) throw new Violation('joined: no header');
  within('octets joined', octets.length, 32 + 1023 * parts);
}

export const TERMINAL_TARGETS: readonly Target[] = [VENDOR, RSA, PARTS];
