/** One process at a time works on a file: a lock beside it with the number of who has it. */
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

const PATIENCE = 100;
const LOOK_EVERY_MS = 50;

/** Waits so many milliseconds. */
export type Pause = (ms: number) => Promise<void>;

/** Makes a lock file; rejects where another keeps it for five seconds. Whoever took it removes it. */
export async function take(lock: string, pause: Pause): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      const file = openSync(lock, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries === PATIENCE) throw error;
      if (isLeft(lock)) rmSync(lock, { force: true });
      else await pause(LOOK_EVERY_MS);
    }
  }
}

/** Does some work while it has the lock. */
export async function locked<T>(lock: string, pause: Pause, work: () => Promise<T>): Promise<T> {
  await take(lock, pause);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether whoever took the lock is gone. */
function isLeft(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // It is taken, and not yet written.
    if (pid === 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' || !existsSync(lock);
  }
}
