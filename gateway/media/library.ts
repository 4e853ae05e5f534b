/**
 * Files of terminals that the API hands out: pictures, sound and video, and the evidence of alarms. Names come from
 * outside, so each is held against its form before it becomes a path.
 */
import { createReadStream, type ReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file as lists have it. `path` is its address below `/api/v1/`, and its place in the data folder. */
export interface LibraryFile {
  readonly path: string;
  readonly terminal: string;
  /** Of a picture: the day it was taken, its id, and what it is. */
  readonly date?: string;
  readonly multimediaId?: number;
  readonly type?: 'image' | 'audio' | 'video' | 'other';
  /** Of evidence: the folder of its alarm. */
  readonly alarm?: string;
  readonly size: number;
}

/** A file to be read. */
export interface OpenedFile {
  readonly size: number;
  readonly contentType: string;
  /** Its content never changes under its name. */
  readonly etag: string;
  /** Octets [start, end]. */
  read(start: number, end: number): ReadStream;
}

export interface Library {
  /** Files of a terminal, those of one day where it is given, in the order of their paths, at most `limit` after `after`. */
  media(
    terminal: string,
    of: { readonly date?: string; readonly after?: string; readonly limit: number },
  ): Promise<LibraryFile[]>;
  evidence(terminal: string, of: { readonly after?: string; readonly limit: number }): Promise<LibraryFile[]>;
  /** Undefined where there is none, or the path is none of a file. */
  open(
    kind: 'media' | 'attachments',
    names: readonly [terminal: string, folder: string, file: string],
  ): Promise<OpenedFile | undefined>;
}

const MEDIA_NAME = /^(\d{1,10})-([0-9a-f]{16})\.(jpg|tif|mp3|wav|wmv|bin)$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TERMINAL = /^[0-9a-f]{1,20}$/;
/** What `safeName` gives, and nothing that leads elsewhere. */
const SAFE = /^(?!\.)[\p{L}\p{N}._~-]{1,160}$/u;
/** What is said of the others; what is unfinished begins with a dot. */
const INTERNAL = /^alarm\.json(\.new)?$/;

const TYPES: Readonly<Record<string, readonly [contentType: string, type: NonNullable<LibraryFile['type']>]>> = {
  jpg: ['image/jpeg', 'image'],
  jpeg: ['image/jpeg', 'image'],
  png: ['image/png', 'image'],
  tif: ['image/tiff', 'image'],
  mp3: ['audio/mpeg', 'audio'],
  wav: ['audio/wav', 'audio'],
  wmv: ['video/x-ms-wmv', 'video'],
  mp4: ['video/mp4', 'video'],
  h264: ['video/h264', 'video'],
};

export function openLibrary(data: string): Library {
  return {
    async media(terminal, { date, after, limit }) {
      if (!TERMINAL.test(terminal) || (date !== undefined && !DATE.test(date))) return [];
      const days = date === undefined ? await namesIn(join(data, 'media', terminal)) : [date];
      return collect('media', terminal, { data, folders: days.filter((day) => DATE.test(day)), after, limit });
    },
    async evidence(terminal, { after, limit }) {
      if (!TERMINAL.test(terminal)) return [];
      const folders = await namesIn(join(data, 'attachments', terminal));
      return collect('attachments', terminal, {
        data,
        folders: folders.filter((each) => SAFE.test(each)),
        after,
        limit,
      });
    },
    async open(kind, [terminal, folder, file]) {
      const proper =
        kind === 'media' ? DATE.test(folder) && MEDIA_NAME.test(file) : SAFE.test(folder) && isEvidence(file);
      if (!TERMINAL.test(terminal) || !proper) return undefined;
      return opened(join(data, kind, terminal, folder, file), file);
    },
  };
}

/** Several as one: where a terminal changed hands, its files are where they were written. */
export function joinLibraries(libraries: readonly Library[]): Library {
  const [first] = libraries;
  if (first !== undefined && libraries.length === 1) return first;
  const all = async (limit: number, list: (library: Library) => Promise<LibraryFile[]>): Promise<LibraryFile[]> => {
    const found = (await Promise.all(libraries.map(list))).flat();
    return found.sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, limit);
  };
  return {
    media: (terminal, of) => all(of.limit, (library) => library.media(terminal, of)),
    evidence: (terminal, of) => all(of.limit, (library) => library.evidence(terminal, of)),
    async open(kind, names) {
      for (const library of libraries) {
        const found = await library.open(kind, names);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

async function collect(
  kind: 'media' | 'attachments',
  terminal: string,
  from: {
    readonly data: string;
    readonly folders: readonly string[];
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<LibraryFile[]> {
  const { data, folders, after = '', limit } = from;
  const found: LibraryFile[] = [];
  for (const folder of folders.toSorted()) {
    const names = await namesIn(join(data, kind, terminal, folder));
    for (const name of names.toSorted()) {
      const path = `${kind}/${terminal}/${folder}/${name}`;
      const proper = kind === 'media' ? MEDIA_NAME.test(name) : isEvidence(name);
      if (path <= after || !proper) continue;
      const size = await sizeOf(join(data, path));
      if (size !== undefined) found.push({ path, terminal, ...aboutOf(kind, folder, name), size });
      if (found.length === limit) return found;
    }
  }
  return found;
}

function aboutOf(kind: 'media' | 'attachments', folder: string, name: string): Partial<LibraryFile> {
  const type = TYPES[extensionOf(name)]?.[1] ?? 'other';
  if (kind === 'attachments') return { alarm: folder, type };
  return { date: folder, multimediaId: Number(MEDIA_NAME.exec(name)![1]), type };
}

function isEvidence(name: string): boolean {
  return SAFE.test(name) && !INTERNAL.test(name);
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

async function opened(path: string, name: string): Promise<OpenedFile | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { size, mtimeMs } = await handle.stat();
    const contentType = TYPES[extensionOf(name)]?.[0] ?? 'application/octet-stream';
    const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
    return { size, contentType, etag, read: (start, end) => createReadStream(path, { start, end }) };
  } finally {
    await handle.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
}
