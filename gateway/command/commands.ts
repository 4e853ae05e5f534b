/**
 * All commands: a fold over their steps.
 *
 * Bounds: `FINISHED_KEPT` finished ones are remembered, oldest forgotten first, so that a command that
 * comes twice is known; unfinished ones are bounded by whoever takes them (`mailbox.ts`).
 */
import type { Fold } from '../fold/fold.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import { decodeFact } from '../intake/facts.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { fromJson, messageByName } from '../../protocol/index.ts';
import { type Filed, readFiled } from '../media/filed.ts';
import { applyStep, type CommandStatus, type CommandStep, isFinal } from './command.ts';
import { CAMERA, endingOf, isWished } from './ending.ts';

const FINISHED_KEPT = 50_000;
/** Files that one command remembers; of a search that finds more the first ones. */
const MEDIA_KEPT = 256;

const NONE: readonly never[] = [];

export class Commands implements Fold, Snapshotted {
  readonly kind = 'command';
  readonly #byId = new Map<string, CommandStatus>();
  /** Unfinished ones by terminal. */
  readonly #waiting = new Map<string, Set<string>>();
  /** Finished ones, oldest first. */
  readonly #finished = new Set<string>();
  readonly #changed: (id: string) => void;

  /** `changed` hears of every id whose snapshot differs now. */
  constructor(changed: (id: string) => void) {
    this.#changed = changed;
  }

  get(id: string): CommandStatus | undefined {
    return this.#byId.get(id);
  }

  values(): IterableIterator<CommandStatus> {
    return this.#byId.values();
  }

  /** Commands of a terminal that are not finished, oldest first. */
  unfinished(terminal: string): readonly CommandStatus[] {
    const found = Array.from(this.#waiting.get(terminal) ?? [], (id) => this.#byId.get(id)!);
    return found.sort((a, b) => a.firstSeq - b.firstSeq);
  }

  /** Terminals with commands that are not finished. */
  terminals(): Iterable<string> {
    return this.#waiting.keys();
  }

  get waiting(): number {
    let count = 0;
    for (const ids of this.#waiting.values()) count += ids.size;
    return count;
  }

  /** Whether a command to a terminal waits for pictures, sound or video. */
  wantsMedia(terminal: string): boolean {
    for (const id of this.#waiting.get(terminal) ?? []) if (asksForMedia(this.#byId.get(id)!)) return true;
    return false;
  }

  apply(view: RecordView): void {
    if (view.kind === RECORD_KIND.media) return this.#media(view);
    if (view.kind !== RECORD_KIND.command) return;
    const step = decodeFact<CommandStep>(view.b, view.payloadStart, view.payloadEnd);
    if (step?.id === undefined) return;
    const before = this.#byId.get(step.id);
    const after = applyStep(before, step, view);
    if (after === undefined || after === before) return;
    this.#put(after);
    this.#changed(step.id);
  }

  /** A file came: it belongs to the command that asked for it, the oldest where there are several. */
  #media(view: RecordView): void {
    const unfinished = this.#waiting.get(view.terminal) === undefined ? NONE : this.unfinished(view.terminal);
    const asking = unfinished.filter(({ state, seq }) => state !== 'accepted' && seq < view.seq);
    const filed = asking.length === 0 ? undefined : readFiled(view);
    if (filed === undefined) return;
    const { path, size, sha256 } = filed.file;
    const { multimediaId } = filed.said;
    for (const status of asking) {
      const { media = NONE } = status;
      if (!wishes(status, filed)) continue;
      const known = media.length >= MEDIA_KEPT || media.some((one) => one.path === path);
      const now = known ? media : [...media, { multimediaId, path, size, sha256 }];
      this.#put({ ...status, media: now, updatedAt: view.receivedAt, seq: view.seq });
      this.#changed(status.id);
      return;
    }
  }

  snapshot(id: string): string | null {
    const status = this.#byId.get(id);
    return status === undefined ? null : JSON.stringify(status);
  }

  restore(_id: string, value: string): void {
    this.#put(JSON.parse(value) as CommandStatus);
  }

  #put(status: CommandStatus): void {
    const { id, terminal } = status;
    this.#byId.set(id, status);
    let waiting = this.#waiting.get(terminal);
    if (!isFinal(status.state)) {
      if (waiting === undefined) this.#waiting.set(terminal, (waiting = new Set()));
      waiting.add(id);
      return;
    }
    waiting?.delete(id);
    if (waiting?.size === 0) this.#waiting.delete(terminal);
    this.#finished.add(id);
    if (this.#finished.size <= FINISHED_KEPT) return;
    const [oldest] = this.#finished;
    this.#finished.delete(oldest!);
    this.#byId.delete(oldest!);
    this.#changed(oldest!);
  }
}

function asksForMedia({ order }: CommandStatus): boolean {
  return CAMERA.has(messageByName(order.type)?.id ?? 0);
}

/** A body was checked when the command was taken, by the revision of its terminal: those of pictures are alike in all. */
function wishes(status: CommandStatus, filed: Filed): boolean {
  if (!asksForMedia(status)) return false;
  const { type, body } = status.order;
  const message = messageByName(type)!;
  const wish = endingOf(message, 2013, fromJson(message, 2013, body ?? {})).media;
  return wish !== undefined && isWished(wish, filed, status.result);
}
