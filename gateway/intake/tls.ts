/**
 * TLS links for terminals that can: the same as TCP above it. One that shows a certificate of ours whose name is a terminal's
 * number speaks for that terminal alone.
 */
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { type Link, terminalOf } from '../../protocol/index.ts';
import { ListenError } from './errors.ts';
import { Handshakes } from './handshakes.ts';
import { type Listener, SOCKETS, tcpLink } from './tcp.ts';

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

export interface TlsListening extends TlsOptions {
  /** Links and handshakes together; a further one is closed at once. */
  readonly maxConnections: number;
  /** Handshakes under way of one source; a further one is reset at once, and `turnedAway` is told. */
  readonly maxUnproved: number;
  readonly turnedAway: () => void;
}

/** Listens and hands every link whose handshake is done to `accept`. Rejects with ListenError. */
export async function listenTls(
  at: { readonly host: string; readonly port: number },
  options: TlsListening,
  accept: (link: Link) => void,
): Promise<Listener> {
  const { maxConnections, maxUnproved, turnedAway, ...tls } = options;
  const handshakes = new Handshakes(maxUnproved);
  const secured = createServer({ handshakeTimeout: HANDSHAKE_MS, ...tls }, (socket) => {
    handshakes.done(socket);
    accept(tcpLink(socket, { identity: terminalInCertificate(socket) }));
  });
  // Node says so and leaves the socket open, also one that never said anything.
  secured.on('tlsClientError', (_error, socket) => socket.destroy());
  const server = createTcpServer(SOCKETS, (socket) => {
    if (handshakes.begin(socket)) secured.emit('connection', socket);
    else turnedAway();
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
