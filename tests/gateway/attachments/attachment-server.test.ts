/** The server for evidence, over real sockets and a real disk. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AttachmentHost,
  type AttachmentOptions,
  openAttachmentServer,
} from '../../../gateway/attachments/attachment-server.ts';
import type { StoredFile } from '../../../gateway/attachments/evidence.ts';
import { listenTcp } from '../../../gateway/intake/tcp.ts';
import { processClock } from '../../../gateway/process-clock.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { ALARM, ALARM_TIME, EvidenceTerminal, type File, fileOf, sha256 } from './terminal.ts';

let folder: string;
let stop: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xingji-evidence-'));
});
afterEach(async () => {
  for (const step of stop.toReversed()) await step();
  stop = [];
  rmSync(folder, { recursive: true });
});

interface Served {
  readonly port: number;
  readonly stored: StoredFile[];
  readonly failures: unknown[];
  readonly used: () => number;
  close(): Promise<void>;
}

async function serve(options: Partial<AttachmentOptions> = {}, host: Partial<AttachmentHost> = {}): Promise<Served> {
  const stored: StoredFile[] = [];
  const failures: unknown[] = [];
  const server = await openAttachmentServer(
    {
      folder,
      maxFiles: 8,
      maxFileSize: 8 << 20,
      maxTotalSize: 64 << 20,
      retainMs: 86_400_000,
      maxConnections: 8,
      idleTimeoutMs: 60_000,
      ...options,
    },
    {
      clock: processClock,
      admit: () => 'keep',
      stored: async (_, file) => void stored.push(file),
      failed: (error) => void failures.push(error),
      ...host,
    },
  );
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 }, (link) => server.accept(link));
  const close = async (): Promise<void> => {
    const closed = listener.close();
    await server.close();
    await closed;
  };
  stop.push(close);
  return { port: listener.port, stored, failures, used: () => server.used, close };
}

const HOME = join('13800138000', '20240307150723-0-ALARM-0001');
const read = (name: string, home = HOME): Buffer => readFileSync(join(folder, home, name));
const index = (): { files: readonly StoredFile[] } => JSON.parse(read('alarm.json').toString()) as never;

const photo = fileOf('00_64_6401_0_ALARM-0001.jpg', 150_000);
const video = fileOf('02_65_6502_0_ALARM-0001.mp4', 300_000, 7);

async function upload(terminal: EvidenceTerminal, file: File): Promise<void> {
  expect(await terminal.begin(file)).toBe(true);
  terminal.send(file);
  expect(await terminal.finish(file)).toEqual([]);
}

describe('evidence that comes whole', () => {
  it('is stored with its hash under terminal and alarm, and said to be complete', async () => {
    const { port, stored } = await serve();
    const terminal = await EvidenceTerminal.connect(port);
    expect(await terminal.announce([photo, video])).toBe(true);
    await upload(terminal, photo);
    await upload(terminal, video);
    expect(read(photo.name).equals(photo.data)).toBe(true);
    expect(read(video.name).equals(video.data)).toBe(true);
    expect(index()).toMatchObject({
      terminal: '13800138000',
      alarmNumber: ALARM.number,
      identification: { terminalId: 'T000001', time: '2024-03-07T15:07:23+08:00', sequence: 0, attachmentCount: 2 },
      files: [
        { name: photo.name, file: photo.name, type: 'image', size: 150_000, sha256: sha256(photo.data) },
        { name: video.name, sha256: sha256(video.data) },
      ],
    });
    expect(stored.map(({ name }) => name)).toEqual([photo.name, video.name]);
    expect(readdirSync(join(folder, HOME)).toSorted()).toEqual([photo.name, video.name, 'alarm.json']);
  });

  it('may be empty, and may come in any order, twice, and in small pieces', async () => {
    const { port } = await serve();
    const terminal = await EvidenceTerminal.connect(port);
    const empty = fileOf('empty.bin', 0);
    expect(await terminal.announce([photo, empty])).toBe(true);
    expect(await terminal.begin(photo)).toBe(true);
    terminal.send(photo, 100_000, 150_000, 777);
    terminal.send(photo, 0, 60_000);
    terminal.send(photo, 50_000, 120_000, 5000);
    expect(await terminal.finish(photo)).toEqual([]);
    expect(read(photo.name).equals(photo.data)).toBe(true);
    await upload(terminal, empty);
    expect(read(empty.name)).toHaveLength(0);
  });

  it('of two alarms in one second goes to two folders', async () => {
    const { port } = await serve();
    for (const sequence of [0, 1]) {
      const terminal = await EvidenceTerminal.connect(port, { ...ALARM, sequence, number: `N${sequence}` });
      const file = fileOf('same.jpg', 1000, sequence);
      expect(await terminal.announce([file])).toBe(true);
      await upload(terminal, file);
      const home = join('13800138000', `20240307150723-${sequence}-N${sequence}`);
      expect(read('same.jpg', home).equals(file.data)).toBe(true);
      await terminal.end();
    }
  });

  it('has names above 50 octets, of which file packets have only the beginning', async () => {
    const { port } = await serve();
    const terminal = await EvidenceTerminal.connect(port);
    const long = fileOf(`02_65_6502_0_${'9'.repeat(60)}.mp4`, 3000);
    expect(await terminal.announce([long])).toBe(true);
    await upload(terminal, long);
    expect(read(long.name).equals(long.data)).toBe(true);
  });
});

describe('what is missing', () => {
  it('is asked for, and nothing else', async () => {
    const { port } = await serve();
    const terminal = await EvidenceTerminal.connect(port);
    await terminal.announce([video]);
    await terminal.begin(video);
    terminal.send(video, 0, 65_536);
    terminal.send(video, 131_072, 200_000);
    expect(await terminal.finish(video)).toEqual([
      [65_536, 131_072],
      [200_000, 300_000],
    ]);
    expect(existsSync(join(folder, HOME, video.name))).toBe(false);
    terminal.send(video, 65_536, 131_072);
    expect(await terminal.finish(video)).toEqual([[200_000, 300_000]]);
    terminal.send(video, 200_000);
    expect(await terminal.finish(video)).toEqual([]);
    expect(read(video.name).equals(video.data)).toBe(true);
  });

  it('is asked for in as many turns as one frame has not room for', async () => {
    const { port } = await serve();
    const terminal = await EvidenceTerminal.connect(port);
    const file = fileOf('gaps.bin', 40_000);
    await terminal.announce([file]);
    await terminal.begin(file);
    for (let at = 0; at < file.data.length; at += 200) terminal.send(file, at, at + 100);
    let turns = 0;
    for (let ranges = (await terminal.finish(file))!; ranges.length > 0; ranges = (await terminal.finish(file))!) {
      for (const [start, end] of ranges) terminal.send(file, start, end);
      turns++;
    }
    expect(turns).toBe(2);
    expect(read(file.name).equals(file.data)).toBe(true);
  });

  it('after a lost link is only what had not come', async () => {
    const { port } = await serve();
    const first = await EvidenceTerminal.connect(port);
    await first.announce([video]);
    await first.begin(video);
    first.send(video, 0, 100_000);
    // The answer says that what was sent before it is dealt with.
    expect(await first.finish(video)).toEqual([[100_000, 300_000]]);
    first.cut();

    const second = await EvidenceTerminal.connect(port);
    expect(await second.announce([video], true)).toBe(true);
    expect(await second.begin(video)).toBe(true);
    expect(await second.finish(video)).toEqual([[100_000, 300_000]]);
    second.send(video, 100_000);
    expect(await second.finish(video)).toEqual([]);
    expect(read(video.name).equals(video.data)).toBe(true);
  });

  it('after a restart is only what had not come', async () => {
    const before = await serve();
    const first = await EvidenceTerminal.connect(before.port);
    await first.announce([photo, video]);
    await upload(first, photo);
    await first.begin(video);
    first.send(video, 0, 65_536);
    first.send(video, 150_000, 200_000);
    await first.end();
    await before.close();

    const after = await serve();
    const second = await EvidenceTerminal.connect(after.port);
    expect(await second.announce([photo, video], true)).toBe(true);
    expect(await second.begin(photo)).toBe(true);
    expect(await second.finish(photo)).toEqual([]);
    await second.begin(video);
    expect(await second.finish(video)).toEqual([
      [65_536, 150_000],
      [200_000, 300_000],
    ]);
    for (const [start, end] of [
      [65_536, 150_000],
      [200_000, 300_000],
    ] as const)
      second.send(video, start, end);
    expect(await second.finish(video)).toEqual([]);
    expect(read(video.name).equals(video.data)).toBe(true);
    expect(index().files.map(({ name }) => name)).toEqual([photo.name, video.name]);
    expect(after.stored.map(({ name }) => name)).toEqual([video.name]);
  });

  it('is everything where the file is another one by its size', async () => {
    const { port } = await serve();
    const terminal = await EvidenceTerminal.connect(port);
    const longer = fileOf(photo.name, 160_000, 3);
    await terminal.announce([photo]);
    await terminal.begin(photo);
    terminal.send(photo, 0, 100_000);
    await terminal.finish(photo);
    await terminal.announce([longer], true);
    await terminal.begin(longer);
    expect(await terminal.finish(longer)).toEqual([[0, 160_000]]);
    await upload(terminal, longer);
    expect(read(longer.name).equals(longer.data)).toBe(true);
  });
});

describe('a terminal that comes back', () => {
  it('takes over from its link that is not known to be gone', async () => {
    const { port } = await serve();
    const first = await EvidenceTerminal.connect(port);
    await first.announce([video]);
    await first.begin(video);
    first.send(video, 0, 65_536);
    expect(await first.finish(video)).toEqual([[65_536, 300_000]]);
    const second = await EvidenceTerminal.connect(port);
    expect(await second.announce([video], true)).toBe(true);
    expect(await first.answer()).toBeUndefined();
    expect(await second.finish(video)).toEqual([[65_536, 300_000]]);
  });
});

describe('what is refused', () => {
  const refusals: readonly (readonly [string, Partial<AttachmentOptions>, readonly File[]])[] = [
    ['more files than the bound', { maxFiles: 1 }, [photo, video]],
    ['a file above the bound', { maxFileSize: 200_000 }, [video]],
  ];
  it.each(refusals)('%s is, when it is announced', async (_, options, files) => {
    const { port } = await serve(options);
    const terminal = await EvidenceTerminal.connect(port);
    expect(await terminal.announce(files)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a terminal that nobody knows is', async () => {
    const { port } = await serve({}, { admit: (terminal) => (terminal === '13800138000' ? 'refuse' : 'keep') });
    const terminal = await EvidenceTerminal.connect(port);
    expect(await terminal.announce([photo])).toBe(false);
    expect(await terminal.begin(photo)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that of an alarm that stays out is passed over, and said to be complete so that it does not come again', async () => {
    const asked: unknown[] = [];
    const admit: AttachmentHost['admit'] = (...question) => {
      asked.push(question);
      return 'passOver';
    };
    const { port, stored } = await serve({}, { admit });
    const terminal = await EvidenceTerminal.connect(port);
    expect(await terminal.announce([photo])).toBe(true);
    await upload(terminal, photo);
    expect(asked).toEqual([['13800138000', ALARM_TIME, 0x1210]]);
    expect([stored, readdirSync(folder)]).toEqual([[], []]);
  });

  it.each([
    ['passOver', []],
    ['refuse', undefined],
  ] as const)('that of an alarm that has to stay out while it comes is (%s)', async (later, answer) => {
    let admission: ReturnType<AttachmentHost['admit']> = 'keep';
    const { port, stored, used } = await serve({}, { admit: () => admission });
    const terminal = await EvidenceTerminal.connect(port);
    await terminal.announce([photo, video]);
    expect(await terminal.begin(photo)).toBe(true);
    terminal.send(photo, 0, 100_000);
    expect(await terminal.finish(photo)).toHaveLength(1);
    admission = later;
    expect(await terminal.begin(video)).toBe(later === 'passOver');
    terminal.send(photo, 100_000);
    expect(await terminal.finish(photo)).toEqual(answer);
    expect(stored).toEqual([]);
    expect(existsSync(join(folder, HOME, photo.name))).toBe(false);
    expect(used()).toBe(100_000);
  });

  it('a file for which there is no room is, and room is given back', async () => {
    const { port, used } = await serve({ maxTotalSize: 400_000 });
    const terminal = await EvidenceTerminal.connect(port);
    await terminal.announce([photo, video]);
    expect(await terminal.begin(video)).toBe(true);
    expect(await terminal.begin(photo)).toBe(false);
    await terminal.end();
    const next = await EvidenceTerminal.connect(port);
    await next.announce([photo]);
    await upload(next, photo);
    expect(used()).toBe(photo.data.length);
  });

  it('a file without an alarm is', async () => {
    const { port } = await serve();
    const terminal = await EvidenceTerminal.connect(port);
    expect(await terminal.begin(photo)).toBe(false);
    expect(await terminal.finish(photo)).toBeUndefined();
  });

  it('a link too many is', async () => {
    const { port } = await serve({ maxConnections: 1 });
    const first = await EvidenceTerminal.connect(port);
    expect(await first.announce([photo])).toBe(true);
    const second = EvidenceTerminal.connect(port, { ...ALARM, phone: '013800138001' });
    expect(await second.then((terminal) => terminal.answer()).catch(() => undefined)).toBeUndefined();
    expect(await first.begin(photo)).toBe(true);
  });
});

describe('a terminal that does not play by the rules', () => {
  it.each(['../../../../etc/passwd', '/etc/passwd', '..', '.', 'alarm.json', 'a/b\\c:d\u0000.jpg', 'CON', '.hidden'])(
    'cannot leave its folder by a file called %j',
    async (name) => {
      const { port } = await serve();
      const terminal = await EvidenceTerminal.connect(port, { ...ALARM, number: '../../../up' });
      const file = fileOf(name, 500);
      expect(await terminal.announce([file])).toBe(true);
      await upload(terminal, file);
      expect(readdirSync(folder)).toEqual(['13800138000']);
      const [home, ...others] = readdirSync(join(folder, '13800138000'));
      expect(others).toEqual([]);
      const at = join('13800138000', home!);
      const [stored] = (JSON.parse(read('alarm.json', at).toString()) as { files: StoredFile[] }).files;
      expect(stored).toMatchObject({ size: 500, sha256: sha256(file.data) });
      expect(readdirSync(join(folder, at)).toSorted()).toEqual([stored!.file, 'alarm.json'].toSorted());
    },
  );

  it('and sends noise, octets behind the end and files that it did not announce, costs itself nothing', async () => {
    const { port } = await serve();
    const terminal = await EvidenceTerminal.connect(port);
    await terminal.announce([photo]);
    await terminal.begin(photo);
    terminal.write(Buffer.from('GET / HTTP/1.1\r\n\r\n0101c~}'));
    const longer = { ...photo, data: new Uint8Array(200_000) };
    terminal.send(longer, 150_000);
    terminal.send(video, 0, 10_000);
    terminal.send(photo);
    expect(await terminal.finish(photo)).toEqual([]);
    expect(read(photo.name).equals(photo.data)).toBe(true);
  });

  it('and falls silent is let go, its file kept for later', async () => {
    const clock = new VirtualClock();
    const { port } = await serve({ idleTimeoutMs: 10_000 }, { clock });
    const terminal = await EvidenceTerminal.connect(port);
    await terminal.announce([photo]);
    await terminal.begin(photo);
    terminal.send(photo, 0, 50_000);
    await terminal.finish(photo);
    clock.advance(11_000);
    expect(await terminal.answer()).toBeUndefined();
  });
});

describe('old evidence', () => {
  it('is removed after its time', async () => {
    const clock = new VirtualClock(Date.now());
    const { port, used } = await serve({ retainMs: 60_000 }, { clock });
    const terminal = await EvidenceTerminal.connect(port);
    await terminal.announce([photo]);
    await upload(terminal, photo);
    await terminal.end();
    expect(used()).toBe(photo.data.length);
    clock.advance(2 * 3_600_000);
    while (existsSync(join(folder, HOME))) await new Promise((resolve) => setImmediate(resolve));
    expect(existsSync(join(folder, '13800138000'))).toBe(true);
  });
});
