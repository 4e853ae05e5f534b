import { describe, expect, test } from 'vitest';
import {
  type CapturedFrame,
  CapturedFrames,
  encodeMessageJson,
  formatHex,
  parseHex,
} from '../../../../protocol/index.ts';
import { readFilter } from '../../../../gateway/cli/terminal/watch-filter.ts';
import { ToolFault } from '../../../../gateway/cli/terminal/tool.ts';
import type { LinkEvent } from '../../../../gateway/terminal-link/terminal-link.ts';
import { type Bench, benchOf, messageOf, settle } from './support.ts';

const HEARTBEAT = '7e0002000001391234567800093b7e';
const BODY = {
  alarm: ['emergency'],
  status: ['acc', 'positioned'],
  latitude: 25.04,
  longitude: 102.71,
  altitude: 1890,
  speed: 81.5,
  direction: 90,
  time: '2026-01-05T08:00:00+08:00',
  items: { rssi: 9, satellites: 14 },
};
const [REPORT] = encodeMessageJson({ name: 'locationReport', phone: '013912345678', serial: 3, body: BODY }) as [
  Uint8Array,
];
const [QUERY] = encodeMessageJson({ name: 'locationQuery', phone: '013912345678', serial: 4 }) as [Uint8Array];

function frame(octets: Uint8Array, direction: 'up' | 'down', at: number): LinkEvent {
  return { kind: 'frame', direction, octets, at };
}
function message(hex: string, direction: 'up' | 'down' = 'up', at = 0): LinkEvent {
  return { kind: 'message', direction, message: messageOf(hex), at };
}
const FAULT: LinkEvent = {
  kind: 'fault',
  fault: { ok: false, reason: 'checksum', detail: 'x', hex: '7e00017e' },
  at: 0,
};
const TOLD: LinkEvent = { kind: 'told', what: 'position', payload: { speed: 90, alarm: [] }, at: 0 };
const report = message(formatHex(REPORT));

describe('a filter', () => {
  test.each([
    ['', [true, true, true, true]],
    ['locationReport', [true, false, false, false]],
    ['0x02*', [true, false, false, false]],
    ['locationReport,terminalHeartbeat', [true, true, false, false]],
    ['up', [true, true, false, true]],
    ['down', [false, false, false, false]],
    ['faults', [false, false, true, false]],
    ['faults terminalHeartbeat', [false, true, true, false]],
    ['speed>80', [true, false, false, true]],
    ['speed>81.5', [false, false, false, true]],
    ['speed>=81.5 speed<=81.5', [true, false, false, false]],
    ['alarm=emergency', [true, false, false, false]],
    ['status!=acc', [false, false, false, false]],
    ['items.rssi<10', [true, false, false, false]],
    ['serial=9', [false, true, false, false]],
    ['terminal~9123', [true, true, false, false]],
    ['position', [false, false, false, true]],
  ])('"%s" lets through what it names', (words, expected) => {
    const filter = readFilter(words.split(' ').filter((word) => word !== ''));
    expect([report, message(HEARTBEAT), FAULT, TOLD].map(filter)).toEqual(expected);
  });

  test('that cannot be meant is refused', () => {
    for (const word of ['>80', 'speed>>80|x', 'a b']) {
      const read = (): unknown => readFilter([word]);
      if (word === 'speed>>80|x') expect(read).not.toThrow();
      else expect(read).toThrow(ToolFault);
    }
  });
});

describe('watch', () => {
  test('shows what it is asked for, so many or for so long, and lets go of the link', async () => {
    const bench = benchOf();
    const watching = bench.run('watch up locationReport --fields speed,items.rssi,none --count 2');
    for (const event of [report, message(HEARTBEAT), report, report]) bench.link.tell(event);
    expect(await watching).toBe(0);
    expect(bench.told()).toMatchObject([
      { type: 'message', direction: 'up', name: 'locationReport', fields: { speed: 81.5, 'items.rssi': 9 } },
      {},
    ]);
    expect(bench.link.watchers).toBe(0);
    const timed = bench.run('watch --for 30s');
    await settle();
    bench.clock.advance(30_000);
    expect(await timed).toBe(0);
    expect(bench.clock.pending).toBe(0);
  });

  test('ends with Ctrl-C', async () => {
    const bench = benchOf();
    const stop = new AbortController();
    const watching = bench.run('watch', stop.signal);
    bench.link.tell(FAULT);
    stop.abort();
    expect(await watching).toBe(0);
    expect(bench.reports).toHaveLength(1);
    expect(bench.clock.pending).toBe(0);
  });

  test('shows no escape codes that a terminal may have sent', async () => {
    const bench = benchOf();
    const body = { replySerial: 1, answerId: 2 };
    const event = message(formatHex(encodeMessageJson({ name: 'questionAnswer', phone: '1', body })[0]!));
    const evil: LinkEvent = { kind: 'told', what: 'message', payload: { text: '\u001b[2J' }, at: 0 };
    const watching = bench.run('watch --count 2');
    bench.link.tell(event);
    bench.link.tell(evil);
    await watching;
    expect(bench.reports[1]!.text.join('')).toContain(String.raw`\u{1b}[2J`);
    expect(bench.reports[1]!.text.join('')).not.toContain('\u001b[2J');
  });

  test('behind the prompt goes on until it is ended, one at a time', async () => {
    const bench = benchOf();
    await bench.run('follow faults');
    await bench.run('follow locationReport');
    bench.link.tell(FAULT);
    bench.link.tell(report);
    expect(bench.told()).toMatchObject([{ type: 'message' }]);
    await bench.run('follow off');
    bench.link.tell(report);
    expect([bench.reports.length, bench.link.watchers]).toEqual([1, 0]);
  });
});

describe('wait', () => {
  test('waits for a time, or for something to be seen, and fails where it is not', async () => {
    const bench = benchOf();
    const slept = bench.run('wait 5s');
    await settle();
    bench.clock.advance(5000);
    expect(await slept).toBe(0);
    const seen = bench.run('wait locationReport speed>80');
    bench.link.tell(report);
    expect(await seen).toBe(0);
    const missed = bench.run('wait locationReport speed>100 --for 10s');
    bench.link.tell(report);
    await settle();
    bench.clock.advance(10_000);
    expect(await missed).toBe(1);
    expect(bench.faults).toEqual(['locationReport speed>100: was not seen']);
  });
});

describe('a capture', () => {
  /** Frames as they come, a second apart. */
  async function captured(bench: Bench, path: string): Promise<void> {
    expect(await bench.run(`capture ${path}`)).toBe(0);
    const start = bench.clock.now();
    bench.link.tell(frame(QUERY, 'down', start));
    bench.link.tell(frame(REPORT, 'up', start + 1000));
    bench.link.tell(FAULT);
    bench.link.tell({ kind: 'state', state: 'lost', detail: '', at: start + 1500 });
    bench.link.tell(frame(parseHex(HEARTBEAT)!, 'up', start + 2000));
    bench.link.tell(frame(QUERY, 'down', start + 3000));
    expect(await bench.run('capture off')).toBe(0);
  }

  test('has the frames of both ways, and is ended once', async () => {
    const bench = benchOf();
    await captured(bench, 'a.pcapng');
    expect(bench.told()).toEqual([
      { type: 'result', command: 'capture', path: 'a.pcapng', frames: 4, faults: 1, sentences: 0 },
    ]);
    const frames: CapturedFrame[] = [];
    const reader = new CapturedFrames((one) => frames.push(one));
    reader.feed(bench.saved.get('a.pcapng')!);
    reader.end();
    expect(frames.map(({ from, octets }) => [from, formatHex(octets)])).toEqual([
      ['platform', formatHex(QUERY)],
      ['terminal', formatHex(REPORT)],
      ['terminal', HEARTBEAT],
      ['platform', formatHex(QUERY)],
    ]);
    expect(new Set(frames.map(({ flow }) => flow)).size).toBe(2);
    expect(await bench.run('capture off')).toBe(1);
    expect(await bench.run('capture a.pcapng')).toBe(1);
    expect(bench.faults).toEqual(['nothing is being captured', 'a.pcapng: is there already']);
    expect(bench.link.watchers).toBe(0);
  });

  test('is refused by way of a gateway, which shows no octets', async () => {
    const bench = benchOf();
    Object.assign(bench.link, { kind: 'gateway' });
    expect(await bench.run('capture a.pcapng')).toBe(1);
    expect(bench.saved.size).toBe(0);
  });

  test('is shown decoded, filtered', async () => {
    const bench = benchOf();
    await captured(bench, 'a.pcapng');
    bench.reports.length = 0;
    expect(await bench.run('show a.pcapng locationReport --fields speed')).toBe(0);
    expect(bench.told()).toMatchObject([
      { type: 'message', direction: 'up', fields: { speed: 81.5 } },
      { command: 'show', frames: 4, packets: 5, gaps: 0 },
    ]);
    expect(await bench.run('show b.pcapng')).toBe(1);
    expect(bench.faults).toEqual(['b.pcapng: ENOENT']);
  });

  test('goes to a terminal again with its timing, readdressed', async () => {
    const bench = benchOf();
    await captured(bench, 'a.pcapng');
    bench.link.speaker = { terminal: '13800000001', phone: '013800000001', revision: 2013 };
    const replaying = bench.run('replay a.pcapng --speed 2');
    await settle();
    expect(bench.link.injected).toHaveLength(1);
    bench.clock.advance(1400);
    await settle();
    expect(bench.link.injected).toHaveLength(1);
    bench.clock.advance(100);
    expect(await replaying).toBe(0);
    expect(bench.link.injected.map((hex) => messageOf(hex))).toMatchObject([
      { name: 'locationQuery', terminal: '13800000001', serial: 4 },
      { name: 'locationQuery', terminal: '13800000001', serial: 4 },
    ]);
    expect(bench.told().at(-1)).toMatchObject({ command: 'replay', sent: 2, skipped: 0, of: 4 });
  });

  test('does not go to a terminal whose phone has other digits', async () => {
    const bench = benchOf();
    await captured(bench, 'a.pcapng');
    bench.link.speaker = { terminal: '1', phone: '00000000000000000001', revision: 2019 };
    expect(await bench.run('replay a.pcapng --speed max')).toBe(1);
    expect(bench.told()).toContainEqual(expect.objectContaining({ sent: 0, skipped: 2 }));
  });

  test('goes to a platform as fast as it goes, a connection for each that there was', async () => {
    const bench = benchOf();
    await captured(bench, 'a.pcapng');
    expect(await bench.run('replay a.pcapng --to tcp://127.0.0.1:9 --speed max')).toBe(0);
    expect(bench.sent.map(([, hex, at]) => [hex, at])).toEqual([
      [formatHex(REPORT), 0],
      [HEARTBEAT, 0],
    ]);
    expect(bench.sent[0]![0]).not.toBe(bench.sent[1]![0]);
    expect(bench.told().at(-1)).toMatchObject({ sent: 2, answered: 15 });
    expect(await bench.run('replay a.pcapng --to tcp://127.0.0.1:9 --terminal 1')).toBe(1);
    for (const wrong of ['--to http://x', '--speed fast', '--speed 0'])
      expect(await bench.run(`replay a.pcapng ${wrong}`)).toBe(2);
  });

  test('stops with Ctrl-C between two frames', async () => {
    const bench = benchOf();
    await captured(bench, 'a.pcapng');
    const stop = new AbortController();
    const replaying = bench.run('replay a.pcapng', stop.signal);
    await settle();
    stop.abort();
    expect(await replaying).toBe(0);
    expect(bench.link.injected).toHaveLength(1);
  });

  test('that is cut short gives what it has, and says where it ends', async () => {
    const bench = benchOf();
    await captured(bench, 'a.pcapng');
    bench.saved.set('b.pcapng', bench.saved.get('a.pcapng')!.subarray(0, -3));
    expect(await bench.run('show b.pcapng locationReport')).toBe(1);
    expect(bench.told()).toContainEqual(expect.objectContaining({ type: 'message', name: 'locationReport' }));
    expect(bench.faults[0]).toMatch(/^b\.pcapng: octet \d+: the file ends inside of a block/);
  });
});

describe('photo', () => {
  const medium = (multimediaId: number): LinkEvent => ({
    kind: 'medium',
    medium: {
      multimediaId,
      type: 'image',
      format: 'jpeg',
      event: 'platformCommand',
      channelId: 2,
      octets: Uint8Array.of(0xff, 0xd8),
    },
    at: 0,
  });

  test('saves every picture that was announced, also one that came before the answer', async () => {
    const bench = benchOf();
    bench.link.say = () => {
      bench.link.tell(medium(7));
      return { name: 'cameraShotResponse', body: { result: 'success', multimediaIds: [7, 8] } };
    };
    const shooting = bench.run('photo 2 --count 2 --output cabin.jpg');
    await settle();
    bench.link.tell(medium(8));
    expect(await shooting).toBe(0);
    expect([...bench.saved.keys()]).toEqual(['cabin-1.jpg', 'cabin-2.jpg']);
    expect(bench.link.asked[0]).toMatchObject(['cameraShootNow', { channelId: 2, command: 2 }]);
    expect(bench.link.watchers).toBe(0);
  });

  test('says when none came in time', async () => {
    const bench = benchOf();
    const shooting = bench.run('photo --for 10s');
    await settle();
    bench.clock.advance(10_000);
    expect(await shooting).toBe(1);
    expect(bench.faults).toEqual(['pictures did not come: 0 / 1']);
    expect([...bench.saved.keys()]).toEqual([]);
  });
});
