import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Journal } from '../../../gateway/journal/journal.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { RECORD_KIND, type RecordInput } from '../../../gateway/journal/record.ts';
import { journalPath } from '../../../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../../../gateway/journal/sqlite-storage.ts';
import {
  type CapturedFrame,
  CapturedFrames,
  encodeFrame,
  formatHex,
  formatTime,
  frameHex,
  unescapeInto,
} from '../../../protocol/index.ts';
import { frame, tempDir, wallClock } from '../journal/support.ts';

const BIN = join(import.meta.dirname, '../../../bin/xingji.ts');

interface Result {
  readonly code: number;
  readonly lines: string[];
  readonly stderr: string;
}

function xingji(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), lines: stdout.split('\n').slice(0, -1), stderr });
    });
  });
}

function jsonOf({ lines }: Result, kind: string): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['kind'] === kind);
}

/** A heartbeat of a terminal as the journal keeps it: no flags, no escapes, no check octet. */
function heartbeat(phone: string, serial: number): RecordInput {
  const wire = encodeFrame({ id: 0x0002, revision: 2013, phone, serial, body: new Uint8Array(0) });
  const packet = new Uint8Array(wire.length);
  const end = unescapeInto(wire, 1, wire.length - 1, packet, 0);
  return { ...frame(phone.replace(/^0+/, ''), ''), b: packet, start: 0, end: end - 1 };
}

const at = Date.parse('2026-01-05T08:00:00+08:00');

/** Six records of two terminals, one of them not acknowledged, read by two outlets to different places. */
async function fill(dataDir: string): Promise<Journal> {
  const storage = sqliteStorage({ path: journalPath(dataDir), limitBytes: 0, now: at });
  const journal = await openJournal({ storage, clock: wallClock });
  const records: RecordInput[] = [
    { ...heartbeat('013900000001', 1), receivedAt: at },
    { ...heartbeat('013900000001', 2), receivedAt: at + 1000 },
    { ...heartbeat('013900000002', 1), receivedAt: at + 2000 },
    {
      ...frame('13900000002', '\u0004header7eff7e'),
      kind: RECORD_KIND.quarantine,
      ackable: false,
      receivedAt: at + 3000,
    },
    { ...frame('13900000002', '{"fact":"closed"}'), kind: RECORD_KIND.link, ackable: false, receivedAt: at + 4000 },
    { ...heartbeat('013900000001', 3), receivedAt: at + 5000 },
  ];
  for (const record of records) {
    await new Promise<void>((resolve) => {
      journal.append(record, { committed: () => resolve(), refused: () => {} }, 0);
    });
  }
  journal.unacknowledged(2, 'link gone');
  journal.advance('outlet:mqtt', 6);
  journal.advance('outlet:influx', 4);
  journal.advance('fold:latest', 1);
  await journal.bury({ reader: 'outlet:mqtt', seq: 3, id: 'n-3', reason: 'TEST_REJECTED: too long', at });
  return journal;
}

describe('xingji verify', () => {
  const data = mkdtempSync(join(tmpdir(), 'xingji-verify-'));
  beforeAll(async () => (await fill(data)).close());
  afterAll(() => rmSync(data, { recursive: true }));

  it('accounts for every terminal and outlet, and exits 1 while something is pending', async () => {
    const result = await xingji('verify', '--data', data, '--json');
    expect(result.code).toBe(1);
    expect(jsonOf(result, 'journal')).toMatchObject([{ records: 6, batches: 6, faultCount: 0 }]);
    expect(jsonOf(result, 'terminal')).toEqual([
      { kind: 'terminal', terminal: '13900000001', received: 3, journalled: 3, acknowledged: 2, unacknowledged: 1 },
      { kind: 'terminal', terminal: '13900000002', received: 2, journalled: 3, acknowledged: 1, unacknowledged: 0 },
    ]);
    expect(jsonOf(result, 'outlet')).toMatchObject([
      {
        outlet: 'influx',
        cursor: 4,
        delivered: 4,
        buried: 0,
        pending: 2,
        pendingFrom: 5,
        pendingTo: 6,
        pendingTerminals: ['13900000002', '13900000001'],
      },
      { outlet: 'mqtt', cursor: 6, delivered: 5, buried: 1, pending: 0 },
    ]);
    expect(jsonOf(result, 'letter')).toMatchObject([
      { reader: 'outlet:mqtt', seq: 3, id: 'n-3', reason: 'TEST_REJECTED: too long' },
    ]);
    expect(jsonOf(result, 'unacknowledged')).toMatchObject([{ seq: 2, why: 'link gone' }]);
    expect(jsonOf(result, 'verdict')).toMatchObject([
      { clean: false, received: 5, journalled: 6, acknowledged: 3, unacknowledged: 1 },
    ]);
  });

  it('says the same in words', async () => {
    const { lines } = await xingji('verify', '--data', data);
    expect(lines.join('\n')).toMatch(/chain +6 records in 6 batches, 0 faults/);
    expect(lines.join('\n')).toMatch(/acknowledged +3, not acknowledged 1/);
    expect(lines.join('\n')).toContain('pending records 5–6 of 13900000002, 13900000001');
    expect(lines.join('\n')).toContain('dead letter 3 n-3 at outlet:mqtt: TEST_REJECTED: too long');
    expect(lines.at(-1)).toBe('NOT CLEAN');
  });

  it('does not call a terminal clean that it never heard of', async () => {
    const { code, lines, stderr } = await xingji('verify', '--data', data, '--terminal', '13900000009');
    expect([code, stderr]).toEqual([1, '13900000009: nothing was ever received from this terminal\n']);
    expect(lines).not.toContain('clean');
  });

  it('counts only what it is asked about', async () => {
    const one = await xingji(
      'verify',
      '--data',
      data,
      '--json',
      '--terminal',
      '013900000001',
      '--to',
      '2026-01-05T08:00:04+08:00',
    );
    expect(one.code).toBe(0);
    expect(jsonOf(one, 'verdict')).toMatchObject([{ clean: true, received: 2, acknowledged: 1 }]);
    const late = await xingji('verify', '--data', data, '--json', '--from', '2026-01-05T08:00:05+08:00');
    expect(jsonOf(late, 'outlet').map(({ pending }) => pending)).toEqual([1, 0]);
  });

  it.each([
    ['a time without offset', ['--from', '2026-01-05T08:00:00']],
    ['a duration without unit', ['--wait', '10']],
    ['a terminal that is none', ['--terminal', 'x;y']],
  ])('refuses %s with exit code 2', async (_, args) => {
    const { code, stderr, lines } = await xingji('verify', '--data', data, ...args);
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
    expect(stderr).toContain('Expected');
  });

  it('of a folder without a journal is one line and exit code 1', async () => {
    const { code, stderr } = await xingji('verify', '--data', join(data, 'nowhere'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DATA_MISSING: [^\n]*\n$/);
  });

  it('of a folder of a newer version is one line and exit code 2', async () => {
    const newer = tempDir();
    await (await fill(newer)).close();
    change(newer, 'pragma user_version = 99');
    const { code, stderr } = await xingji('verify', '--data', newer);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^DATA_NEWER: [^\n]*\n$/);
  });

  it('lets outlets catch up for as long as it is told, beside a gateway that runs', async () => {
    const live = tempDir();
    const journal = await fill(live);
    const child = spawn(process.execPath, [BIN, 'verify', '--data', live, '--wait', '20s', '--json']);
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    journal.advance('outlet:influx', 6);
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(0);
    expect(output).toContain('"clean":true');
    await journal.close();
  });
});

describe('xingji journal', () => {
  it('verify says whole, and names what is not', async () => {
    const data = tempDir();
    await (await fill(data)).close();
    const whole = await xingji('journal', 'verify', '--data', data);
    expect(whole).toMatchObject({ code: 0, lines: ['6 records in 6 batches: whole'] });
    change(data, 'update batch set at = at + 1 where first = 3; delete from batch where first = 5');
    const broken = await xingji('journal', 'verify', '--data', data);
    expect(broken).toMatchObject({
      code: 1,
      lines: ['records 3–3: altered', 'records 5–5: missing', '5 records in 5 batches: NOT WHOLE'],
    });
    const json = await xingji('journal', 'verify', '--data', data, '--json');
    expect(jsonOf(json, 'fault')[0]).toEqual({ kind: 'fault', first: 3, last: 3, why: 'altered' });
  });

  it('tail prints decoded records and ends where it is not to follow', async () => {
    const data = tempDir();
    await (await fill(data)).close();
    const { code, lines } = await xingji('journal', 'tail', '--data', data, '-n', '4', '--no-follow', '--json');
    expect(code).toBe(0);
    const records = lines.map((line) => JSON.parse(line) as unknown);
    expect(records).toMatchObject([
      {
        seq: 3,
        kind: 'frame',
        terminal: '13900000002',
        ackable: true,
        receivedAt: '2026-01-05T08:00:02+08:00',
        message: { ok: true, name: 'terminalHeartbeat', serial: 1 },
      },
      { seq: 4, kind: 'quarantine', reason: 'head' },
      { seq: 5, kind: 'link', content: { fact: 'closed' } },
      { seq: 6, kind: 'frame', message: { serial: 3 } },
    ]);
    const text = await xingji('journal', 'tail', '--data', data, '-n', '1', '--no-follow');
    expect(text.lines).toHaveLength(1);
    expect(text.lines[0]).toMatch(/^6 2026-01-05T08:00:05\+08:00 13900000001 frame \{"message":/);
  });

  it('tail follows a gateway that runs', async () => {
    const data = tempDir();
    const journal = await fill(data);
    const child = spawn(process.execPath, [BIN, 'journal', 'tail', '--data', data, '-n', '1']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const next = async (): Promise<string> => String((await once(child.stdout, 'data'))[0]);
    expect(await next()).toMatch(/^6 /);
    journal.append(heartbeat('013900000003', 9), null, 0);
    expect(await next()).toMatch(/^7 .* 13900000003 frame /);
    await journal.close();
  });

  it('export gives frames as they came, for decode to read', async () => {
    const data = tempDir();
    await (await fill(data)).close();
    const { b, end } = heartbeat('013900000002', 1);
    const { lines } = await xingji('journal', 'export', '--data', data, '--terminal', '13900000002');
    expect(lines).toEqual([`2026-01-05T08:00:02+08:00\t13900000002\t${frameHex(b, 0, end)}`]);
    const hex = await xingji('journal', 'export', '--data', data, '--hex');
    expect(hex.lines).toHaveLength(4);
    const decoded = await xingji('decode', '--json', ...hex.lines);
    expect(decoded.lines.map((line) => (JSON.parse(line) as { ok: boolean }).ok)).toEqual([true, true, true, true]);
  });

  it('export gives a capture too, with a connection for each link', async () => {
    const data = tempDir();
    await (await fill(data)).close();
    const frames: CapturedFrame[] = [];
    const reader = new CapturedFrames((frame) => frames.push(frame));
    reader.feed(execFileSync(process.execPath, [BIN, 'journal', 'export', '--data', data, '--pcapng']));
    reader.end();
    const hex = await xingji('journal', 'export', '--data', data, '--hex');
    expect(frames.map(({ octets }) => formatHex(octets))).toEqual(hex.lines);
    expect(frames.map(({ from, at }) => [from, formatTime(at)])[0]).toEqual(['terminal', '2026-01-05T08:00:00+08:00']);
  });
});

function change(dataDir: string, sql: string): void {
  const db = new DatabaseSync(journalPath(dataDir));
  db.exec(sql);
  db.close();
}
