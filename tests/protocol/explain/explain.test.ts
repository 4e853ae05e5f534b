import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CATALOGUE,
  codecFor,
  decodeFrameHex,
  describeMessage,
  encodeFrame,
  type ExplainedField,
  type Explanation,
  explainFrameHex,
  formatHex,
  type Message,
  REVISIONS,
  sample,
  seededRandom,
} from '../../../protocol/index.ts';
import { vectors } from '../../support/vectors.ts';

/** The only explanation of a line. */
function only(line: string): Explanation {
  const all = explainFrameHex(line)!;
  expect(all).toHaveLength(1);
  return all[0]!;
}

function field(explanation: Explanation, path: string): ExplainedField {
  const found = explanation.fields.find((one) => one.path === path);
  if (found === undefined) throw new Error(`no ${path} among ${explanation.fields.map((one) => one.path).join(' ')}`);
  return found;
}

/** A 0x0200 of 2013 with mileage, whose serial holds an escape and which a maker's item follows. */
const REPORT =
  '7e 0200 0026 013912345678 7d02 01' +
  '00000100 00000003 01db0632 073d5f1d 0014 0396 0167 261121103006' +
  '01 04 00295ab9 e4 02 0064 5c 7e';

describe('an explanation', () => {
  const report = only(REPORT);

  test('says where each field stands, escapes included', () => {
    expect(field(report, 'header.serial')).toMatchObject({ start: 11, end: 14, hex: '7d0201', value: 0x7e01 });
    expect(field(report, 'body.alarm')).toMatchObject({ start: 14, end: 18, value: ['mainPowerOff'], zh: '报警标志' });
    expect(field(report, 'body.latitude')).toMatchObject({ hex: '01db0632', value: 31.131186, unit: 'deg' });
    expect(field(report, 'body.speed')).toMatchObject({ value: 91.8, unit: 'km/h' });
    expect(field(report, 'body.items.mileage')).toMatchObject({ start: 42, end: 48, value: 271_020.1, unit: 'km' });
    expect(field(report, 'body.items.mileage#id')).toMatchObject({ start: 42, end: 43, value: '0x01', depth: 3 });
    expect(field(report, 'body.items.unknown')).toMatchObject({ hex: 'e4020064', value: '0064' });
    expect(field(report, 'check')).toMatchObject({ start: 52, end: 53 });
    expect(report.fields.at(-1)).toMatchObject({ path: 'flag', start: 53, end: 54 });
  });

  test('takes the header apart to the bit', () => {
    expect(field(report, 'header.id')).toMatchObject({ value: '0x0200', en: 'locationReport' });
    expect(field(report, 'header.properties.length')).toMatchObject({ bits: [0, 9], value: 38, start: 3, end: 5 });
    expect(field(report, 'header.properties.encryption')).toMatchObject({ bits: [10, 12], value: 'none' });
    expect(field(report, 'header.phone').value).toBe('013912345678');
  });

  test('of a frame of 2019 has its version and its phone of ten octets', () => {
    const frame = encodeFrame({
      id: 2,
      revision: 2019,
      phone: '13912345678',
      serial: 1,
      body: new Uint8Array(),
    });
    const explained = only(formatHex(frame));
    expect(explained.revision).toBe(2019);
    expect(field(explained, 'header.version')).toMatchObject({ start: 5, end: 6, value: 1 });
    expect(field(explained, 'header.phone').end).toBe(16);
  });

  test('of a part says which one and leaves its octets alone', () => {
    const part = { total: 2, number: 1 };
    const body = Uint8Array.of(1, 2, 3);
    const explained = only(formatHex(encodeFrame({ id: 0x0801, revision: 2013, phone: '1', serial: 1, body, part })));
    expect(field(explained, 'header.number').value).toBe(1);
    expect(field(explained, 'body')).toMatchObject({
      value: { hex: '010203' },
      en: expect.stringContaining('part 1 of 2'),
    });
  });
});

describe('a fault', () => {
  test('of the check is shown beside it, and the rest explained', () => {
    const explained = only('7e0002000001391234567800098f7e');
    expect(explained).toMatchObject({ ok: false, reason: 'checksum', detail: 'check code 0x8f, expected 0x3b' });
    expect(field(explained, 'check').fault).toBe('expected 0x3b');
    expect(field(explained, 'header.phone').value).toBe('013912345678');
  });

  test('of the length is shown at its bits', () => {
    const explained = only('7e00020001013912345678000900');
    expect(explained.ok).toBe(false);
    const short = only('7e 0002 0001 013912345678 0009 3a 7e');
    expect(short.reason).toBe('length');
    expect(field(short, 'header.properties.length').fault).toBe('the header declares 1 octets of body, there are 0');
  });

  test('in a body is shown where the octets end', () => {
    const body = Uint8Array.from([0, 9, 2]);
    const explained = only(formatHex(encodeFrame({ id: 1, revision: 2013, phone: '1', serial: 1, body })));
    expect(explained.reason).toBe('body');
    expect(field(explained, 'body.replySerial')).toMatchObject({ start: 13, end: 15, value: 9 });
    expect(field(explained, 'body.replyId')).toMatchObject({ start: 15, end: 16, fault: 'needs 2 octets, 1 left' });
  });

  test('of a header that ends too early is shown at the field that is cut', () => {
    const explained = only('7e 0002 0000 0139 3a 7e');
    expect(explained.reason).toBe('header');
    expect(field(explained, 'header.phone')).toMatchObject({ hex: '0139', fault: 'needs 6 octets, 2 left' });
  });

  test('in the escapes is named by its octets', () => {
    expect(only('7e 0002 0000 013912345678 7d09 3b 7e')).toMatchObject({
      reason: 'escape',
      detail: 'the octet 7d is followed by 09',
    });
  });

  test('that is no hex has no explanation', () => {
    expect(explainFrameHex('xyz')).toBeUndefined();
    expect(explainFrameHex('')).toEqual([]);
  });
});

type Verdict = Pick<Explanation, 'ok' | 'id' | 'revision' | 'reason' | 'detail' | 'quirks'>;

/** What two readers of one line have to say alike. Where a body ends too early, explaining is the more exact one. */
function verdict({ ok, id, revision, reason, detail, quirks }: Verdict): unknown {
  return ok ? { id, revision, quirks } : { reason, detail: reason === 'body' ? '' : detail };
}
const verdictsOf = (line: string): unknown =>
  decodeFrameHex(line).map((one) => verdict(describeMessage(one) as unknown as Verdict));
const explainedVerdicts = (line: string): unknown => explainFrameHex(line)!.map(verdict);

/** Every octet lies in exactly one of the outermost fields. */
function coversOnce({ start, end, fields }: Explanation): void {
  let at = start;
  for (const one of fields.filter(({ depth }) => depth === 0)) {
    expect([one.path, one.start]).toEqual([one.path, at]);
    at = one.end;
  }
  expect(at).toBe(end);
  for (const one of fields) expect(one.start >= start && one.end <= end && one.start <= one.end, one.path).toBe(true);
}

describe('explaining agrees with decoding', () => {
  const frames = vectors().filter(({ protocol, hex }) => protocol === 'jt808' && hex?.startsWith('7e') === true);

  test('on every frame of the vectors', () => {
    expect(frames.length).toBeGreaterThan(200);
    for (const { hex } of frames) {
      expect(explainedVerdicts(hex!)).toEqual(verdictsOf(hex!));
      for (const one of explainFrameHex(hex!)!) coversOnce(one);
    }
  });

  test('on every message, damaged or not', () => {
    const cases = (CATALOGUE as readonly Message[]).flatMap((message) =>
      REVISIONS.map((revision) => ({ message, revision })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.nat(),
        fc.nat(),
        fc.option(fc.nat(255)),
        ({ message, revision }, seed, at, octet) => {
          const room = new Uint8Array(4096);
          const end = codecFor(message.id, revision)!.encode(
            sample(message, revision, seededRandom(String(seed))),
            room,
            0,
          );
          fc.pre(end <= 1023);
          const frame = encodeFrame({
            id: message.id,
            revision,
            phone: '1',
            serial: seed & 0xffff,
            body: room.subarray(0, end),
          });
          if (octet !== null) frame[1 + (at % (frame.length - 2))] = octet;
          const line = formatHex(frame);
          expect(explainedVerdicts(line)).toEqual(verdictsOf(line));
          for (const one of explainFrameHex(line)!) coversOnce(one);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('gives each leaf of a body the value that decoding gives', () => {
    let compared = 0;
    for (const { hex } of frames) {
      const [decoded, ...others] = decodeFrameHex(hex!).map((one) => describeMessage(one));
      const [explained] = explainFrameHex(hex!)!;
      if (decoded?.ok !== true || others.length > 0 || decoded.quirks.length > 0) continue;
      for (const [name, value] of Object.entries(decoded.body as object)) {
        const one = explained!.fields.find(({ path }) => path === `body.${name}`);
        if (one?.value === undefined) continue;
        expect([name, one.value]).toEqual([name, value]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });
});
