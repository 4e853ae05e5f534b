/**
 * The folder of media files: `<data>/media/<terminal>/<date>/<id>-<hash>.<ext>`.
 *
 * A file is there whole or not at all: it is written beside its place, synced, and moved. Its name carries its hash, so
 * one that is there already is the same.
 */
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What a terminal sent on one day. */
export interface MediaDay {
  readonly terminal: string;
  /** `2026-11-22`. */
  readonly date: string;
  readonly bytes: number;
}

/** Where media files are kept; in memory for tests. */
export interface MediaDisk {
  /** Resolves when the file is on disk: to false where it was there before. Rejects where it cannot be written. */
  keep(place: string, data: Uint8Array): Promise<boolean>;
  days(): Promise<MediaDay[]>;
  remove(day: MediaDay): Promise<void>;
}

const FOLDER_MODE = 0o750;
const FILE_MODE = 0o640;
/** Files that were never finished have this behind their name. */
const UNFINISHED = '.part';

export function openMediaDisk(folder: string): MediaDisk {
  /** Folders that are known to be there. Forgotten all at once at the bound: they are only made again. */
  const made = new Set<string>();
  let written = 0;

  async function ensure(path: string): Promise<void> {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    // A folder is on disk when the one above it is synced.
    for (let at = path; at !== folder; at = dirname(at)) await sync(dirname(at));
    if (made.size >= MADE_KEPT) made.clear();
    made.add(path);
  }

  return {
    async keep(place, data) {
      const path = join(folder, place);
      await ensure(dirname(path));
      const there = await sizeOf(path);
      if (there === data.length) {
        await sync(dirname(path));
        return false;
      }
      const beside = `${path}.${++written}${UNFINISHED}`;
      try {
        const file = await open(beside, 'w', FILE_MODE);
        try {
          await file.writeFile(data);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(beside, path);
        await sync(dirname(path));
      } catch (error) {
        made.clear();
        await rm(beside, { force: true }).catch(() => {});
        throw error;
      }
      return true;
    },
    async days() {
      const days: MediaDay[] = [];
      for (const terminal of await namesIn(folder)) {
        for (const date of await namesIn(join(folder, terminal))) {
          let bytes = 0;
          for (const name of await namesIn(join(folder, terminal, date)))
            bytes += (await sizeOf(join(folder, terminal, date, name))) ?? 0;
          days.push({ terminal, date, bytes });
        }
      }
      return days;
    },
    async remove({ terminal, date }) {
      const day = join(folder, terminal, date);
      made.delete(day);
      await rm(day, { recursive: true, force: true });
      // The terminal's folder goes with its last day.
      await rmdir(join(folder, terminal)).catch(() => {});
      made.delete(join(folder, terminal));
    },
  };
}

const MADE_KEPT = 10_000;

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
