/**
 * Decodes the test vectors and prints, by file, how many are read to their last octet, and every one that is not with
 * what was made of it; then how many of the facts that their sources assert about bodies of JT/T 808 stand there.
 *
 *     node bench/decode-vectors.ts [FOLDER]
 *
 * FOLDER holds JSON Lines in the form of `tests/vectors` (which is the default). Exit code 1 when a vector
 * that its source calls good is not read to its last octet and nothing explains why, or when a fact is another.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  decodeFrameHex,
  decodeJt809Hex,
  type DecodedMessage,
  describeJt809,
  describeRdssLine,
  describeSentenceLine,
  MediaSplitter,
  messageById,
  messageCodec,
  ProtocolError,
  quirkNames,
  QuirkSet,
  type RefusedMessage,
} from '../protocol/index.ts';
import { bodiesOf, KEPT_RAW } from '../tests/protocol/catalogue/bodies.ts';
import { compareFacts } from '../tests/protocol/catalogue/compare-facts.ts';
import { octetsOf, readVectors, type Vector } from '../tests/support/vectors.ts';
import { readFlags, refuse } from './flags/read-flags.ts';

const { operands } = readFlags(import.meta.filename, {}, true);
const folder = operands[0] ?? fileURLToPath(new URL('../tests/vectors', import.meta.url));
if (!existsSync(folder)) refuse(`${folder}: there is no such folder`);
const CIPHER = { m1: 56_107_078, ia1: 37_382_110, ic1: 50_361_430 };
/** Quirks by which octets are kept as they came instead of as fields. */
const RAW: ReadonlySet<string> = new Set(['trailing', 'count', 'broken-item', 'opaque']);

/** What became of a vector: `whole` is read to its last octet, `part` one part of several, `raw` kept in part as octets. */
type Fate = 'whole' | 'part' | 'raw' | 'refused';
interface Read {
  readonly fate: Fate;
  readonly why: string;
}

const read = (fate: Fate, why = ''): Read => ({ fate, why });
const ofQuirks = (quirks: readonly string[]): Read => {
  const raw = quirks.filter((name) => RAW.has(name));
  return raw.length === 0 ? read('whole') : read('raw', raw.join(', '));
};

function ofFrame(decoded: DecodedMessage | RefusedMessage): Read {
  if ('fault' in decoded) return read('refused', `${decoded.fault}: ${decoded.detail}`);
  if (decoded.header.total > 1) return read('part');
  if (decoded.message === undefined) return read('raw', 'an id of nobody that we know');
  return ofQuirks(quirkNames(decoded.quirks));
}

/** Why vectors are not read to their last octet, beside those of the tests; what none explains is a gap. */
const EXPLAINED: readonly (readonly [RegExp, string])[] = [
  [/^gojt-dump-8[01]00JT|^gojt-dump-8001JT/, 'a body that its source gives as empty'],
  [/^minmea-valid_sentences_nochecksum/, 'letters behind $, to try the framing alone: no sentence has such fields'],
  [/^sc-subiao-/, 'the length of the item says 32 octets; the alarm identification stands behind them'],
  [/^gojt-decode-04/, 'encrypted, with a key that nobody has'],
  [/^sc-core-(JT808_0x0304|Demo6|Demo8)/, 'an id that its user made up, with no word of what is in it'],
  [
    /JT808_0x(0201Test-Test4|0702Test-Test2013_1)$|_0xfb_Test-Deserialize1$|0x1001PackageTest-Test3-2$/,
    'its header counts other octets than there are',
  ],
];
const explained = (id: string): string | undefined =>
  KEPT_RAW[id] ?? EXPLAINED.find(([pattern]) => pattern.test(id))?.[1];

/** Several results on one line: the worst of them. */
function worst(all: readonly Read[]): Read {
  const order: readonly Fate[] = ['refused', 'raw', 'part', 'whole'];
  return (
    all.toSorted((a, b) => order.indexOf(a.fate) - order.indexOf(b.fate))[0] ?? read('refused', 'nothing is there')
  );
}

function ofBody(vector: Vector): Read {
  if ('part' in vector) return read('part');
  const id = Number(vector.msgId);
  const octets = octetsOf(vector);
  const message = messageById(id);
  const shown = message?.about.revisionOf?.(octets, 0, octets.length) ?? 2013;
  const codec = messageCodec(id, vector.version === '2019' ? 2019 : shown);
  if (codec === undefined) return read('raw', 'an id of nobody that we know');
  const quirks = new QuirkSet();
  try {
    codec.decode(octets, 0, octets.length, quirks);
  } catch (error) {
    if (error instanceof ProtocolError) return read('refused', error.message);
    throw error;
  }
  return ofQuirks(quirkNames(quirks.bits));
}

function ofStream(vector: Vector): Read {
  const octets = octetsOf(vector);
  let packets = 0;
  let noise = 0;
  const splitter = new MediaSplitter();
  splitter.feed(octets, { packet: () => void packets++, noise: (count) => void (noise += count) });
  const left = splitter.kept + noise;
  return packets > 0 && left === 0 ? read('whole') : read('refused', `${packets} packets, ${left} octets left`);
}

function fateOf(vector: Vector): Read {
  switch (vector.protocol) {
    case 'jt809':
      if (vector.kind === 'body') return read('part');
      return worst(
        decodeJt809Hex(vector.hex!, { cipher: CIPHER }).map((one) => {
          const said = describeJt809(one);
          return said.ok ? read('whole') : read('refused', `${said.reason}: ${said.detail}`);
        }),
      );
    case 'nmea': {
      const said = describeSentenceLine(vector.text!, { unchecked: vector.kind === 'sentence-nochecksum' });
      return said.ok ? read('whole') : read('refused', `${said.reason}: ${said.detail}`);
    }
    case 'rdss': {
      const line = vector.text ?? vector.hex!;
      const results = describeRdssLine(line, { unchecked: vector.kind === 'sentence-nochecksum' });
      return worst(
        results.map((said) => (said.ok ? read('whole') : read('refused', `${said.reason}: ${said.detail}`))),
      );
    }
    default:
      if (vector.protocol === 'jt1078') return ofStream(vector);
      return vector.kind === 'body' ? ofBody(vector) : worst(decodeFrameHex(vector.hex!).map(ofFrame));
  }
}

/** What a source says of a vector: good, bad, or a thing that is no message by itself. */
type Said = 'good' | 'bad' | 'other';
const saidOf = ({ kind, msgId, protocol }: Vector): Said => {
  if (kind === 'invalid') return 'bad';
  if (kind === 'escape' || kind === 'stream') return 'other';
  return kind === 'body' && (msgId === null || protocol === 'jt809') ? 'other' : 'good';
};

interface Row {
  vectors: number;
  good: number;
  whole: number;
  part: number;
  raw: number;
  refused: number;
  bad: number;
  /** Of the bad ones, those that are refused here too. */
  agreed: number;
}

const rows = new Map<string, Row>();
const misses: string[] = [];
const refused = new Set<string>();
let gaps = 0;
const all: Vector[] = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
  const row: Row = { vectors: 0, good: 0, whole: 0, part: 0, raw: 0, refused: 0, bad: 0, agreed: 0 };
  rows.set(file, row);
  for (const vector of readVectors(join(folder, file))) {
    all.push(vector);
    row.vectors++;
    const said = saidOf(vector);
    if (said === 'other') continue;
    const { fate, why } = fateOf(vector);
    if (fate === 'refused') refused.add(vector.id);
    if (said === 'bad') {
      row.bad++;
      if (fate === 'refused') row.agreed++;
      else misses.push(`read     ${vector.id}: ${vector.notes ?? 'bad by its source'}`);
      continue;
    }
    row.good++;
    row[fate]++;
    if (fate === 'whole' || fate === 'part') continue;
    const reason = explained(vector.id);
    if (reason === undefined) gaps++;
    misses.push(`${fate.padEnd(8)} ${vector.id}: ${reason ?? `NOT EXPLAINED: ${why}`}`);
  }
}

const total = [...rows.values()].reduce(
  (sum, row) => {
    for (const name of Object.keys(sum) as (keyof Row)[]) sum[name] += row[name];
    return sum;
  },
  { vectors: 0, good: 0, whole: 0, part: 0, raw: 0, refused: 0, bad: 0, agreed: 0 },
);
const columns = ['vectors', 'good', 'whole', 'part', 'raw', 'refused', 'bad', 'agreed'] as const;
const width = Math.max(...[...rows.keys()].map((name) => name.length));
console.log(`${''.padEnd(width)} ${columns.map((name) => name.padStart(8)).join('')}`);
for (const [name, row] of [...rows, ['all', total] as const])
  console.log(`${name.padEnd(width)} ${columns.map((column) => String(row[column]).padStart(8)).join('')}`);

const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(1)} %`;
console.log(
  `\nOf ${total.good} vectors that their sources call good, ${total.whole + total.part} (${percent(total.whole + total.part, total.good)}) are ` +
    `read to the last octet, ${total.part} of them as parts of a message; ${total.agreed} of ${total.bad} bad ones are refused.`,
);
const jt808 = all.filter(({ protocol, kind }) => protocol === 'jt808' && (kind === 'frame' || kind === 'body'));
const facts = compareFacts(bodiesOf(jt808).filter(({ vector }) => !refused.has(vector.id)));
console.log(
  `Facts about bodies of JT/T 808 under names that the table has: ${facts.asserted} asserted, ${facts.found} found (${percent(facts.found, facts.asserted)}), ` +
    `${facts.different.length} different, ${facts.symbols + facts.elsewhere} that octets do not hold; ` +
    `${[...facts.reasons.values()].reduce((sum, n) => sum + n, 0)} without a counterpart for a reason, ${facts.gaps.length} names without one.`,
);
for (const miss of [...misses, ...facts.different.map((one) => `fact     ${one}`)]) console.log(miss);
process.exitCode = gaps > 0 || facts.different.length > 0 ? 1 : 0;
