/**
 * A file on its way: what came is written where it belongs and noted, so that only the rest has to be sent again,
 * after a lost link and after a restart alike. What is noted as there is on the disk.
 */
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type ByteRange, ByteRanges } from './byte-ranges.ts';
import { hashFile, readJson, removeFiles, replaceFile, syncFolder } from './durable-file.ts';

export class IncomingFile {
  readonly size: number;
  readonly #folder: string;
  readonly #name: string;
  readonly #file: FileHandle;
  readonly #ranges: ByteRanges;
  #noted: number;

  private constructor(at: { folder: string; name: string; size: number }, file: FileHandle, ranges: ByteRanges) {
    this.size = at.size;
    this.#folder = at.folder;
    this.#name = at.name;
    this.#file = file;
    this.#ranges = ranges;
    this.#noted = ranges.list.length;
  }

  /** Goes on with what is there of a file of this name and size, or begins it. */
  static async open(folder: string, name: string, size: number): Promise<IncomingFile> {
    const [part, notes] = partsOf(folder, name);
    const known = rangesIn(await readJson(notes), size);
    // Notes without their file are of no use: it would be a file of holes.
    const file = await open(part, known === undefined ? 'w+' : 'r+', 0o640).catch(
      async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return undefined;
      },
    );
    if (file !== undefined) return new IncomingFile({ folder, name, size }, file, new ByteRanges(known));
    return new IncomingFile({ folder, name, size }, await open(part, 'w+', 0o640), new ByteRanges());
  }

  /** Octets that it takes on the disk, gaps included. */
  get extent(): number {
    return this.#ranges.list.at(-1)?.[1] ?? 0;
  }

  /** Octets behind the end of the file, and those that would leave too many gaps, are passed over. */
  async write(offset: number, octets: Uint8Array): Promise<void> {
    const end = Math.min(this.size, offset + octets.length);
    if (offset >= end) return;
    await this.#file.write(octets, 0, end - offset, offset);
    this.#ranges.add(offset, end);
  }

  /** What has still to come; nothing where the file is whole. */
  missing(most: number): ByteRange[] {
    return this.#ranges.missing(this.size, most);
  }

  /** Notes what is there, for whoever goes on later. */
  async note(): Promise<void> {
    await this.#file.sync();
    const [, notes] = partsOf(this.#folder, this.#name);
    await replaceFile(notes, JSON.stringify({ size: this.size, ranges: this.#ranges.list }));
    this.#noted = this.#ranges.list.length;
  }

  /** Gives a whole file its name. When it is there to stay, says its hash. */
  async finish(): Promise<string> {
    const [part, notes] = partsOf(this.#folder, this.#name);
    let sha256: string;
    try {
      sha256 = await hashFile(this.#file);
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
    await rename(part, join(this.#folder, this.#name));
    await removeFiles(notes);
    await syncFolder(this.#folder);
    return sha256;
  }

  /** Leaves it as it is. */
  async close(): Promise<void> {
    try {
      if (this.#ranges.list.length > 0 || this.#noted > 0) await this.note();
    } finally {
      await this.#file.close();
    }
  }
}

/** The octets so far, and the notes on which they are. Names of terminals do not begin with a dot. */
function partsOf(folder: string, name: string): [part: string, notes: string] {
  return [join(folder, `.${name}.part`), join(folder, `.${name}.part.json`)];
}

/** Ranges as they were noted for a file of that size. */
function rangesIn(notes: unknown, size: number): readonly ByteRange[] | undefined {
  if (typeof notes !== 'object' || notes === null) return undefined;
  const { size: noted, ranges } = notes as { size?: unknown; ranges?: unknown };
  return noted === size && Array.isArray(ranges) ? (ranges as ByteRange[]) : undefined;
}
