/** Files of terminals by HTTP: lists, whole files, ranges, and what is not handed out. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLibrary } from '../../../gateway/media/library.ts';
import { type Running, serve, terminal } from './fake-gateway.ts';

const PICTURE = 'media/13800000001/2026-02-27/7-0123456789abcdef.jpg';
const PHOTO = 'attachments/13800000001/20240307150723-0-ALARM-0001/00_64_6401_0_A.jpg';
const CONTENT = Buffer.from(Array.from({ length: 1000 }, (_, i) => i & 0xff));

let data: string;
let running: Running;
let looks: { who: string; what: string; subject: string }[];

beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'xingji-library-'));
  const files = [
    PICTURE,
    'media/13800000001/2026-02-27/8-0123456789abcdef.wav',
    'media/13800000001/2026-02-28/9-0123456789abcdef.wmv',
    'media/13800000001/2026-02-28/9-0123456789abcdef.jpg.1.part',
    'media/13800000003/2026-02-27/1-0123456789abcdef.jpg',
    PHOTO,
    'attachments/13800000001/20240307150723-0-ALARM-0001/alarm.json',
    'attachments/13800000001/20240307150723-0-ALARM-0001/.b.jpg.part',
    'accounts.json',
  ];
  for (const file of files) {
    mkdirSync(join(data, dirname(file)), { recursive: true });
    writeFileSync(join(data, file), CONTENT);
  }
});
afterAll(() => rmSync(data, { recursive: true }));
beforeEach(async () => {
  looks = [];
  const looked = async (look: (typeof looks)[number]): Promise<void> => void looks.push(look);
  running = await serve({ library: openLibrary(data), looked });
  running.gateway.add(terminal('13800000001', '530102'), terminal('13800000003', '130102'));
});
afterEach(() => running.api.close());

const get = (path: string, headers: Record<string, string> = {}, as = 'root') =>
  running.ask(`/api/v1/${path}`, { as, headers });
const octets = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

describe('a list', () => {
  test('has the pictures of a terminal in their order, page by page, and nothing unfinished', async () => {
    const whole = (await (await get('media?terminal=013800000001')).json()) as { items: { path: string }[] };
    expect(whole).toMatchObject({
      items: [
        { path: PICTURE, terminal: '13800000001', date: '2026-02-27', multimediaId: 7, type: 'image', size: 1000 },
        { multimediaId: 8, type: 'audio' },
        { multimediaId: 9, type: 'video', date: '2026-02-28' },
      ],
      next: null,
    });
    const page = (await (await get('media?terminal=13800000001&limit=2')).json()) as { next: string };
    expect(page.next).toBe(whole.items[1]!.path);
    const rest = await (await get(`media?terminal=13800000001&cursor=${encodeURIComponent(page.next)}`)).json();
    expect(rest).toMatchObject({ items: [{ multimediaId: 9 }], next: null });
    expect(await (await get('media?terminal=13800000001&date=2026-02-28')).json()).toMatchObject({
      items: [{ multimediaId: 9 }],
    });
  });

  test('has the evidence of alarms', async () => {
    expect(await (await get('attachments?terminal=13800000001')).json()).toEqual({
      items: [
        { path: PHOTO, terminal: '13800000001', alarm: '20240307150723-0-ALARM-0001', type: 'image', size: 1000 },
      ],
      next: null,
    });
  });
});

describe('a file', () => {
  test('comes whole, to be saved and not shown, and the look is told to the trail', async () => {
    for (const path of [PICTURE, PHOTO]) {
      const response = await get(path);
      expect([response.status, response.headers.get('content-type'), response.headers.get('accept-ranges')]).toEqual([
        200,
        'image/jpeg',
        'bytes',
      ]);
      expect(response.headers.get('content-disposition')).toMatch(/^attachment;/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await octets(response)).equals(CONTENT)).toBe(true);
    }
    expect(looks).toEqual([
      { who: 'root', what: 'media.read', subject: PICTURE },
      { who: 'root', what: 'media.read', subject: PHOTO },
    ]);
  });

  test('is not sent again to who has it', async () => {
    const etag = (await get(PICTURE)).headers.get('etag')!;
    const response = await get(PICTURE, { 'if-none-match': etag });
    expect([response.status, (await octets(response)).length]).toEqual([304, 0]);
  });

  test.each<[string, number, number]>([
    ['bytes=0-99', 0, 99],
    ['bytes=990-', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=500-5000', 500, 999],
  ])('comes in part: %s', async (range, start, end) => {
    const response = await get(PICTURE, { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/1000`]);
    expect((await octets(response)).equals(CONTENT.subarray(start, end + 1))).toBe(true);
  });

  test.each(['bytes=0-1,5-6', 'octets=0-1', 'bytes=9-1', 'bytes=-'])(
    'comes whole where the range is %s',
    async (range) => {
      const response = await get(PICTURE, { range });
      expect([response.status, (await octets(response)).length]).toEqual([200, 1000]);
    },
  );

  test('of another version than the range is for comes whole', async () => {
    expect((await get(PICTURE, { range: 'bytes=0-1', 'if-range': '"old"' })).status).toBe(200);
  });

  test('has no octets beyond its end', async () => {
    const response = await get(PICTURE, { range: 'bytes=1000-' });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
    expect(await response.json()).toMatchObject({ code: 'range' });
  });
});

describe('what is not handed out', () => {
  test.each([
    ['a terminal of another division', 'kunming', 'media/13800000003/2026-02-27/1-0123456789abcdef.jpg', 404],
    ['a list of one', 'kunming', 'media?terminal=13800000003', 404],
    ['anything without the right', 'money', PICTURE, 403],
    ['anything without a token', 'nobody', PICTURE, 401],
    ['a file that is not there', 'root', PICTURE.replace('7-', '6-'), 404],
    ['what is unfinished', 'root', 'media/13800000001/2026-02-28/9-0123456789abcdef.jpg.1.part', 404],
    ['the index of an alarm', 'root', PHOTO.replace('00_64_6401_0_A.jpg', 'alarm.json'), 404],
    ['a hidden file', 'root', PHOTO.replace('00_64_6401_0_A.jpg', '.b.jpg.part'), 404],
    ['a path that climbs', 'root', 'attachments/13800000001/..%2F..%2F..%2F/accounts.json', 404],
    [
      'a name that climbs',
      'root',
      'attachments/13800000001/20240307150723-0-ALARM-0001/..%2F..%2F..%2Faccounts.json',
      404,
    ],
    ['a day that is none', 'root', 'media/13800000001/..%2F13800000003/1-0123456789abcdef.jpg', 404],
  ])('%s', async (_what, as, path, status) => {
    const response = await get(path, {}, as);
    expect(response.status).toBe(status);
    expect(looks).toEqual([]);
  });
});
