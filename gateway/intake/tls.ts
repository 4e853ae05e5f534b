/**
 * TLS links for terminals that can: the same as TCP above it. One that shows a certificate of ours whose name is a terminal's
 * number speaks for that terminal alone.
 */
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { type Link, terminalOf } from '../../protocol/index.ts';
import { ListenError } from './errors.ts';
import { type Listener, tcpLink } from './tcp.ts';

/** Terminals take their time to compute; who takes longer is not one. */
const HANDSHAKE_MS = 20_000;

/** The terminal that a certificate was made out to: its common name or a DNS name is the number, leading zeros or not. */
export function terminalInCertificate(
  socket: Pick<TLSSocket, 'authorized' | 'getPeerCertificate'>,
): string | undefined {
  if (!socket.authorized) return undefined;
  const { subject, subjectaltname } = socket.getPeerCertificate();
  const names = (subjectaltname ?? '').split(', ').map((name) => name.replace(/^DNS:/, ''));
  const common = subject?.CN;
  if (common !== undefined) names.unshift(...[common].flat());
  const number = names.find((name) => /^\d{5,20}$/.test(name));
  return number === undefined ? undefined : terminalOf(number);
}

/** Listens and hands every link whose handshake is done to `accept`. Rejects with ListenError. */
export async function listenTls(
  at: { readonly host: string; readonly port: number },
  options: TlsOptions & { readonly maxConnections: number },
  accept: (link: Link) => void,
): Promise<Listener> {
  const { maxConnections, ...tls } = options;
  const server = createServer({ ...tls, noDelay: true, keepAlive: true, handshakeTimeout: HANDSHAKE_MS }, (socket) => {
    accept(tcpLink(socket, { identity: terminalInCertificate(socket) }));
  });
  // Handshakes under way count as well: nobody has shown anything by then.
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError('tls', at, error)));
    server.listen(at, resolve);
  });
  // A handshake that fails is that peer's, as running out of descriptors is that connection's.
  server.on('error', () => {});
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
