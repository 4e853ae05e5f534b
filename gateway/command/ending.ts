/**
 * What ends a command: which answers the standard has for its message, and which pictures it asked for.
 *
 * Answers of some messages carry no serial (0x0107, 0x0608, 0x0702, 0x0801, 0x0A00): of those a terminal is asked one at a
 * time, else nobody could say which is answered.
 */
import { type BodyOf, type Message, messageById, replyTo, type Revision } from '../../protocol/index.ts';
import type { Filed } from '../media/filed.ts';
import type { CommandMedia } from './command.ts';

/** Pictures, sounds or videos that a command asked for. */
export type MediaWish =
  /** So many that are taken now; their ids come with 0x0805, from 2013 on. */
  | { readonly kind: 'shots'; readonly channel: number; readonly count: number }
  | { readonly kind: 'item'; readonly multimediaId: number }
  /** As many as the terminal finds: it does not say how many those are. */
  | { readonly kind: 'search'; readonly channel: number; readonly type: unknown; readonly event: unknown };

export interface Ending {
  /** The specific answer, where the revision has one that is no medium. */
  readonly specific: number | undefined;
  readonly media: MediaWish | undefined;
  /** Commands of one lane are asked one at a time; undefined: any number at once. */
  readonly lane: number | undefined;
}

const MEDIA_UPLOAD = 0x0801;
/** Messages that ask for pictures, sound and video. */
export const CAMERA: ReadonlySet<number> = new Set([0x8801, 0x8803, 0x8805]);
const WITHOUT_SERIAL = new Set([0x0107, 0x0608, 0x0702, 0x0a00]);
const VIDEO = 0xffff;

/** `body` is a body of the message, decoded. */
export function endingOf(message: Message, revision: Revision, body: unknown): Ending {
  const { specific } = replyTo(message.id);
  const told = specific === MEDIA_UPLOAD || !isOf(specific, revision) ? undefined : specific;
  const lane = CAMERA.has(message.id)
    ? MEDIA_UPLOAD
    : told !== undefined && WITHOUT_SERIAL.has(told)
      ? told
      : undefined;
  return { specific: told, media: wishOf(message, body), lane };
}

/** An answer that the terminal's edition does not have will not come: 2011 answers 0x8801 with 0x0001 alone. */
function isOf(id: number | undefined, revision: Revision): boolean {
  return id !== undefined && messageById(id)?.about.revisions.includes(revision) === true;
}

function wishOf({ name }: Message, body: unknown): MediaWish | undefined {
  if (name === 'uploadOneStoredMultimediaItem')
    return { kind: 'item', multimediaId: (body as BodyOf<typeof name>).multimediaId };
  if (name === 'uploadStoredMultimedia') {
    const { channelId, type, event } = body as BodyOf<typeof name>;
    return { kind: 'search', channel: channelId, type, event };
  }
  if (name !== 'cameraShootNow') return undefined;
  const { channelId, command, saveFlag } = body as BodyOf<typeof name>;
  if (command === 0 || saveFlag !== 'uploadInRealTime') return undefined;
  return { kind: 'shots', channel: channelId, count: command === VIDEO ? 1 : command };
}

/** Ids that the terminal has named in its 0x0805, which is `answer` as JSON. */
function idsIn(answer: unknown): readonly number[] {
  return (answer as { readonly multimediaIds?: readonly number[] } | undefined)?.multimediaIds ?? [];
}

/** Whether a file is one of those that were asked for. Some terminals name another event: then the ids of `answer` tell. */
export function isWished(wish: MediaWish, { said }: Filed, answer: unknown): boolean {
  switch (wish.kind) {
    case 'item':
      return said.multimediaId === wish.multimediaId;
    case 'shots':
      if (idsIn(answer).includes(said.multimediaId)) return true;
      return said.event === 'platformCommand' && said.channelId === wish.channel;
    case 'search':
      return (
        said.type === wish.type && said.event === wish.event && (wish.channel === 0 || said.channelId === wish.channel)
      );
    default:
      return wish satisfies never;
  }
}

/** Whether all that was asked for is there; of a search nobody can say. `answer` is the body of 0x0805 as JSON. */
export function isComplete(wish: MediaWish, media: readonly CommandMedia[], answer: unknown): boolean {
  if (wish.kind === 'search') return false;
  if (wish.kind === 'item') return media.length > 0;
  const ids = idsIn(answer);
  if (ids.length === 0) return media.length >= wish.count;
  const here = new Set(media.map(({ multimediaId }) => multimediaId));
  return ids.every((id) => here.has(id));
}
