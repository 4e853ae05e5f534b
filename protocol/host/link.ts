/**
 * Octets to and from one peer: a TCP socket, a UDP peer, a serial port and a memory pipe are the same
 * thing above this interface.
 */

/** How a link ended, as the host saw it. */
export type CloseKind =
  /** The peer closed in order (FIN). */
  | 'ended'
  /** The peer or the network broke it (RST, ETIMEDOUT, unplugged). */
  | 'reset'
  /** We closed it. */
  | 'local'
  /** We closed it because nothing was heard in time. */
  | 'timeout';

/** What a link tells its owner. */
export interface LinkSink {
  /** Octets as they were read. `chunk` is valid during the call only. */
  receive(chunk: Uint8Array): void;
  /** Said once, last. */
  closed(kind: CloseKind): void;
  /** The peer takes octets again after `write` returned false. */
  drained?(): void;
}

/** A way to one peer, whatever carries it: TCP, a datagram's sender, a serial port, memory. */
export interface Link {
  /** Where the peer is, for logs and records: `tcp://10.0.0.1:4711`, `udp://…`, `serial:/dev/ttyUSB0`, `memory:7`. */
  readonly peer: string;
  /** Terminal, without leading zeros, that the peer has proved to be below this interface, as by a certificate; it speaks for no other. */
  readonly identity?: string | undefined;
  /** One datagram is one frame and the peer may be spoofed: no partial frames are kept between chunks. */
  readonly datagram: boolean;
  /** Starts delivery. Called once, by whoever owns the link. */
  open(sink: LinkSink): void;
  /** Queues octets; they are copied or owned by the link afterwards. False: the peer is slow, wait for `drained`. */
  write(octets: Uint8Array): boolean;
  /** Octets queued and not yet taken by the host. */
  readonly backlog: number;
  /** Stops and resumes reading, so that the peer feels our pace. */
  pause(): void;
  resume(): void;
  /** The peer has proved who it is: a link whose source could be forged may now say more than it heard. */
  trust?(): void;
  /** Ends the link: `local` in order, `timeout` and `reset` at once. `closed` follows. */
  close(kind: 'local' | 'timeout' | 'reset'): void;
}
