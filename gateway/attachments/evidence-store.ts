/**
 * All evidence, in folders `<terminal>/<alarm>`. Bounded: what would not fit any more is refused, and what is older
 * than it must be kept is removed. Nothing is pushed out by what comes in, since anybody may send.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './durable-file.ts';
import { type AlarmNotes, Evidence } from './evidence.ts';
import { safeName } from './safe-name.ts';

export class EvidenceStore {
  readonly #root: string;
  readonly #most: number;
  /** Octets on the disk, and those that files under way may still take. */
  #used = 0;
  readonly #open = new Set<string>();

  private constructor(root: string, most: number) {
    this.#root = root;
    this.#most = most;
  }

  /** @param most octets of all evidence; a file that would exceed it is refused. */
  static async open(root: string, most: number): Promise<EvidenceStore> {
    await makeFolder(root);
    const store = new EvidenceStore(root, most);
    for (const folder of await store.#folders()) store.#used += await sizeOf(folder);
    return store;
  }

  get used(): number {
    return this.#used;
  }

  /** The evidence of an alarm; the same folder for the same terminal, alarm and number. `close` it afterwards. */
  async evidence(notes: AlarmNotes, alarm: string): Promise<Evidence> {
    const folder = join(this.#root, safeName(notes.terminal), safeName(alarm));
    this.#open.add(folder);
    return Evidence.open(notes, folder);
  }

  close({ folder }: Evidence): void {
    this.#open.delete(folder);
  }

  /** Sets room aside for a file; false where there is not so much. */
  reserve(octets: number): boolean {
    if (this.#used + octets > this.#most) return false;
    this.#used += octets;
    return true;
  }

  /** Gives room back that was set aside and not used. */
  release(octets: number): void {
    this.#used -= octets;
  }

  /** Removes evidence that was last added to before `before`, epoch ms; returns how many alarms that were. */
  async tidy(before: number): Promise<number> {
    let removed = 0;
    for (const folder of await this.#folders()) {
      if (this.#open.has(folder) || (await stat(folder)).mtimeMs >= before) continue;
      const size = await sizeOf(folder);
      await rm(folder, { recursive: true, force: true });
      this.#used -= size;
      removed++;
    }
    return removed;
  }

  async #folders(): Promise<string[]> {
    const terminals = await foldersIn(this.#root);
    return (await Promise.all(terminals.map(foldersIn))).flat();
  }
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
}

/** Octets of the files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder)) size += (await stat(join(folder, name))).size;
  return size;
}
