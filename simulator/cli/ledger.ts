/**
 * The simulator's own record of what it was told is stored: a JSON line for every report that a platform
 * acknowledged, to be held against what the platform still has after a crash.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { formatId, formatTime, terminalOf } from '../../protocol/index.ts';
import type { AcknowledgedReports } from '../firmware/effects.ts';
import type { Identity } from '../firmware/identity.ts';

/** Characters that wait for being written: at this many they are, before anything else goes on. */
const BUFFER = 64 * 1024;

export class Ledger {
  readonly #file: number;
  #lines = '';

  /** Begins a new file; throws as `openSync` does. */
  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  /** Adds the reports of one acknowledged message: who, when by the report, and the message that carried it. */
  add(identity: Identity, { id, serial, reports }: AcknowledgedReports): void {
    const terminal = terminalOf(identity.phone);
    for (const { at } of reports) {
      const time = formatTime(Math.floor(at / 1000) * 1000);
      this.#lines += `{"terminal":"${terminal}","serial":${serial},"time":"${time}","id":"${formatId(id, 4)}"}\n`;
    }
    if (this.#lines.length >= BUFFER) this.flush();
  }

  /** Hands everything to the operating system. */
  flush(): void {
    if (this.#lines !== '') writeSync(this.#file, this.#lines);
    this.#lines = '';
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}
