/** How the front of several workers tells them of the client certificate that was shown to it. */
import { timingSafeEqual } from 'node:crypto';

/** The header that it stands in: the secret of the front, then the SHA-256. */
export const SHOWN_TO_FRONT = 'x-xingji-certificate';

export function shownToFront(certificate: string, secret: string): string {
  return `${secret} ${certificate}`;
}

/** The certificate in such a header; undefined where there is none, or somebody else wrote it. */
export function certificateAtFront(header: string | string[] | undefined, secret: string): string | undefined {
  if (typeof header !== 'string') return undefined;
  const said = Buffer.from(header);
  const own = Buffer.from(`${secret} `);
  if (said.length <= own.length || !timingSafeEqual(said.subarray(0, own.length), own)) return undefined;
  return said.subarray(own.length).toString();
}
