/**
 * The evidence of one alarm: a folder with its files and `alarm.json`, which says what they are.
 *
 * A file has its name when it is whole and on the disk, and stands in `alarm.json` after that.
 */
import { basename, join } from 'node:path';
import type { BodyOf } from '../../protocol/index.ts';
import { makeFolder, readJson, replaceFile } from './durable-file.ts';
import { IncomingFile } from './incoming-file.ts';
import { safeName } from './safe-name.ts';

/** What is said of an alarm by whoever sends its evidence (0x1210). */
export interface AlarmNotes {
  /** Without leading zeros. */
  readonly terminal: string;
  /** 报警编号, given by the platform in 0x9208. */
  readonly alarmNumber: string;
  /** 报警标识号 as JSON: terminal id, time, sequence, number of files. */
  readonly identification: unknown;
}

/** A file that a terminal announced (0x1211). */
export interface FileNotes {
  readonly name: string;
  readonly type: BodyOf<'attachmentFile'>['type'];
  readonly size: number;
}

/** A file that is whole. */
export interface StoredFile extends FileNotes {
  /** Its name in the folder: the terminal's where that is harmless. */
  readonly file: string;
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly storedAt: string;
}

const INDEX = 'alarm.json';

export class Evidence {
  readonly notes: AlarmNotes;
  readonly folder: string;
  readonly #stored: Map<string, StoredFile>;

  private constructor(notes: AlarmNotes, folder: string, stored: Map<string, StoredFile>) {
    this.notes = notes;
    this.folder = folder;
    this.#stored = stored;
  }

  /** The evidence in a folder, with what is there of it. */
  static async open(notes: AlarmNotes, folder: string): Promise<Evidence> {
    await makeFolder(folder);
    const index = (await readJson(join(folder, INDEX))) as { files?: readonly StoredFile[] } | undefined;
    const files = Array.isArray(index?.files) ? index.files : [];
    return new Evidence(notes, folder, new Map(files.map((file) => [file.name, file])));
  }

  /** Of its folder, among those of the terminal. */
  get name(): string {
    return basename(this.folder);
  }

  get stored(): Iterable<StoredFile> {
    return this.#stored.values();
  }

  /** Whether a file is there already, whole. */
  has({ name, size }: FileNotes): boolean {
    return this.#stored.get(name)?.size === size;
  }

  /** Begins a file, or goes on with it. */
  incoming({ name, size }: FileNotes): Promise<IncomingFile> {
    return IncomingFile.open(this.folder, safeName(name), size);
  }

  /**
   * Gives a whole file its name and its line in the index. On return both are on the disk. `announce` is done in between:
   * what was cut off there is sent and announced again, and none is there that was not announced.
   */
  async keep(
    notes: FileNotes,
    incoming: IncomingFile,
    { now, announce }: { readonly now: number; readonly announce: (file: StoredFile) => Promise<void> },
  ): Promise<StoredFile> {
    const sha256 = await incoming.finish();
    const { name, type, size } = notes;
    const stored = { name, file: safeName(name), type, size, sha256, storedAt: new Date(now).toISOString() };
    await announce(stored);
    this.#stored.set(name, stored);
    const index = { ...this.notes, files: [...this.#stored.values()] };
    await replaceFile(join(this.folder, INDEX), `${JSON.stringify(index, undefined, 2)}\n`);
    return stored;
  }
}
