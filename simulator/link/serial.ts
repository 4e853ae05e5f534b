/**
 * A serial port as a terminal has it: its frames and its receiver's sentences on one line. The line stands as long as the
 * port does, whatever the terminal thinks of its session.
 */
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { SerialPort } from 'serialport';
import { type Cancel, endWhenGone, type Link, type LinkSink } from '../../protocol/index.ts';
import type { CallSink, Dialer } from './dialer.ts';

const readDevice = promisify(read);

/** Octets that wait for the other end: beyond, sentences are left out, and frames still go. */
const MAX_WAITING = 64 * 1024;

export class SerialLine implements Dialer {
  readonly target: string;
  /** Resolves with what the system said when the device is gone; does not when it was closed from here. */
  readonly gone: Promise<string>;
  readonly #port: SerialPort;
  #session: SerialSession | undefined;

  /** Of an open port. */
  constructor(port: SerialPort) {
    this.#port = port;
    this.target = `serial:${port.path}`;
    // Read even while nobody listens: only a port that is read notices that its peer has gone.
    port.on('data', (chunk: Buffer) => this.#session?.heard(chunk));
    this.gone = new Promise((resolve) => {
      port.on('error', (error: Error) => resolve(error.message));
      port.on('close', (error?: Error | null) => {
        if (error) resolve(error.message);
      });
    });
  }

  dial(_index: number, sink: CallSink): Cancel {
    let withdrawn = false;
    // Told on a later turn, as a call is.
    queueMicrotask(() => {
      if (withdrawn) return;
      this.#session = new SerialSession(this.#port, this.target);
      sink.connected(this.#session);
    });
    return () => {
      withdrawn = true;
    };
  }

  /** Writes sentences, each with its line end; leaves them out while the other end does not read. */
  say(sentences: readonly string[]): void {
    if (this.#port.writableLength < MAX_WAITING) this.#port.write(Buffer.from(sentences.join(''), 'latin1'));
  }

  /** Resolves when the device is free again. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#port.isOpen) this.#port.close(() => resolve());
      else resolve();
    });
  }
}

/** Opens a device, 8 data bits, no parity, one stop bit; rejects with what the system said. */
export function openSerialLine(path: string, baud: number): Promise<SerialLine> {
  return new Promise((resolve, reject) => {
    const port: SerialPort = new SerialPort({ path, baudRate: baud, autoOpen: false });
    port.open((error) => {
      if (error !== null) return reject(error);
      // Nothing is read before somebody listens.
      if (port.port !== undefined && 'poller' in port.port) endWhenGone(port.port, readDevice);
      resolve(new SerialLine(port));
    });
  });
}

class SerialSession implements Link {
  readonly peer: string;
  readonly datagram = false;
  readonly #port: SerialPort;
  #sink: LinkSink | undefined;
  #over = false;

  constructor(port: SerialPort, peer: string) {
    this.#port = port;
    this.peer = peer;
  }

  get backlog(): number {
    return this.#port.writableLength;
  }

  open(sink: LinkSink): void {
    this.#sink = sink;
  }

  heard(chunk: Uint8Array): void {
    if (!this.#over) this.#sink?.receive(chunk);
  }

  write(octets: Uint8Array): boolean {
    return this.#over || this.#port.write(Buffer.from(octets));
  }

  pause(): void {
    this.#over = true;
  }

  resume(): void {
    this.#over = false;
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink?.closed(kind);
  }
}
