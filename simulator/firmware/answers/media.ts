/** Pictures and sound: taken, searched for, asked for, and what becomes of their upload (0x8800–0x8805). */
import { codecFor, IGNORE_QUIRKS } from '../../../protocol/index.ts';
import { type Answer, type Answers, type Outcome, reply } from './answering.ts';
import { encodeReport } from '../bodies.ts';
import { MESSAGE } from '../effects.ts';
import { keptBy } from '../kept.ts';
import { keepMedium, type Medium } from '../media.ts';
import { BASIC_LOCATION } from '../camera.ts';
import { sendPartsAgain } from '../parts.ts';
import type { Terminal } from '../terminal.ts';

const VIDEO = 0xffff;
/** As fast as can be. */
const FASTEST_MS = 1000;
const MAX_SOUND_S = 60;

const shoot: Answer<0x8801> = (context, { channelId, command, interval, saveFlag, resolution }) => {
  const { terminal, now, asked } = context;
  const kept = keptBy(terminal);
  const cameras = terminal.device?.profile.cameras ?? 1;
  if (command === 0) {
    kept.shooting = undefined;
    return 'success';
  }
  if (channelId < 1 || channelId > cameras || command === VIDEO || kept.shooting !== undefined) {
    if (terminal.identity.revision === 2011) return 'failure';
    const result = channelId < 1 || channelId > cameras ? 'channelNotSupported' : 'failure';
    return reply(context, 0x0805, { replySerial: asked.serial, result });
  }
  kept.shooting = {
    channel: channelId,
    intervalMs: Math.max(FASTEST_MS, interval * 1000),
    store: saveFlag === 'store',
    resolution,
    replySerial: asked.serial,
    left: command,
    nextAt: now,
    ids: [],
  };
  return 'success';
};

const record: Answer<0x8804> = ({ terminal, now }, { command, duration, saveFlag }) => {
  const kept = keptBy(terminal);
  if (command !== 'start') return 'success';
  const seconds = Math.min(duration === 0 ? MAX_SOUND_S : duration, MAX_SOUND_S);
  const location = encodeReport(terminal, now).subarray(0, BASIC_LOCATION);
  const event = 'platformCommand';
  const taken = {
    type: 'audio',
    format: 'wav',
    event,
    channel: 0,
    at: now,
    location,
    width: seconds,
    height: 0,
  } as const;
  const { id } = keepMedium(kept, taken);
  if (saveFlag === 'uploadInRealTime') kept.outbox.push({ id, remove: true, tries: 0 });
  return 'success';
};

const search: Answer<0x8802> = (context, wanted) => {
  const { revision } = context.terminal.identity;
  const items = found(context.terminal, wanted).map(({ id, type, channel, event, location }) => {
    const { items: _, ...place } = codecFor(MESSAGE.report, revision).decode(
      location,
      0,
      location.length,
      IGNORE_QUIRKS,
    );
    return { multimediaId: id, type, channelId: channel, event: event as 'platformCommand', location: place };
  });
  return reply(context, 0x0802, { replySerial: context.asked.serial, items });
};

const uploadStored: Answer<0x8803> = ({ terminal }, wanted) => {
  const remove = wanted.deleteFlag === 'deleteAfterUpload';
  keptBy(terminal).outbox.push(...found(terminal, wanted).map(({ id }) => ({ id, remove, tries: 0 })));
  return 'success';
};

const uploadOne: Answer<0x8805> = ({ terminal }, { multimediaId, deleteFlag }) => {
  const kept = keptBy(terminal);
  if (!kept.media.has(multimediaId)) return 'failure';
  kept.outbox.push({ id: multimediaId, remove: deleteFlag === 'deleteAfterUpload', tries: 0 });
  return 'success';
};

/** The platform has a picture, or lacks parts of it. A response: nothing answers it. */
const uploaded: Answer<0x8800> = ({ terminal, now, effects }, { multimediaId, packageIds = [] }): Outcome => {
  const { outbox, media, uploading } = keptBy(terminal);
  if (uploading !== multimediaId) {
    effects.push({ kind: 'note', what: 'strayAnswer' });
    return 'answered';
  }
  if (packageIds.length > 0) {
    sendPartsAgain(terminal, { numbers: packageIds }, now, effects);
    return 'answered';
  }
  terminal.pending.settleWhere(({ id }) => id === MESSAGE.media);
  const [done] = outbox.splice(0, 1);
  if (done?.remove === true) media.delete(done.id);
  keptBy(terminal).uploading = undefined;
  effects.push({ kind: 'note', what: 'mediaSent' });
  return 'answered';
};

interface Wanted {
  readonly type: string | number;
  readonly channelId: number;
  readonly event: string | number;
  readonly startTime: number;
  readonly endTime: number;
}

/** Times that were left out are no moment, and bound nothing. */
function found(terminal: Terminal, { type, channelId, event, startTime, endTime }: Wanted): Medium[] {
  return [...(terminal.kept?.media.values() ?? [])].filter(
    (medium) =>
      medium.type === type &&
      (channelId === 0 || medium.channel === channelId) &&
      medium.event === event &&
      !(medium.at < startTime) &&
      !(medium.at > endTime),
  );
}

export const ANSWER_MEDIA: Answers = {
  0x8800: uploaded,
  0x8801: shoot,
  0x8802: search,
  0x8803: uploadStored,
  0x8804: record,
  0x8805: uploadOne,
};
