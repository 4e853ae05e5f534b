/** A pseudo-terminal pair by Debian's `socat`: one end at a path for whoever is trained, the other for the terminal. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY_MS = 5000;
const LOOK_MS = 20;

/** Makes `path`; rejects with a line for people where that does not go. `near` is the terminal's end. */
export async function makePty(path: string): Promise<{ readonly near: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'xingji-pty-'));
  const near = join(folder, 'terminal');
  const child = spawn('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${path}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const remove = (): void => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  let fault: string | undefined;
  child.once('error', () => {
    fault = `--pty needs socat to make ${path}: install it (apt install socat), or name a port that exists`;
  });
  child.once('exit', () => {
    fault ??= `socat could not make ${path}`;
  });
  for (let waited = 0; !(existsSync(near) && existsSync(path)); waited += LOOK_MS) {
    await pause(LOOK_MS);
    if (fault === undefined && waited < READY_MS) continue;
    remove();
    throw new Error(fault ?? `socat did not make ${path} in time`);
  }
  return { near, remove };
}
