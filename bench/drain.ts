/**
 * A pump after an outage: records of 120 octets went on coming while the other side was away; it comes back, takes what
 * it is given after a fixed time a delivery, and records go on coming. How fast does the backlog shrink, how long
 * do new records take meanwhile, and what does it cost in memory?
 *
 *     node bench/drain.ts [--live 5000] [--outage 60] [--delivery 5] [--dir DIR]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DeliveryError, type Envelope, type Outlet } from '../bridge/index.ts';
import { openJournal } from '../gateway/journal/open-journal.ts';
import { createPump } from '../gateway/journal/pump.ts';
import { RECORD_HEAD, RECORD_KIND, type RecordInput } from '../gateway/journal/record.ts';
import { journalPath } from '../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../gateway/journal/sqlite-storage.ts';
import { seededRandom } from '../protocol/index.ts';
import { readFlags } from './flags/read-flags.ts';
import { clock } from './load/clock.ts';

const { flags } = readFlags(import.meta.filename, { live: 5000, outage: 60, delivery: 5, dir: tmpdir() });
const { live } = flags;
const records = live * flags.outage;
const RECORD_BYTES = 120;
const MiB = 1 << 20;

let away = true;
const taken = { backlog: 0 };
/** When the journal was written to by the second part, a record behind the backlog. */
const appendedAt: number[] = [];
const latencies: number[] = [];

const outlet: Outlet = {
  name: 'bench',
  wants: () => true,
  async deliver(batch) {
    await pause(flags.delivery);
    if (away) throw new DeliveryError('BENCH_AWAY', 'nobody there', { retry: true });
    const now = performance.now();
    for (const { payload } of batch) {
      const at = appendedAt[payload.seq - records - 1];
      if (at === undefined) taken.backlog += 1;
      else latencies.push(now - at);
    }
  },
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

const payload = new Uint8Array(RECORD_BYTES - RECORD_HEAD - 11).fill(0x5a);
const record: RecordInput = {
  kind: RECORD_KIND.frame,
  receivedAt: 0,
  link: 1,
  terminal: '',
  ackable: true,
  b: payload,
  start: 0,
  end: payload.length,
};

const dir = mkdtempSync(join(flags.dir, 'xingji-bench-'));
try {
  const storage = sqliteStorage({ path: journalPath(dir), limitBytes: 0, now: Date.now() });
  const journal = await openJournal({ storage, clock });
  const pump = createPump({
    journal,
    outlet,
    clock,
    random: seededRandom('drain'),
    project: ({ seq, terminal }) => [
      { kind: 'message', division: '000000', payload: { id: `bench-${seq}`, seq, terminal } } as Envelope,
    ],
    options: { maxRetryMs: 500, liveMs: 1000 },
  });
  pump.start();
  const append = (n: number): void => {
    for (let i = 0; i < n; i += 1) {
      record.terminal = String(13_900_000_000 + (i % 1000));
      record.receivedAt = Date.now();
      if (journal.append(record, null, 0) !== undefined) throw new Error('the journal is behind');
    }
  };
  const memory = (): number => {
    globalThis.gc?.();
    return process.memoryUsage.rss() / MiB;
  };
  await pause(100);
  const before = memory();
  while (journal.state.head < records) {
    append(Math.min(1000, records - journal.state.head));
    while (journal.state.pendingBytes > 0) await pause(1);
  }
  await pause(2000);
  const during = memory();
  away = false;
  const began = performance.now();
  let appended = 0;
  while (taken.backlog < records) {
    const due = Math.floor(((performance.now() - began) / 1000) * live) - appended;
    for (let i = 0; i < due; i += 1) appendedAt.push(performance.now());
    append(due);
    appended += due;
    await pause(2);
  }
  const seconds = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): string => (latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(0);
  const rate = records / seconds;
  console.log(
    `drain: ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${flags.delivery} ms a delivery`,
  );
  console.log(`  backlog            ${records} records`);
  console.log(
    `  drained in         ${seconds.toFixed(1)} s: ${rate.toFixed(0)}/s, ${(rate / live).toFixed(1)} × what comes`,
  );
  console.log(
    `  new records        ${live}/s, delivered after p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(0.9999)} ms`,
  );
  console.log(
    `  memory             ${(during - before).toFixed(0)} MiB more by the outage, ${(memory() - before).toFixed(0)} MiB when drained`,
  );
  await pump.stop();
  await journal.close();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
