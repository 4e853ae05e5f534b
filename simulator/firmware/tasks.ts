/** What goes on beside reports while there is a session: pictures, their upload, an upgrade, the bus, raw positions. */
import { codecFor, type EpochMs } from '../../protocol/index.ts';
import { photographWay, takePicture } from './camera.ts';
import { canItems } from './can.ts';
import { type Effect, MESSAGE } from './effects.ts';
import { encoded } from './encoded.ts';
import { request, send } from './exchange.ts';
import { papersFor } from './identity.ts';
import type { Kept, Shooting } from './kept.ts';
import { fileOf, joined } from './media.ts';
import { photoTimer, rawInterval, sentencesOf } from './periodic.ts';
import { restart } from './switch.ts';
import type { Terminal } from './terminal.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** When the next of them is due. */
export function tasksDeadline({ kept }: Terminal): EpochMs {
  if (kept === undefined) return NEVER;
  if (kept.recordingAsked !== undefined || kept.upgraded !== undefined) return 0;
  if (kept.outbox.length > 0 && kept.uploading === undefined) return 0;
  const { tracking, shooting, upgrade } = kept;
  return Math.min(
    tracking?.until ?? NEVER,
    shooting?.nextAt ?? NEVER,
    upgrade?.at ?? NEVER,
    kept.nextCanAt,
    kept.nextPictureAt,
    kept.nextRawAt,
  );
}

/** Does what is due. */
export function doTasks(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  const { kept } = terminal;
  if (kept === undefined) return;
  photographWay(terminal, now);
  if (tasksDeadline(terminal) > now) return;
  if (kept.tracking !== undefined && kept.tracking.until <= now) kept.tracking = undefined;
  if (kept.recordingAsked !== undefined) {
    // There is no FTP here: what was asked for is told as failed.
    tell(
      terminal,
      MESSAGE.recordingUploaded,
      { replySerial: kept.recordingAsked, result: 'failure' },
      { now, effects },
    );
    kept.recordingAsked = undefined;
  }
  if (kept.shooting !== undefined && kept.shooting.nextAt <= now)
    shoot(terminal, kept, kept.shooting, { now, effects });
  if (kept.nextPictureAt <= now) takeTimed(terminal, kept, { now, effects });
  if (kept.nextCanAt <= now) sendCan(terminal, kept, { now, effects });
  if (kept.nextRawAt <= now) sendRaw(terminal, kept, { now, effects });
  if (kept.uploading === undefined && kept.outbox.length > 0) uploadNext(terminal, kept, { now, effects });
  seeToUpgrade(terminal, kept, { now, effects });
}

interface Moment {
  readonly now: EpochMs;
  readonly effects: Effect[];
}

function tell(terminal: Terminal, id: number, body: object, { now, effects }: Moment): void {
  const codec = codecFor(id, terminal.identity.revision);
  if (codec !== undefined) request(terminal, { id, body: encoded(codec, body) }, now, effects);
}

/** One picture of a 0x8801; after the last the platform is told their ids (0x0805, not in 2011), then they are sent. */
function shoot(terminal: Terminal, kept: Kept, shooting: Shooting, { now, effects }: Moment): void {
  const { channel, resolution, store, ids, replySerial } = shooting;
  ids.push(takePicture(terminal, { channel, event: 'platformCommand', resolution }, now).id);
  shooting.left--;
  shooting.nextAt = now + shooting.intervalMs;
  if (shooting.left > 0) return;
  kept.shooting = undefined;
  const { revision } = terminal.identity;
  if (revision !== 2011) {
    const answer = { replySerial, result: 'success', multimediaIds: ids } as const;
    send(terminal, { id: 0x0805, body: encoded(codecFor(0x0805, revision), answer) }, now, effects);
  }
  if (!store) kept.outbox.push(...ids.map((id) => ({ id, remove: true, tries: 0 })));
}

/** Parameter 0x0064: pictures by the clock, told of by 0x0800. */
function takeTimed(terminal: Terminal, kept: Kept, moment: Moment): void {
  const timer = photoTimer(terminal);
  kept.nextPictureAt = timer === undefined ? NEVER : moment.now + timer.intervalMs;
  for (const { channel, upload } of timer?.channels ?? []) {
    const { id, type, format, event } = takePicture(terminal, { channel, event: 'timedAction' }, moment.now);
    tell(terminal, MESSAGE.mediaEvent, { multimediaId: id, type, format, event, channelId: channel }, moment);
    if (upload) kept.outbox.push({ id, remove: true, tries: 0 });
  }
}

/** 0x0801: its head, where it was taken (since 2013), the file. What ends it is 0x8800. */
function uploadNext(terminal: Terminal, kept: Kept, { now, effects }: Moment): void {
  const [next] = kept.outbox;
  const medium = next === undefined ? undefined : kept.media.get(next.id);
  if (medium === undefined) {
    kept.outbox.shift();
    return;
  }
  const { revision } = terminal.identity;
  const { id: multimediaId, type, format, event, channel: channelId, location } = medium;
  const about = { multimediaId, type, format, event, channelId };
  // 0x0800 begins as 0x0801 does.
  const head = encoded(codecFor(MESSAGE.mediaEvent, revision), about);
  const body = joined(head, ...(revision === 2011 ? [] : [location]), fileOf(medium));
  kept.uploading = medium.id;
  request(terminal, { id: MESSAGE.media, body }, now, effects);
}

/** 0x0705 every so many seconds (parameters 0x0100 and 0x0101). */
function sendCan(terminal: Terminal, kept: Kept, moment: Moment): void {
  const { device } = terminal;
  const every = (kept.params.canChannel1UploadInterval ?? 0) * 1000;
  kept.nextCanAt = every === 0 ? NEVER : moment.now + every;
  if (device === undefined || every === 0 || terminal.identity.revision === 2011) return;
  tell(terminal, MESSAGE.can, canItems(device, moment.now), moment);
}

/** 0x0900 of type 0: what the receiver says, as text (parameters 0x0094 and 0x0095). */
function sendRaw(terminal: Terminal, kept: Kept, moment: Moment): void {
  const every = rawInterval(terminal);
  kept.nextRawAt = every === undefined ? NEVER : moment.now + every;
  const { device } = terminal;
  if (every === undefined || device === undefined) return;
  tell(terminal, 0x0900, { type: 'gnssData', data: sentencesOf(device, moment.now) }, moment);
}

/** The new firmware starts anew, and tells when it is back. */
function seeToUpgrade(terminal: Terminal, kept: Kept, moment: Moment): void {
  if (kept.upgraded !== undefined) {
    tell(terminal, MESSAGE.upgradeResult, { upgradeType: kept.upgraded, result: 'success' }, moment);
    kept.upgraded = undefined;
  }
  const { upgrade } = kept;
  if (upgrade === undefined || upgrade.at > moment.now) return;
  kept.upgrade = undefined;
  kept.upgraded = upgrade.type;
  if (upgrade.type === 'terminal') papersFor(terminal).software = versionText(upgrade.version);
  moment.effects.push({ kind: 'note', what: 'upgraded' });
  restart(terminal, moment.now, moment.effects);
}

/** As 0x0102 has room for it: 20 octets of ASCII. */
function versionText(version: string): string {
  return version.replace(/[^\x20-\x7e]/g, '?').substring(0, 20);
}
