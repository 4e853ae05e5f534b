/** The certificate that a client shows, as accounts know it. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** SHA-256 of a client certificate that our authorities signed: hexadecimal, lower case, without colons. Undefined where none is shown. */
export function certificateOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { fingerprint256 } = socket.getPeerCertificate();
  return fingerprint256 === undefined ? undefined : fingerprint256.replaceAll(':', '').toLowerCase();
}
