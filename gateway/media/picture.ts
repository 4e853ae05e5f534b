/** A 0x0801 that is whole, read: its data, what is said about it, and where its file belongs. */
import { createHash } from 'node:crypto';
import { type BodyOf, decodeMessage, formatTime, type Revision } from '../../protocol/index.ts';

/** Picture, sound or video alike. */
export interface Picture {
  readonly multimediaId: number;
  readonly revision: Revision;
  readonly data: Uint8Array;
  /** The message without the data. */
  readonly message: Uint8Array;
}

/** Ends of file names by the codes of the standard. */
const EXTENSIONS: Readonly<Record<string, string>> = { jpeg: 'jpg', tif: 'tif', mp3: 'mp3', wav: 'wav', wmv: 'wmv' };
const DAY_MS = 86_400_000;
/** A time of capture outside of this is a clock that was never set. */
const OLDEST_MS = 400 * DAY_MS;
const HASH_DIGITS = 16;

type Body = BodyOf<'multimediaDataUpload'>;

/** Undefined where the octets of a whole 0x0801 are not what the standard says. */
export function readPicture(octets: Uint8Array): { picture: Picture; body: Body } | undefined {
  const decoded = decodeMessage(octets, 0, octets.length, { whole: true });
  if ('fault' in decoded || decoded.body instanceof Uint8Array) return undefined;
  const body = decoded.body as Body;
  const { data, multimediaId } = body;
  const message = octets.subarray(0, octets.length - data.length);
  return { picture: { multimediaId, revision: decoded.revision, data, message }, body };
}

/**
 * Where a file belongs, from the media folder on: `<terminal>/<date>/<id>-<hash>.<ext>`. The date is that of capture
 * where the terminal says one, so that the same picture sent again on another day has the same name.
 */
export function placeOf(
  { body, terminal, receivedAt }: { readonly body: Body; readonly terminal: string; readonly receivedAt: number },
  sha256: string,
): string {
  const taken = body.location?.time ?? Number.NaN;
  const plausible = taken > receivedAt - OLDEST_MS && taken < receivedAt + DAY_MS;
  const date = formatTime(plausible ? taken : receivedAt).slice(0, 10);
  const extension = EXTENSIONS[String(body.format)] ?? 'bin';
  return `${safe(terminal)}/${date}/${body.multimediaId}-${sha256.slice(0, HASH_DIGITS)}.${extension}`;
}

export function sha256Of(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** What comes over the air never chooses a folder: a terminal's name is hexadecimal digits, and nothing else goes through. */
function safe(terminal: string): string {
  return /^[0-9a-f]{1,20}$/.test(terminal) ? terminal : 'unknown';
}
