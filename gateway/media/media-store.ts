/**
 * Puts the data of whole 0x0801 into files, one after the other, and keeps the folder within its bounds.
 *
 * Bound: `maxWaiting` octets wait for the disk. While more do (the disk is full, or slower than the fleet) no further
 * parts of pictures are taken, and terminals keep theirs. A write that fails is tried again until it goes through.
 */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { MediaDisk } from './media-disk.ts';
import type { MediaFile } from './media-record.ts';
import { type Picture, placeOf, readPicture, sha256Of } from './picture.ts';
import { type MediaRetention, overdueDays } from './retention.ts';

export interface MediaOptions extends MediaRetention {
  readonly disk: MediaDisk;
  readonly clock: Clock;
  /** Octets that may wait for the disk; 64 MiB unless given. */
  readonly maxWaiting?: number;
  /** A write or a removal failed; it is tried again. */
  readonly fault?: (error: unknown) => void;
}

/** A picture that is on disk. */
export interface Stored {
  readonly picture: Picture;
  readonly file: MediaFile;
  /** False where the same file was there before. */
  readonly fresh: boolean;
}

export class MediaCounters {
  stored = 0;
  /** The same picture of the same terminal came again. */
  duplicates = 0;
  bytes = 0;
  failures = 0;
  /** Files of evidence of alarms that are whole, and their octets. */
  evidence = 0;
  evidenceBytes = 0;
  /** Octets that were removed by age or size. */
  removedBytes = 0;
}

const MAX_WAITING = 64 << 20;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
const SWEEP_EVERY_MS = 3_600_000;
/** The first one soon, but not while a start has better things to do. */
const FIRST_SWEEP_MS = 60_000;
/** What the paths of the contract begin with. */
const FOLDER = 'media';

export class MediaStore {
  readonly counters = new MediaCounters();
  readonly #options: MediaOptions;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #wakes = new Set<Cancel>();
  #closed = false;

  constructor(options: MediaOptions) {
    this.#options = options;
    this.#later(FIRST_SWEEP_MS, () => void this.#sweep());
  }

  /** Octets that wait for the disk. */
  get waiting(): number {
    return this.#waiting;
  }

  get full(): boolean {
    return this.#waiting >= (this.#options.maxWaiting ?? MAX_WAITING);
  }

  /**
   * Resolves when the picture in a whole 0x0801 is on disk; never after `close`. Undefined, at once, where the octets
   * are no picture.
   */
  store(
    from: { readonly terminal: string; readonly receivedAt: number },
    octets: Uint8Array,
  ): Promise<Stored> | undefined {
    const read = readPicture(octets);
    if (read === undefined) return undefined;
    const { picture, body } = read;
    const { data } = picture;
    const sha256 = sha256Of(data);
    const place = placeOf({ ...from, body }, sha256);
    const file = { path: `${FOLDER}/${place}`, size: data.length, sha256 };
    this.#waiting += data.length;
    return this.#keep(place, data).then((fresh) => {
      this.#waiting -= data.length;
      return { picture, file, fresh };
    });
  }

  /** Writes nothing more that has not begun: the next start finds the parts in the journal. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#wakes) cancel();
    this.#wakes.clear();
  }

  async #keep(place: string, data: Uint8Array): Promise<boolean> {
    const { disk, fault } = this.#options;
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(2 * delay, LAST_RETRY_MS)) {
      try {
        const fresh = await this.#inTurn(() => disk.keep(place, data));
        if (fresh) this.counters.stored++;
        else this.counters.duplicates++;
        if (fresh) this.counters.bytes += data.length;
        return fresh;
      } catch (error) {
        this.counters.failures++;
        fault?.(error);
        await new Promise<void>((resolve) => this.#later(delay, resolve));
      }
    }
  }

  /** One write at a time; one that fails lets the others pass until it is tried again. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => (this.#closed ? new Promise<never>(() => {}) : work()));
    this.#turn = result.catch(() => {});
    return result;
  }

  async #sweep(): Promise<void> {
    const { disk, clock, fault } = this.#options;
    try {
      for (const day of overdueDays(await disk.days(), this.#options, clock.now())) {
        await disk.remove(day);
        this.counters.removedBytes += day.bytes;
      }
    } catch (error) {
      fault?.(error);
    }
    this.#later(SWEEP_EVERY_MS, () => void this.#sweep());
  }

  #later(ms: number, call: () => void): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    const cancel = clock.wake(clock.monotonic() + ms, () => {
      this.#wakes.delete(cancel);
      call();
    });
    this.#wakes.add(cancel);
  }
}
