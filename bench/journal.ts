/**
 * The journal alone: records of 120 octets offered at a steady rate (open loop), each timed from `append` to
 * the word that it is on disk. Also how long the main loop was ever kept from turning. Every other disk is slower: with
 * `--slow 0,5,20` the storage answers each commit so many milliseconds later.
 *
 *     node bench/journal.ts [--seconds 4] [--rates 20000,100000,200000,400000] [--slow 0,5,20] [--rounds 1] [--dir DIR]
 *
 * Medians of rounds that go through all rows in turn.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommitWaiter, Journal } from '../gateway/journal/journal.ts';
import { openJournal } from '../gateway/journal/open-journal.ts';
import { RECORD_HEAD, RECORD_KIND, type RecordInput } from '../gateway/journal/record.ts';
import { journalPath } from '../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../gateway/journal/sqlite-storage.ts';
import type { Storage } from '../gateway/journal/storage.ts';
import { readFlags } from './flags/read-flags.ts';
import { clock } from './load/clock.ts';

const RECORD_BYTES = 120;
const TERMINALS = 1000;
/** Records timed at most; more than any rate here gives in the time. */
const SAMPLES = 1 << 22;

const { flags } = readFlags(import.meta.filename, {
  seconds: 4,
  rates: [20_000, 100_000, 200_000, 400_000],
  slow: [0, 5, 20],
  rounds: 1,
  dir: tmpdir(),
});

interface Round {
  readonly refused: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly perCommit: number;
  readonly longestGapMs: number;
  readonly cpuUsPerRecord: number;
}

/** Offers what `rate` makes due every millisecond, until the time is up, then waits for the last of them. */
async function round(journal: Journal, rate: number, seconds: number): Promise<Round> {
  const began = new Float64Array(SAMPLES);
  const latencies = new Float64Array(SAMPLES);
  const terminals = Array.from({ length: TERMINALS }, (_, i) => String(13_900_000_000 + i));
  const payload = new Uint8Array(RECORD_BYTES - RECORD_HEAD - terminals[0]!.length).fill(0x5a);
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
  let offered = 0;
  let done = 0;
  let refused = 0;
  let commits = 0;
  let longestGapMs = 0;
  const waiter: CommitWaiter = {
    committed(token) {
      latencies[done] = performance.now() - began[token]!;
      done += 1;
    },
    refused() {
      refused += 1;
    },
  };
  const unsubscribe = journal.subscribe({
    committed() {
      commits += 1;
    },
  });
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + seconds * 1000;
  let turn = start;
  await new Promise<void>((resolve) => {
    const offer = (): void => {
      const now = performance.now();
      longestGapMs = Math.max(longestGapMs, now - turn - 1);
      turn = now;
      const due = Math.min(SAMPLES, Math.floor(((Math.min(now, end) - start) / 1000) * rate));
      for (; offered < due; offered += 1) {
        began[offered] = performance.now();
        record.receivedAt = now;
        record.terminal = terminals[offered % TERMINALS]!;
        if (journal.append(record, waiter, offered) !== undefined) refused += 1;
      }
      if (now >= end && done + refused >= offered) resolve();
      else setTimeout(offer, 1);
    };
    offer();
  });
  const took = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  unsubscribe();
  const sorted = latencies.subarray(0, done).sort();
  return {
    refused,
    perSecond: done / took,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
    perCommit: done / commits,
    longestGapMs,
    cpuUsPerRecord: (user + system) / done,
  };
}

/** A disk that takes so much longer for each commit. */
function slower(storage: Storage, ms: number): Storage {
  if (ms === 0) return storage;
  return {
    ...storage,
    async commit(commit) {
      const committed = await storage.commit(commit);
      await pause(ms);
      return committed;
    },
  };
}

/** A journal of its own, on a disk that is so slow. The first commits warm the code, not the figures. */
async function played(rate: number, slowMs: number): Promise<Round> {
  const folder = mkdtempSync(join(dir, 'journal-'));
  const storage = sqliteStorage({ path: journalPath(folder), limitBytes: 0, now: Date.now() });
  const journal = await openJournal({ storage: slower(storage, slowMs), clock });
  try {
    await round(journal, rate, 1);
    return await round(journal, rate, flags.seconds);
  } finally {
    await journal.close();
    rmSync(folder, { recursive: true });
  }
}

/** What the disk itself takes for 8 KiB and fdatasync, now: the floor below every figure of the table. */
function syncFloor(): Float64Array {
  const fd = openSync(join(dir, 'floor'), 'w');
  const octets = new Uint8Array(8192);
  const times = Float64Array.from({ length: 300 }, (_, i) => {
    const start = performance.now();
    writeSync(fd, octets, 0, octets.length, i * octets.length);
    fdatasyncSync(fd);
    return performance.now() - start;
  });
  closeSync(fd);
  return times.sort();
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const dir = mkdtempSync(join(flags.dir, 'xingji-bench-'));
try {
  const rows = flags.slow.flatMap((slowMs) => flags.rates.map((rate) => ({ slowMs, rate })));
  const rounds: Round[][] = rows.map(() => []);
  for (let n = 0; n < flags.rounds; n++)
    for (const [i, { rate, slowMs }] of rows.entries()) rounds[i]!.push(await played(rate, slowMs));
  const floor = syncFloor();
  console.log(
    `journal: ${RECORD_BYTES}-octet records, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}; ` +
      `fdatasync p50 ${percentile(floor, 0.5).toFixed(2)} ms, p99 ${percentile(floor, 0.99).toFixed(2)}; medians of ${flags.rounds}`,
  );
  console.log(
    '  slower by  offered/s  on disk/s   p50 ms   p95 ms   p99 ms   (rounds)        max ms  per commit  refused  loop gap ms  CPU µs/rec',
  );
  for (const [i, { rate, slowMs }] of rows.entries()) {
    const own = rounds[i]!;
    const at = (of: keyof Round, width: number, digits = 1): string =>
      median(own.map((one) => one[of]))
        .toFixed(digits)
        .padStart(width);
    const spread = own.map(({ p99 }) => p99.toFixed(0)).join(' ');
    console.log(
      `${`${slowMs} ms`.padStart(11)}${String(rate).padStart(11)}${at('perSecond', 11, 0)}${at('p50', 9)}${at('p95', 9)}${at('p99', 9)}   ` +
        `${spread.padEnd(14)}${at('max', 8)}${at('perCommit', 12, 0)}${at('refused', 9, 0)}${at('longestGapMs', 13)}${at('cpuUsPerRecord', 12, 2)}`,
    );
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
