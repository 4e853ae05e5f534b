import { beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../../bridge/index.ts';
import { createProject } from '../../../gateway/deliver/project.ts';
import { RECORD_KIND } from '../../../gateway/journal/record.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import { note } from '../../../gateway/note.ts';
import { networksOf } from '../../../gateway/security/networks.ts';
import { type SignalCode, SIGNALS, signalText } from '../../../gateway/security/signals.ts';
import { SecurityWatch } from '../../../gateway/security/watch.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { Rig } from '../support/rig.ts';
import { CAR, TERMINAL } from '../support/records.ts';

let clock: VirtualClock;
let raised: string[];
let watch: SecurityWatch;
beforeEach(() => {
  clock = new VirtualClock(1_800_000_000_000);
  raised = [];
  watch = new SecurityWatch({
    clock,
    networks: networksOf('10.8.0.0/16, fd12::/16'),
    raise: ({ code, source, count }, terminal) => void raised.push(`${code} ${source} ${count} ${terminal ?? ''}`),
  });
});
const times = (n: number, work: () => void): void => {
  for (let i = 0; i < n; i++) work();
};

describe('too much of something', () => {
  it.each(Object.keys(SIGNALS) as SignalCode[])('%s is raised once in a window for each source', (code) => {
    const { limit, windowMs } = SIGNALS[code];
    times(limit - 1, () => watch.hit(code, 'a'));
    expect(raised).toEqual([]);
    times(limit * 2, () => watch.hit(code, 'a'));
    expect(raised).toEqual([`${code} a ${limit} `]);
    expect(watch.counts[code]).toBe(1);
    clock.advance(windowMs);
    times(limit, () => watch.hit(code, 'a'));
    expect(watch.counts[code]).toBe(2);
  });

  it('of several sources is none of theirs', () => {
    for (let i = 0; i < 1000; i++) watch.hit('scanning', `10.0.${i >> 8}.${i & 255}`);
    expect(raised).toEqual([]);
  });

  it('is counted for a bounded number of sources: the one of longest ago is forgotten', () => {
    times(SIGNALS.scanning.limit - 1, () => watch.hit('scanning', 'a'));
    for (let i = 0; i < 10_000; i++) watch.hit('scanning', `s${i}`);
    watch.hit('scanning', 'a');
    expect(raised).toEqual([]);
  });

  it('is not looked for on a line that is wired to the machine', () => {
    times(100, () => watch.hit('scanning', 'serial:/dev/ttyUSB0'));
    expect(raised).toEqual([]);
  });
});

it('orders are counted by who gives them, from what the trail has', async () => {
  const kept: unknown[] = [];
  const sink = watch.over({ append: async (entries) => void kept.push(...entries) });
  const order = { who: 'kunming', what: 'command.ordered', subject: 'command:1', at: 0 };
  await sink.append(Array.from({ length: SIGNALS.downlinkAbuse.limit }, () => order));
  expect([raised, kept.length]).toEqual([['downlinkAbuse kunming 120 '], 120]);
});

it('what the trail refused is not counted, as it was not done', async () => {
  const sink = watch.over({ append: () => Promise.reject(new Error('disk full')) });
  const order = { who: 'a', what: 'command.ordered', subject: 's', at: 0 };
  await expect(sink.append(Array.from({ length: 500 }, () => order))).rejects.toThrow('disk full');
  expect(raised).toEqual([]);
});

describe('log-ins of terminals', () => {
  /** A journal in memory tells the watch of them. */
  async function hear(...facts: readonly object[]): Promise<void> {
    const rig = await new Rig().start();
    for (const fact of facts) {
      const b = new TextEncoder().encode(JSON.stringify({ fact: 'authenticated', epoch: 1, ...fact }));
      const record = { kind: RECORD_KIND.link, receivedAt: 0, link: 1, terminal: TERMINAL, ackable: false };
      rig.journal.append({ ...record, b, start: 0, end: b.length }, null, 0);
    }
    await rig.run();
    for (const batch of rig.disk.batches) forEachRecord(batch, 0, (view) => watch.apply(view));
    await rig.stop();
  }

  it('from outside of the networks are told of, once an hour for each terminal and source', async () => {
    await hear({ peer: 'tcp://10.8.1.2:5' }, { peer: 'tcp://[fd12::1]:5' }, { peer: 'tcp://[::ffff:10.8.0.9]:5' });
    expect(raised).toEqual([]);
    await hear({ peer: 'tcp://203.0.113.9:5' }, { peer: 'tcp://203.0.113.9:6' });
    expect(raised).toEqual([`foreignSource ${TERMINAL} 203.0.113.9 1 ${TERMINAL}`]);
  });

  it('over a living link from another source, again and again, are a clone', async () => {
    const over = (from: string, silentMs: number) => ({
      peer: 'tcp://10.8.0.1:1',
      over: { peer: `tcp://${from}:2`, silentMs },
    });
    await hear(over('10.8.0.2', 90_000), over('10.8.0.1', 0), over('10.8.0.1', 0), over('10.8.0.2', 10));
    expect(raised).toEqual([]);
    await hear(over('10.8.0.2', 10), over('10.8.0.2', 10));
    expect(raised).toEqual([`cloneLogin ${TERMINAL} 3 ${TERMINAL}`]);
  });
});

describe('a link', () => {
  it('that proves to be nobody, or may not register, is a stranger’s; that of a terminal is not', async () => {
    const strangers: string[] = [];
    const rig = await new Rig({ told: { stranger: (source) => void strangers.push(source) } }).start();
    rig.dial(CAR).link.close('local');
    await rig.run();
    expect(strangers).toHaveLength(1);
    (await rig.login(CAR)).link.close('local');
    await rig.run();
    expect(strangers).toHaveLength(1);
    await rig.stop();
  });
});

it('a signal is an event in both languages, of the terminal that it is about or of the gateway itself', async () => {
  const rig = await new Rig().start();
  const { reader, registry } = rig.core;
  note(rig.journal, rig.clock, { fact: 'security', code: 'scanning', source: '203.0.113.9', count: 30, windowMs: 6e5 });
  const clone = { fact: 'security', code: 'cloneLogin', source: TERMINAL, count: 3, windowMs: 6e5 } as const;
  note(rig.journal, rig.clock, clone, null, TERMINAL);
  await rig.run();
  const project = createProject({ reader, registry, journalId: 'j', node: 'gw' });
  const events: Envelope[] = [];
  for (const batch of rig.disk.batches) forEachRecord(batch, 0, (view) => void events.push(...project(view)));
  expect(events.map(({ payload }) => payload)).toMatchObject([
    {
      code: 'scanning',
      state: 'raised',
      severity: 2,
      terminal: 'gw',
      text: {
        'zh-CN': '203.0.113.9 在 10 分钟内 30 条未鉴权即断开或身份不明的终端连接',
        en: '203.0.113.9: 30 terminal links that proved to be nobody within 10 min',
      },
    },
    { code: 'cloneLogin', severity: 3, terminal: TERMINAL },
  ]);
  expect(events[0]!.division).toBe('000000');
  await rig.stop();
});

it.each(['10.0.0.0', '10.0.0.0/33', 'x/8', '', '10.0.0.0/8;fd::/8', 'fd::/129'])('%j is no network', (text) => {
  expect(networksOf(text)).toBeUndefined();
});

it('every signal has words in both languages', () => {
  for (const code of Object.keys(SIGNALS) as SignalCode[])
    expect(Object.values(signalText({ code, source: 's', count: 1, windowMs: 60_000 })).join()).toMatch(
      /\p{Script=Han}/u,
    );
});
