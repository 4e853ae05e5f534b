/** A serial port as the lines need it: `node-port.ts` is the real one. */

/** What a port tells whoever opened it. */
export interface PortSink {
  /** Octets as they were read; the port does not use them again. */
  received(octets: Uint8Array): void;
  /** Said once, last: the device is gone, or the port was closed. `why` is for people. */
  closed(why: string): void;
}

/** A port that is open. */
export interface Port {
  /** Queues octets; false: more than a buffer of them wait. */
  write(octets: Uint8Array): boolean;
  /** Octets that wait to be sent. */
  readonly backlog: number;
  /** Changes the rate. One that the device does not have is left to `closed`. */
  setRate(baud: number): void;
  pause(): void;
  resume(): void;
  /** Resolves when the device is free again. */
  close(): Promise<void>;
}

/** Opens a device, 8 data bits, no parity, one stop bit; rejects with what the system said. */
export type OpenPort = (path: string, baud: number, sink: PortSink) => Promise<Port>;
