/**
 * Loaded into a gateway's process before its own code, on every thread: the machine's clock steps, and its disk is slow, as
 * the file named by HOST_FAULTS says at the time. The gateway itself knows nothing of it.
 */
import { readFileSync } from 'node:fs';
import { StatementSync } from 'node:sqlite';

export interface HostFaults {
  /** Added to the time of day. */
  readonly clockStepMs: number;
  /** Each commit to a disk takes so much longer. */
  readonly commitMs: number;
}

const LOOK_EVERY_MS = 100;
const path = process.env['HOST_FAULTS'];
const asleep = new Int32Array(new SharedArrayBuffer(4));
let faults: HostFaults = { clockStepMs: 0, commitMs: 0 };
let lookedAt = -LOOK_EVERY_MS;

function now(): HostFaults {
  if (path === undefined || performance.now() - lookedAt < LOOK_EVERY_MS) return faults;
  lookedAt = performance.now();
  faults = JSON.parse(readFileSync(path, 'utf8')) as HostFaults;
  return faults;
}

const realNow = Date.now;
Date.now = () => realNow() + now().clockStepMs;

// The journal commits by a prepared statement.
const realRun = StatementSync.prototype.run;
StatementSync.prototype.run = function run(this: StatementSync, ...values: unknown[]) {
  const { commitMs } = now();
  if (commitMs > 0 && this.sourceSQL === 'commit') Atomics.wait(asleep, 0, 0, commitMs);
  return Reflect.apply(realRun, this, values);
} as typeof realRun;
