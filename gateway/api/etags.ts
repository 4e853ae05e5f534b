/** Entity tags (RFC 9110 8.8.3), made of what they stand for. */
import { createHash } from 'node:crypto';

/** Strong: of these octets and no others. */
export function etagOf(text: string | Uint8Array): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Whether a list of tags, as `If-None-Match` or `If-Match` has it, names this one; `*` names every one. */
export function namesTag(list: string, etag: string): boolean {
  return list.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')));
}
