/** Reads the test vectors: frames, bodies and sentences from other projects, with the facts that those assert. */
import { readdirSync, readFileSync } from 'node:fs';

export type VectorKind =
  | 'frame'
  | 'body'
  | 'stream'
  | 'escape'
  | 'tolerate'
  | 'invalid'
  | 'sentence'
  | 'sentence-nochecksum';

/** One line of `tests/vectors/*.jsonl`; the README there says what the words mean. */
export interface Vector {
  readonly id: string;
  /** Repository and path of the file the vector was copied from. */
  readonly source: string;
  /** Where `expect` comes from, when not from `source`. */
  readonly expectSource?: string;
  readonly protocol: 'jt808' | 'jt809' | 'jt1078' | 'nmea' | 'rdss' | 'sbiao';
  readonly version: '2011' | '2013' | '2016' | '2019' | 'unknown';
  readonly variant?: string;
  /** `up` is from terminal (or lower platform) to platform. */
  readonly direction: 'up' | 'down' | 'unknown';
  readonly msgId: string | null;
  readonly kind: VectorKind;
  /** Octets, for everything but sentences. */
  readonly hex?: string;
  readonly text?: string;
  readonly checksumOk: boolean | null;
  readonly lengthOk?: boolean;
  /** As read by a script: not asserted by the source. */
  readonly header?: {
    readonly phone: string;
    readonly serial: number;
    readonly bodyLen: number;
    readonly enc: number;
    readonly sub: boolean;
  };
  /** Facts that the source asserts, flattened; the field names are the source's own. */
  readonly expect: Readonly<Record<string, unknown>>;
  readonly problems?: readonly string[];
  readonly oddities?: readonly string[];
  readonly notes?: string;
}

export interface VectorFilter {
  readonly protocol?: Vector['protocol'];
  readonly kind?: VectorKind | readonly VectorKind[];
  readonly direction?: Vector['direction'];
  /** As in the files: `0x0200`. */
  readonly msgId?: string;
}

const folder = new URL('../vectors/', import.meta.url);
let all: readonly Vector[] | undefined;

/** The names of the vector files, without folder. */
export function vectorFiles(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
}

/** The vectors of a file in this form. */
export function readVectors(file: URL | string): readonly Vector[] {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      // Some writers of JSON have NaN, which JSON has not.
      .map((line) => JSON.parse(line.replaceAll(/: NaN\b/g, ': null')) as Vector)
  );
}

/** Every vector that passes the filter. Throws where none does: a test over nothing would pass for nothing. */
export function vectors(filter: VectorFilter = {}): readonly Vector[] {
  all ??= vectorFiles().flatMap((name) => readVectors(new URL(name, folder)));
  const kinds = filter.kind === undefined ? undefined : [filter.kind].flat();
  const found = all.filter(
    (vector) =>
      (filter.protocol === undefined || vector.protocol === filter.protocol) &&
      (kinds === undefined || kinds.includes(vector.kind)) &&
      (filter.direction === undefined || vector.direction === filter.direction) &&
      (filter.msgId === undefined || vector.msgId === filter.msgId),
  );
  if (found.length === 0) throw new Error(`no vector passes ${JSON.stringify(filter)}`);
  return found;
}

/** The octets of a vector, in memory of their own. */
export function octetsOf(vector: Vector): Uint8Array {
  if (vector.hex === undefined) throw new Error(`${vector.id} has no octets`);
  return Uint8Array.from(Buffer.from(vector.hex, 'hex'));
}
