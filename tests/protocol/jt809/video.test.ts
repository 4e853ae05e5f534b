import { expect, test } from 'vitest';
import { decodeJt809Hex, describeJt809 } from '../../../protocol/index.ts';
import { frameOf, hexOf, packetOf } from './frames.ts';

/** Data of a sub-type behind plate, colour, sub-type and length. */
function said(subType: number, data: string) {
  const head = Buffer.alloc(28);
  head.set(Buffer.from('d4c1413132333435', 'hex'), 0);
  head[21] = 2;
  head.writeUInt16BE(subType, 22);
  head.writeUInt32BE(data.length / 2, 24);
  const body = Uint8Array.from([...head, ...Buffer.from(data, 'hex')]);
  const [decoded] = decodeJt809Hex(hexOf(frameOf(packetOf(subType & 0xff00, body))));
  const described = describeJt809(decoded!);
  if (!described.ok) throw new Error(described.detail);
  return described;
}
const ascii = (text: string, size: number): string =>
  Buffer.from(text)
    .toString('hex')
    .padEnd(2 * size, '0');

test('a live stream is asked for and answered with where it is', () => {
  expect(said(0x9801, `0102${ascii('code', 64)}`)).toMatchObject({
    name: 'liveVideoRequest',
    plate: '粤A12345',
    body: { channel: 1, mediaType: 'video', accessCode: 'code' },
    quirks: [],
  });
  expect(said(0x1801, `00${ascii('127.0.0.1', 32)}0438`)).toMatchObject({
    name: 'liveVideoResponse',
    body: { result: 'success', server: '127.0.0.1', port: 1080 },
  });
});

test('a list of recordings has as many as it counts', () => {
  const one = '01 00000000699a8a00 00000000699a9810 00000000 00000100 00 01 01 00100000'.replaceAll(' ', '');
  expect(said(0x1902, `0000000002${one}${one}`)).toMatchObject({
    name: 'recordingListResponse',
    body: {
      result: 'success',
      recordings: [{ channel: 1, alarm: ['mainPowerOff'], stream: 'main', storage: 'main', size: 1_048_576 }, {}],
    },
    quirks: [],
  });
});

test('a request from another region carries where the vehicle came in', () => {
  const position = `00 130707e8 0c1e00 06cc33d3 016f8b13 003c 003c 00000001 002d 0005 00000003 00000000`.replaceAll(
    ' ',
    '',
  );
  const { body } = said(0x9a01, `01000101${'00'.repeat(16)}${ascii('code', 64)}${position}`);
  expect(body).toMatchObject({
    stream: 'main',
    storage: 'main',
    position: { speed: 60, direction: 45, state: ['acc', 'positioned'] },
  });
});
