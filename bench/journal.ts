/**
 * The journal alone: records of 120 octets offered at a steady rate (open loop), each timed from `append` to
 * the word that it is on disk. Also how long the main loop was ever kept from turning.
 *
 *     node bench/journal.ts [--seconds 4] [--rates 20000,100000,200000,400000] [--dir DIR]
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CommitWaiter, Journal } from '../gateway/journal/journal.ts';
import { openJournal } from '../gateway/journal/open-journal.ts';
import { RECORD_HEAD, RECORD_KIND, type RecordInput } from '../gateway/journal/record.ts';
import { journalPath } from '../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../gateway/journal/sqlite-storage.ts';
import { clock } from './load/clock.ts';

const RECORD_BYTES = 120;
const TERMINALS = 1000;
/** Records timed at most; more than any rate here gives in the time. */
const SAMPLES = 1 << 22;

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rates: { type: 'string', default: '20000,100000,200000,400000' },
    dir: { type: 'string', default: tmpdir() },
  },
});

interface Round {
  readonly rate: number;
  readonly done: number;
  readonly refused: number;
  readonly perSecond: number;
  readonly latencies: Float64Array;
  readonly commits: number;
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
  return {
    rate,
    done,
    refused,
    perSecond: done / took,
    latencies: latencies.subarray(0, done).sort(),
    commits,
    longestGapMs,
    cpuUsPerRecord: (user + system) / done,
  };
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

const dir = mkdtempSync(join(flags.dir, 'xingji-bench-'));
try {
  console.log(
    `journal: ${RECORD_BYTES}-octet records, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
  );
  console.log(
    '  offered/s      on disk/s   p50 ms   p95 ms   p99 ms   max ms   per commit   refused   loop gap ms   CPU µs/rec   fdatasync p50 / p99',
  );
  for (const rate of flags.rates.split(',').map(Number)) {
    const path = journalPath(join(dir, String(rate)));
    const journal = await openJournal({ storage: sqliteStorage({ path, limitBytes: 0, now: Date.now() }), clock });
    // The first commits warm the code, not the figures.
    await round(journal, rate, 1);
    const result = await round(journal, rate, Number(flags.seconds));
    const floor = syncFloor();
    const at = (share: number): string => percentile(result.latencies, share).toFixed(1).padStart(9);
    console.log(
      `${String(result.rate).padStart(11)}${result.perSecond.toFixed(0).padStart(15)}${at(0.5)}${at(0.95)}${at(0.99)}${at(1)}` +
        `${(result.done / result.commits).toFixed(0).padStart(13)}${String(result.refused).padStart(10)}` +
        `${result.longestGapMs.toFixed(1).padStart(14)}${result.cpuUsPerRecord.toFixed(2).padStart(13)}` +
        `${percentile(floor, 0.5).toFixed(2).padStart(10)} / ${percentile(floor, 0.99).toFixed(2)}`,
    );
    await journal.close();
    rmSync(join(dir, String(rate)), { recursive: true });
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
