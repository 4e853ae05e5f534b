/** The HTTPS server of the API: handshakes end, one way or another, and a stop waits for none of them. */
import type { RequestListener } from 'node:http';
import { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';

/** As for terminals and at the broker. Node's own two minutes hold a place of `maxConnections` for whoever says nothing. */
const HANDSHAKE_MS = 20_000;

export class HttpsServer extends Server {
  /** Below TLS; at most `maxConnections`. */
  readonly #sockets = new Set<Socket>();

  /** `tls`: as Node wants it; its `handshakeTimeout` is 20 s unless given. */
  constructor(tls: TlsOptions, serve: RequestListener) {
    super({ handshakeTimeout: HANDSHAKE_MS, ...tls }, serve);
    // Node would pass it on as a bad request, whose answer waits for the handshake to end, and so would the socket.
    this.removeAllListeners('tlsClientError');
    this.on('tlsClientError', (_error, socket) => socket.destroy());
    this.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Those in a handshake too, of which HTTP knows nothing yet. */
  override closeAllConnections(): void {
    super.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }
}
