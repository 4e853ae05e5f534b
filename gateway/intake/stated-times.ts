/**
 * When a vehicle was where a message says: the times of all positions in it, whichever message it is. It is by them that what lies
 * in the period of an exemption is found.
 */
import {
  BatchCursor,
  type BodyOf,
  codecFor,
  type LocationReport,
  ProtocolError,
  QuirkSet,
  type Revision,
} from '../../protocol/index.ts';

const LOCATION = 0x0200;
const BATCH = 0x0704;
const MEDIA = 0x0801;
const MEDIA_SEARCH = 0x0802;
/** 行驶记录数据上传: positions by the second, in blocks of GB/T 19056 whose period the platform asked for. */
const RECORDER = 0x0700;
/** Behind the serial of the request: 0x0201 and 0x0500. */
const ANSWERS: ReadonlySet<number> = new Set([0x0201, 0x0500]);
/** Count and type, before the first item of a 0x0704. */
const BATCH_HEAD = 3;
/** Of a 0x0801, before the location that it was taken at; and those of that location. */
const MEDIA_HEAD = 8;
const LOCATION_FIXED = 28;

/** Octets [from, to) of `b` are the body, in the clear and whole. */
export interface Body {
  readonly id: number;
  readonly b: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly revision: Revision;
}

const quirks = new QuirkSet();

/** Whether a message says where its vehicle was at some time. */
export function statesPlaces(id: number): boolean {
  return id === LOCATION || id === BATCH || id === MEDIA || id === MEDIA_SEARCH || id === RECORDER || ANSWERS.has(id);
}

/** How many octets of the body tell all its times, so that the rest need not be waited for; Infinity where it takes all of them. */
export function tellingOctets(id: number): number {
  if (id === LOCATION) return LOCATION_FIXED;
  if (id === MEDIA) return MEDIA_HEAD + LOCATION_FIXED;
  return ANSWERS.has(id) ? LOCATION_FIXED + 2 : Number.POSITIVE_INFINITY;
}

/** Epoch ms each, NaN where a terminal had no time; `undefined` where it is not to be known when it was. Broken ones are left out. */
export function* statedTimes({ id, b, from, to, revision }: Body): Generator<number | undefined> {
  const of = (start: number, end: number): number[] => timeIn({ id: LOCATION, b, from: start, to: end, revision });
  if (id === LOCATION) yield* of(from, to);
  else if (ANSWERS.has(id)) yield* of(from + 2, to);
  // That of 2011 has no location there: octets that are no time of the calendar give none.
  else if (id === MEDIA) yield* of(from + MEDIA_HEAD, Math.min(to, from + MEDIA_HEAD + LOCATION_FIXED));
  else if (id === MEDIA_SEARCH) {
    const found = decoded<BodyOf<'storedMultimediaSearchResponse'>>({ id, b, from, to, revision });
    for (const { location } of found?.items ?? []) yield location.time;
  } else if (id === RECORDER) yield undefined;
  else if (id === BATCH && to - from >= BATCH_HEAD) {
    const batch = new BatchCursor(b, from, to, quirks);
    while (batch.next()) yield* of(batch.from, batch.to);
  }
}

function timeIn(body: Body): number[] {
  const report = decoded<LocationReport>(body);
  return report === undefined ? [] : [report.time];
}

function decoded<T>({ id, b, from, to, revision }: Body): T | undefined {
  try {
    return codecFor(id, revision)?.decode(b, from, to, quirks) as T | undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
