/** Frames and bodies of other projects: read to the last octet, written back, and saying what those projects say. */
import { expect, it } from 'vitest';
import { codecFor, fromJson, messageById, toJson } from '../../../protocol/index.ts';
import { vectors } from '../../support/vectors.ts';
import { encode } from '../schema/arbitrary.ts';
import { KEPT_RAW, type VectorBody, vectorBodies } from './bodies.ts';
import { compareFacts } from './compare-facts.ts';

/** Bodies that their sources give as empty, which no receiver could use. */
const EMPTY = [
  'gojt-dump-8001JT2011-02',
  'gojt-dump-8001JT2013-02',
  'gojt-dump-8001JT2019-02',
  'gojt-dump-8100JT2011-02',
  'gojt-dump-8100JT2013-02',
];
/** Bodies that are written back in other octets: texts without their padding, signs and times in their proper form. */
const REWRITTEN: Readonly<Record<string, string>> = {
  'mingkid-0100-1': 'the plate is two NUL instead of no octets',
  'sc-core-JT808_0x0702Test-Test4_1': 'texts of their own length are padded with NUL',
  'yzh-jt808-063': 'the number is padded with NUL',
};

const all = vectorBodies();
const whole = all.filter(({ vector }) => !EMPTY.includes(vector.id));

const decode = ({ message, revision, octets }: VectorBody, quirk: (name: string) => void = () => {}): unknown =>
  codecFor(message.id, revision)!.decode(octets, 0, octets.length, { quirk });

it('refuses the bodies that are empty, as truncated', () => {
  const empty = all.filter(({ vector }) => EMPTY.includes(vector.id));
  expect(empty).toHaveLength(EMPTY.length);
  for (const one of empty) expect(() => decode(one), one.vector.id).toThrow(/needs \d octets, 0 left/);
});

it('reads every other body to its last octet, or says which are kept raw and why', () => {
  const raw = new Set<string>();
  for (const one of whole) {
    decode(one, (name) => {
      if (['trailing', 'count', 'broken-item', 'opaque'].includes(name)) raw.add(one.vector.id);
    });
  }
  expect([...raw].toSorted()).toEqual(Object.keys(KEPT_RAW).toSorted());
  const frames = vectors({ protocol: 'jt808', kind: ['frame', 'body', 'tolerate'] });
  const foreign = frames.filter(({ msgId }) => msgId !== null && messageById(Number(msgId)) === undefined);
  console.log(
    `${frames.length} vectors: ${whole.length} whole bodies of known messages, ${whole.length - raw.size} of them read to the last octet as fields, ` +
      `${raw.size} with octets kept raw, ${foreign.length} of other ids, the rest parts, fragments and broken headers`,
  );
  expect(whole.length).toBeGreaterThan(330);
});

it('loses no octet of any other body, through the value and through JSON', () => {
  for (const one of whole) {
    const { message, revision, octets, vector } = one;
    const codec = codecFor(message.id, revision)!;
    const quirks: string[] = [];
    const value = decode(one, (name) => quirks.push(name));
    const json: unknown = JSON.parse(JSON.stringify(toJson(message, revision, value as never)));
    const back = encode(codec, fromJson(message, revision, json));
    expect(back, vector.id).toEqual(encode(codec, value));
    if (quirks.includes('signed-coordinate') || vector.id in REWRITTEN) continue;
    // Named items are written in the order of their table: the same octets, in another order.
    expect(back.toSorted(), vector.id).toEqual(octets.toSorted());
  }
});

it('finds the facts that the sources assert', () => {
  const { asserted, found, symbols, elsewhere, reasons, gaps, different } = compareFacts(whole);
  console.log(
    [
      `${asserted} facts about bodies of JT/T 808, ${found} found (${Math.round((100 * found) / asserted)} %); not compared:`,
      `  ${symbols} names of another project's enumerations`,
      `  ${elsewhere} facts that the octets do not hold`,
      ...[...reasons].map(([reason, n]) => `  ${n} ${reason}`),
    ].join('\n'),
  );
  expect(different).toEqual([]);
  expect(gaps).toEqual([]);
  expect(found).toBeGreaterThan(880);
});
