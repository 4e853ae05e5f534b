import { describe, expect, test } from 'vitest';
import {
  decodeSentenceLine,
  describeSentenceLine,
  encodeSentence,
  mixedText,
  ProtocolError,
  rdssCapacityBits,
  readContent,
  type SentenceBody,
  type SentenceKind,
} from '../../../../protocol/index.ts';

const line = (kind: SentenceKind, body: unknown): string =>
  Buffer.from(encodeSentence(kind, body as SentenceBody<SentenceKind>))
    .toString('latin1')
    .trim();

/** Made by the rules of the interface, with the value of each. */
const SENTENCES: readonly (readonly [SentenceKind, string, object])[] = [
  ['CCICA', '$CCICA,0,00*7B', { kind: 0, frame: '00' }],
  [
    'BDICI',
    '$BDICI,0012345,00054321,0000011,5,60,3,N,002*39',
    {
      card: '0012345',
      serialNumber: '00054321',
      broadcastAddress: '0000011',
      userClass: 5,
      serviceInterval: 60,
      level: 3,
      encrypted: false,
      subordinates: 2,
    },
  ],
  [
    'CCTXA',
    '$CCTXA,0179773,1,2,A4BBC6BBC6*07',
    {
      destination: '0179773',
      class: 'ordinary',
      form: 'mixed',
      content: { octets: Uint8Array.of(0xa4, 0xbb, 0xc6, 0xbb, 0xc6) },
    },
  ],
  [
    'CCTXA',
    '$CCTXA,0179773,0,0,\xb1\xb1\xb6\xb7*70',
    { destination: '0179773', class: 'fast', form: 'chinese', content: { text: '北斗' } },
  ],
  [
    'BDTXR',
    '$BDTXR,4,0179773,1,2337,12345*79',
    { kind: 'newestStored', sender: '0179773', form: 'code', time: '23:37', content: { digits: '12345' } },
  ],
  [
    'BDFKI',
    '$BDFKI,TXA,N,Y,0,0140*01',
    { command: 'TXA', executed: false, intervalKept: true, suppression: 'none', waitSeconds: 100 },
  ],
  [
    'BDFKI3',
    '$BDFKI,000000,TCQ,Y,5,0*74',
    { time: '00:00:00Z', command: 'TCQ', executed: true, reason: 'noCard', waitSeconds: 0 },
  ],
  [
    'BDBSI',
    '$BDBSI,01,03,3,2,2,0,3,0,0,3,0,0*5F',
    { responseBeam: 1, timeDifferenceBeam: 3, levels: [3, 2, 2, 0, 3, 0, 0, 3, 0, 0] },
  ],
  [
    'BDZTI',
    '$BDZTI,0,1,0,0,0,*70',
    { amplifierFault: false, encryptionFault: true, antennaFault: false, channelFault: false, others: ['0', ''] },
  ],
  ['CCRMO', '$CCRMO,,3,*4F', { mode: 'allOff' }],
  [
    'BDHZR',
    '$BDHZR,0179773,1,0930,0931*4A',
    { receiver: '0179773', count: 1, receipts: [{ sent: '0930', acknowledged: '0931' }] },
  ],
  [
    'CCTCQ',
    '$CCTCQ,0179773,1,1,2,313233,0*7B',
    { destination: '0179773', frequency: 1, confirm: false, form: 'code', content: { digits: '313233' }, interval: 0 },
  ],
  [
    'BDTCI',
    '$BDTCI,0179773,0166166,2,070723,3,0,A468656C6C6F*40',
    {
      sender: '0179773',
      receiver: '0166166',
      frequency: 2,
      time: '07:07:23Z',
      form: 'mixed',
      reserved: '0',
      content: { octets: Uint8Array.from(Buffer.from('a468656c6c6f', 'hex')) },
    },
  ],
  [
    'BDPWI',
    '$BDPWI,000000.00,01,3,40,41,01,51,40,33,0*64',
    { time: '00:00:00Z', beams2: [{ beam: 3, values: [40, 41] }], beams3: [{ beam: 51, values: [40, 33, 0] }] },
  ],
  [
    'BDWAA',
    '$BDWAA,0,,0166166,070723.00,2309.30979,N,11330.00659,E,45,M*0F',
    { kind: '0', card: '0166166', time: '07:07:23Z', latitude: 23.155163167, longitude: 113.500109833, altitude: 45 },
  ],
];

describe('text of user machines', () => {
  test.each(SENTENCES)('%s is read and written: %s', (kind, text, body) => {
    const decoded = decodeSentenceLine(text);
    expect(decoded).toMatchObject({ kind, body });
    if ('fault' in decoded) return;
    expect(decoded.body).toEqual(body);
    expect(decodeSentenceLine(line(kind, body))).toEqual(decoded);
  });

  test('is written as it was read where machines agree on every field', () => {
    const exact = SENTENCES.filter(([kind]) => !['BDZTI'].includes(kind));
    expect(exact.map(([kind, , body]) => line(kind, body))).toEqual(exact.map(([, text]) => text));
  });

  test('knows a machine without a card, and a number however it is printed', () => {
    expect(describeSentenceLine('$BDICI,2097151,00000000,2097151,0,9999.0,0,N,0*25')).toMatchObject({
      body: { cardPresent: false, serviceInterval: 9999 },
    });
    const sender = (digits: string): unknown => decodeSentenceLine(line('BDTXR', { sender: digits, form: 'code' }));
    for (const digits of ['195817', '0195817', '00195817'])
      expect(sender(digits)).toMatchObject({ body: { sender: '0195817' } });
  });

  test('keeps content that is not of its form', () => {
    expect(decodeSentenceLine(line('BDTXR', { sender: '1', form: 'mixed', content: { raw: 'A4xyz' } }))).toMatchObject({
      body: { form: 'mixed', content: { raw: 'A4xyz' } },
    });
  });

  test('reads a log that was saved as UTF-8', () => {
    const utf8 = Buffer.from('$CCTXA,0179773,0,0,北斗*70').toString('latin1');
    expect(decodeSentenceLine(utf8)).toMatchObject({ body: { content: { text: '北斗' } } });
    expect(decodeSentenceLine(Buffer.from('$CCTXA,0179773,0,0,北斗*00').toString('latin1'))).toMatchObject({
      fault: 'checksum',
    });
  });

  test('refuses to write the order that destroys a card', () => {
    expect(() => line('CCZHS', { fields: ['AA5555AA'] })).toThrow(ProtocolError);
    expect(decodeSentenceLine('$CCZHS,AA5555AA*6D')).toMatchObject({ kind: 'CCZHS' });
  });
});

describe('content', () => {
  test('of any form is read as text where it is text', () => {
    expect(readContent(mixedText('车辆1'))).toEqual({ text: '车辆1' });
    expect(readContent({ digits: 'A468656C6C6F' })).toEqual({ text: 'hello' });
    expect(readContent({ octets: Uint8Array.of(0xb1, 0xb1, 0xb6, 0xb7) })).toEqual({ text: '北斗' });
    expect(readContent({ octets: Uint8Array.of(0xa4, 0x00, 0x41) })).toEqual({});
    expect(readContent({ digits: '13800138000' })).toEqual({});
    expect(() => mixedText('🚚')).toThrow(ProtocolError);
  });

  test('has room by the level of the card', () => {
    expect([1, 2, 3, 4].map((level) => rdssCapacityBits(level))).toEqual([110, 408, 628, 848]);
    expect(rdssCapacityBits(4, true)).toBe(1680);
    expect(rdssCapacityBits(5)).toBeUndefined();
    // 77 octets behind the A4, as is commonly said.
    expect(Math.floor(rdssCapacityBits(3)! / 8) - 1).toBe(77);
  });
});
