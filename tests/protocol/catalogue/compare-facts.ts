/** What other projects assert about bodies, compared with what stands in the octets by our fields. */
import { formatHex, IGNORE_QUIRKS, readGeneric, type Span } from '../../../protocol/index.ts';
import type { VectorBody } from './bodies.ts';
import { FACT_NAMES } from './fact-names.ts';

/** The header, the frame itself and what the source would answer, none of which is in the body. */
const NOT_BODY =
  /^(Header\.|\(|messageId|properties|protocolVersion|clientId|serialNo|verified|replyHex|repliesTo|decodeError|bodyError|_also|Version$|phone$|serial$|终端手机号|消息流水号|校验码|协议版本号)/;

/** What a span says in the words of a test: numbers as on the wire, digits, texts, octets as hex. */
function rawOf({ node, value, start, end }: Span, octets: Uint8Array): string {
  switch (node.kind) {
    case 'text':
      return (value as string).trim();
    case 'octets':
      return formatHex(value as Uint8Array);
    case 'bcd':
    case 'time':
      return formatHex(octets, start, end);
    case 'coordinate':
      return String(Math.round((value as number) * node.divisor));
    default: {
      // The span of an item begins with its id and length.
      const size = 'size' in node ? node.size : end - start;
      return String(octets.subarray(end - size, end).reduce((sum, octet) => sum * 256 + octet, 0));
    }
  }
}

/** Whether a fact is what stands there. Dates may be without time; names padded with zeros; octets marked as such. */
function says(raw: string, fact: unknown): boolean {
  const text = String(fact).replace(/^hex:/, '');
  // Most sources give the magnitude, and leave the hemisphere bits to their readers.
  if (text === raw || `-${text}` === raw) return true;
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number(text) === Number(raw);
  const digits = text.replace(/\D/g, '');
  if (/^20\d{12}$/.test(text)) return digits.slice(2) === raw;
  if (/^\d{4}-\d\d-\d\d/.test(text))
    return digits.length === 14 ? digits.slice(2) === raw : digits.slice(2) === raw.slice(0, 6);
  if (/^[\d:.]+$/.test(text) && text.includes(':')) return digits === raw.replace(/0(?=\d{3}$)/, '');
  return text.trim() === raw.replace(/^0+/, '') || text.replace(/^0+/, '') === raw.replace(/^0+/, '');
}

/** Facts that the octets do not hold, or that we keep as octets. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'gojt-parse-005 AuthCodeLen': '2013 has no length; their class has the field, empty',
  'gojt-parse-041 Flag': 'the test gives its bits one by one, and the octet as 0',
  'gojt-parse-043 Flag': 'the test gives its bits one by one, and the octet as 0',
  'sc-core-JT808_0x0608Test-Test_JT808_0X8604s_2 JT808_0x8604s[0].NightMaximumSpeed': 'not sent; their class says 0',
  'sc-core-JT808_0x8800Test-Test2013_2 Bodies.RetransmitPackageCount': 'not sent; their class says 0',
  'sc-core-JT808_0x8701Test-Test_Analyze Bodies.VehicleNo': 'kept as octets, see above',
  'sc-core-JT808_0x8701Test-Test_Analyze Bodies.VehicleType': 'kept as octets, see above',
  'sc-core-JT808_0x8701Test-Test_Analyze Bodies.Vin': 'kept as octets, see above',
};

/** Facts without a plain counterpart, by message and name: why. What none of these explains is a gap. */
const UNMAPPED: readonly (readonly [RegExp, string])[] = [
  [/^0x0[12]00 .*[\u4e00-\u9fff]/, 'a page of output about several frames, under the first of them'],
  [/^0x0704 ([\u4e00-\u9fff]|locationA|Time)/, 'about some item of the batch, it does not say which'],
  [/^0x0200 (Alarm|Flag|Pre|Deviation|RoadSign|T0x0200ExtensionSBBase)/, 'active safety: tested with those items'],
  [/^0x0200 (item0x|Temperatures|Humiditys|Custom|Unknown|Exception|Basic\w+\[0x07)/, 'items of makers: octets here'],
  [/^0x0201 WifiInfos/, 'items of makers: octets here'],
  [/^0x0200 Status\./, 'bits under names that say the opposite of ours as often as not'],
  [/^0x8(300|302) P0x/, 'bits of a test that sets them all, of a body without them'],
  [/^0x8105 .*CommandParameters/, 'parts of the text, which is split by splitControlParameters'],
  [/^0x8103 ParamList/, 'a parameter by its place in the list instead of its id'],
  [/^0x(0104|8103) (ParamList|parameters)$/, 'nested values as one text'],
  [/^0x0200 attributes$|(items|events|infos|contacts|location|message)$/, 'nested values as one text'],
  [/^0x8106 Area|^0x0001 Test$|^0x8900|^0x0900 \S*PassthroughContent$/, 'a user’s own body in these octets'],
  [/^0x(0005 AgainPackageData|8800 RetransmitPackageIds)$/, 'a list as octets'],
  [/^0x0901 UnCompressMessageLength$/, 'the length after unpacking'],
  [/^0x0705 dateTime$/, 'without its milliseconds'],
  [/ Bodies$/, 'says that the body is empty'],
];

/** What came of the comparison. */
export interface ComparedFacts {
  readonly asserted: number;
  /** Those that are what stands there. */
  readonly found: number;
  /** Names of another project's enumerations, and facts that the octets do not hold: not compared. */
  readonly symbols: number;
  readonly elsewhere: number;
  /** Facts without a plain counterpart, by why. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Names that nothing explains. */
  readonly gaps: readonly string[];
  /** Facts that are not what stands there. */
  readonly different: readonly string[];
}

/** Compares the facts of bodies of JT/T 808; the neighbours of the standard have tests of their own. */
export function compareFacts(bodies: readonly VectorBody[]): ComparedFacts {
  let found = 0;
  let asserted = 0;
  let symbols = 0;
  let elsewhere = 0;
  const unmapped = new Map<string, number>();
  const different: string[] = [];
  for (const { message, revision, octets, vector } of bodies) {
    const names = FACT_NAMES[vector.msgId!];
    if (names === undefined) continue;
    const { spans } = readGeneric(message, revision, octets, 0, octets.length, IGNORE_QUIRKS);
    const byPath = new Map(spans.map((span) => [span.path, span]));
    for (const [full, fact] of Object.entries(vector.expect)) {
      if (NOT_BODY.test(full)) continue;
      asserted++;
      const name = full.replace(/^Bodies\./, '').replace(/\.(ToString\(.*?\)|Trim\w+\(.*?\))/, '');
      const places = [...name.matchAll(/\[(\d+)\]/g)].map(([, at]) => at!);
      const own = Object.entries(names).flatMap(([path, theirs]) =>
        theirs.split(' ').includes(name.replace(/\[\d+\]/g, '[]')) ? [path] : [],
      );
      let place = 0;
      const paths = own.map((path) => {
        place = 0;
        return path.replace(/\[\]/g, () => `[${places[place++]}]`);
      });
      // A name of theirs may stand for one of several fields of ours: that which is there.
      const path = paths.find((one) => byPath.has(one)) ?? paths[0];
      const symbolic = typeof fact === 'string' && /^(Enums\.)?JT808\w*\./.test(fact);
      const key = `${vector.msgId} ${name.replace(/\[\d+\]/g, '[]')}`;
      if (symbolic) {
        symbols++;
        continue;
      }
      if (path === undefined) {
        unmapped.set(key, (unmapped.get(key) ?? 0) + 1);
        continue;
      }
      const span = byPath.get(path);
      const list = Array.isArray(fact)
        ? fact.every((one, i) => says(rawOf(byPath.get(`${path}[${i}]`)!, octets), one))
        : undefined;
      const absent = span === undefined && (fact === null || fact === '');
      const right = list ?? (absent || (span !== undefined && says(rawOf(span, octets), fact)));
      const fullKey = `${vector.id} ${full}`;
      if (right) found++;
      else if (fullKey in ELSEWHERE) elsewhere++;
      else different.push(`${fullKey}: ${String(fact)}, not ${span === undefined ? 'there' : rawOf(span, octets)}`);
    }
  }
  const reasons = new Map<string, number>();
  const gaps: string[] = [];
  for (const [key, n] of unmapped) {
    const reason = UNMAPPED.find(([pattern]) => pattern.test(key))?.[1];
    if (reason === undefined) gaps.push(key);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + n);
  }
  return { asserted, found, symbols, elsewhere, reasons, gaps, different };
}
