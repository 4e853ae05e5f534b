/**
 * What is seen on a link, as a capture. Lines have no addresses: the platform is 192.0.2.1:8808, where our dissector looks, the
 * terminal 192.0.2.2 with a port for each time that it came; its sentences go to port 10110, as NMEA over IP does.
 */
import { type CaptureEnd, formatHex, parseHex, PcapngWriter } from '../../../protocol/index.ts';
import type { LinkEvent } from '../../terminal-link/terminal-link.ts';

const PLATFORM: CaptureEnd = { address: '192.0.2.1', port: 8808 };
const LISTENER: CaptureEnd = { address: '192.0.2.1', port: 10_110 };
const FIRST_PORT = 40_000;
const PORTS = 20_000;

/** Turns what is told into octets of a capture file. */
export class CaptureFile {
  readonly #writer = new PcapngWriter();
  readonly #write: (octets: Uint8Array) => void;
  #came = 0;
  #last = '';
  /** Of what was written. */
  readonly counts = { frames: 0, faults: 0, sentences: 0 };

  constructor(write: (octets: Uint8Array) => void, about: { readonly where: string; readonly application: string }) {
    this.#write = write;
    write(this.#writer.head({ application: about.application, interface: about.where }));
  }

  take(event: LinkEvent): void {
    const terminal: CaptureEnd = { address: '192.0.2.2', port: FIRST_PORT + (this.#came % PORTS) };
    const up = { at: event.at, from: terminal, to: PLATFORM, way: 'in', transport: 'tcp' } as const;
    if (event.kind === 'state' && event.state === 'lost') this.#came++;
    else if (event.kind === 'frame') {
      this.counts.frames++;
      const { direction, octets } = event;
      this.#last = formatHex(octets);
      const way = direction === 'up' ? up : ({ ...up, from: PLATFORM, to: terminal, way: 'out' } as const);
      this.#write(this.#writer.chunk({ ...way, octets }));
    } else if (event.kind === 'fault') {
      const { reason, detail, hex } = event.fault;
      const octets = parseHex(hex);
      // A frame whose content is wrong was told as a frame just before.
      if (octets === undefined || hex === this.#last) return;
      this.counts.faults++;
      this.#write(this.#writer.chunk({ ...up, octets, comment: `${reason}: ${detail}` }));
    } else if (event.kind === 'sentence') {
      this.counts.sentences++;
      const { at, from, way } = up;
      this.#write(this.#writer.chunk({ at, from, to: LISTENER, way, transport: 'udp', octets: event.octets }));
    }
  }
}
