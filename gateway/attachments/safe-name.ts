/** Names that terminals chose → names of files and folders: nothing in them leads anywhere else. */
import { createHash } from 'node:crypto';

/** Octets that most file systems take in a name, less what is put in front and behind. */
const MOST = 150;
/** Letters and digits of any script, and what stands in the names of the standard. */
const OTHERS = /[^\p{L}\p{N}._-]/gu;
const RESERVED = /^(alarm\.json|con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * The name itself where it is harmless. Else a harmless one with eight digits of the hash of the name in it, so that
 * two names stay two.
 */
export function safeName(name: string): string {
  const plain = name.normalize('NFC').replace(OTHERS, '_').replace(/^\.+/, '_');
  let cut = plain;
  while (Buffer.byteLength(cut) > MOST) cut = cut.slice(0, -1);
  if (cut === name && cut !== '' && !RESERVED.test(cut)) return cut;
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const dot = cut.lastIndexOf('.');
  return dot > 0 && cut.length - dot <= 10 ? `${cut.slice(0, dot)}~${digits}${cut.slice(dot)}` : `${cut}~${digits}`;
}
