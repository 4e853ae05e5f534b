/** Connections to a platform, one for each terminal that speaks again: for replays of journals and captures. */
import { connect, type Socket } from 'node:net';

/** Connections at a time; the one that was not used for longest is ended for another. */
const MAX_CONNECTIONS = 2000;

export class PlatformConnections {
  readonly #host: string;
  readonly #port: number;
  readonly #sockets = new Map<string, Socket>();
  readonly #faults = new Map<string, number>();
  #answered = 0;
  #unsent = 0;

  constructor({ hostname, port }: URL) {
    this.#host = hostname.replace(/^\[|\]$/g, '');
    this.#port = Number(port);
  }

  /** Sends octets on the connection of this name, which is opened where there is none. Waits where the platform does. */
  async send(name: string, octets: Uint8Array): Promise<void> {
    const socket = this.#socketOf(name);
    const gone = (error?: Error | null): void => {
      if (error) this.#unsent += 1;
    };
    if (!socket.write(octets, gone)) await drained(socket);
  }

  /**
   * Ends all of them in order, and waits for it: how many octets came back, how many of the `send`s never left, and what
   * went wrong, how often.
   */
  async end(): Promise<{
    readonly answered: number;
    readonly unsent: number;
    readonly faults: ReadonlyMap<string, number>;
  }> {
    await Promise.all([...this.#sockets.values()].map(ended));
    return { answered: this.#answered, unsent: this.#unsent, faults: this.#faults };
  }

  #socketOf(name: string): Socket {
    const known = this.#sockets.get(name);
    this.#sockets.delete(name);
    if (known !== undefined && !known.destroyed) {
      this.#sockets.set(name, known);
      return known;
    }
    const [oldest] = this.#sockets;
    if (this.#sockets.size >= MAX_CONNECTIONS && oldest !== undefined) {
      oldest[1].end();
      this.#sockets.delete(oldest[0]);
    }
    const socket = connect(this.#port, this.#host);
    socket.on('data', (octets) => (this.#answered += octets.length));
    socket.on('error', ({ message }) => this.#faults.set(message, (this.#faults.get(message) ?? 0) + 1));
    this.#sockets.set(name, socket);
    return socket;
  }
}

/** Resolves when more can be written, or never will. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', () => resolve());
  });
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.once('close', () => resolve());
    socket.end();
    return undefined;
  });
}
