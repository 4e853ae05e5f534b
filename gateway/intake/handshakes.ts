/**
 * TLS handshakes under way: each holds a descriptor and has shown nothing yet.
 *
 * Bound: so many of one source; a further one is reset at once.
 */
import type { Socket } from 'node:net';
import { sourceOf } from './source.ts';

export class Handshakes {
  readonly #perSource: number;
  readonly #bySource = new Map<string, number>();
  /** Sources by address and port of those under way. */
  readonly #underWay = new Map<string, string>();

  constructor(perSource: number) {
    this.#perSource = perSource;
  }

  /** Counts one in until it has ended, one way or the other. False where its source has too many: it was reset. */
  begin(socket: Socket): boolean {
    const peer = peerOf(socket);
    const source = sourceOf(`tls://${peer}`);
    const others = this.#bySource.get(source) ?? 0;
    if (others >= this.#perSource) {
      socket.resetAndDestroy();
      return false;
    }
    this.#bySource.set(source, others + 1);
    this.#underWay.set(peer, source);
    socket.once('close', () => this.#end(peer));
    return true;
  }

  /** It is done, and the link is somebody's. */
  done(socket: Socket): void {
    this.#end(peerOf(socket));
  }

  #end(peer: string): void {
    const source = this.#underWay.get(peer);
    if (source === undefined) return;
    this.#underWay.delete(peer);
    const left = (this.#bySource.get(source) ?? 0) - 1;
    if (left > 0) this.#bySource.set(source, left);
    else this.#bySource.delete(source);
  }
}

const peerOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress}:${remotePort}`;
