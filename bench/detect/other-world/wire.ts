/** The unit's side of its link: it calls, shows who it is, says what it has to, and hangs up by itself when nobody hears it. */
import {
  Deframer,
  type Cancel,
  encodeBody,
  type Link,
  newHeader,
  readHeader,
  type Revision,
} from '../../../protocol/index.ts';
import type { CallSink } from '../../../simulator/index.ts';
import type { Papers } from './unit.ts';

export interface WireHost {
  dial(source: string, sink: CallSink): Cancel;
  /** The platform let it in; not after a mere change of cell. */
  online(): void;
}

export interface WireParts {
  readonly phone: string;
  readonly revision: Revision;
  /** A link stands, and nothing was said on it yet. */
  readonly called: () => void;
  /** A frame with the next serial number. */
  readonly send: (id: number, body: Uint8Array) => { readonly octets: Uint8Array; readonly serial: number };
  readonly papers: () => Papers;
  /** The body of a report as of now. */
  readonly located: () => Uint8Array;
}

const HEARTBEAT_S = 55;
const AGAIN_S = 12;
const NO_ANSWER_S = 25;

export class Wire {
  /** Let in, and not hung up since. */
  online = false;
  readonly #host: WireHost;
  readonly #parts: WireParts;
  readonly #header = newHeader();
  /** Links that were left without a word: they end when the next one stands. */
  readonly #left: Link[] = [];
  #link: Link | undefined;
  #calling: Cancel | undefined;
  #callAt = 0;
  #calledAt = 0;
  #movesOn = false;
  #code: string | undefined;
  #source = 20_000;
  #saidAt = 0;
  #second = 0;
  #deafFor = 0;

  constructor(host: WireHost, parts: WireParts) {
    this.#host = host;
    this.#parts = parts;
  }

  tick(second: number, attached: boolean, mayCall: boolean, held: number): void {
    this.#second = second;
    this.#deafFor = attached ? 0 : this.#deafFor + 1;
    if (this.#deafFor > held && this.#link !== undefined) this.vanish(second);
    if (!attached) return;
    if (this.#link === undefined) {
      if (this.#calling === undefined && mayCall && second >= this.#callAt) this.#call();
      return;
    }
    // Nobody answers a login: it is tried again from the beginning.
    if (!this.online && second - this.#calledAt > NO_ANSWER_S) return this.vanish(second + AGAIN_S);
    if (this.online && second - this.#saidAt >= HEARTBEAT_S) this.say(0x0002, new Uint8Array(0));
  }

  say(id: number, body: Uint8Array): void {
    this.#saidAt = this.#second;
    const { octets } = this.#parts.send(id, body);
    this.#link?.write(octets);
  }

  /** The link is dead, and the platform is not told. */
  vanish(callAt: number): void {
    this.#movesOn = false;
    if (this.#link !== undefined) {
      this.#link.pause();
      this.#left.push(this.#link);
    }
    this.#gone(callAt);
  }

  /** Another cell took over, and the old link with its address is forgotten. */
  moveOn(callAt: number): void {
    if (!this.online) return;
    this.vanish(callAt);
    this.#movesOn = true;
  }

  /** The link ends so that the platform sees it. */
  drop(how: 'local' | 'reset'): void {
    this.#link?.close(how);
    this.#gone(this.#second + 3);
  }

  /** Somebody else it is from now on, as far as the platform can know. */
  forget(): void {
    this.#code = undefined;
    this.vanish(this.#second + AGAIN_S);
  }

  /** Everything ends. */
  end(): void {
    this.#calling?.();
    for (const link of this.#left) link.close('reset');
    this.#link?.close('reset');
  }

  #gone(callAt: number): void {
    this.#calling?.();
    this.#calling = undefined;
    this.#link = undefined;
    this.online = false;
    this.#callAt = callAt;
    this.#source++;
  }

  #call(): void {
    this.#calledAt = this.#second;
    this.#calling = this.#host.dial(`10.77.3.${this.#source % 250}:${this.#source}`, {
      connected: (link) => this.#connected(link),
      failed: () => this.#gone(this.#second + AGAIN_S),
    });
  }

  #connected(link: Link): void {
    this.#calling = undefined;
    this.#link = link;
    for (const old of this.#left.splice(0)) old.close('reset');
    const deframer = new Deframer({ datagram: false });
    link.open({
      receive: (chunk) => {
        deframer.feed(chunk, { packet: (b, start, end) => this.#packet(link, b, start, end), fault: () => {} });
      },
      closed: () => {
        if (this.#link === link) this.#gone(this.#second + AGAIN_S);
      },
    });
    const { revision, papers, called } = this.#parts;
    called();
    const { imei, software, terminalId } = papers();
    if (this.#code === undefined) {
      const about = { provinceId: 52, cityId: 100, manufacturerId: 'XJSIM', plateColor: 'yellow', plate: this.#plate };
      this.say(0x0100, encodeBody(0x0100, revision, { ...about, terminalModel: this.#model, terminalId }));
    } else this.#authenticate(revision === 2019 ? { imei, softwareVersion: software } : {});
  }

  get #model(): string {
    return this.#parts.revision === 2019 ? 'XJ-808A' : 'GPS51-C';
  }

  get #plate(): string {
    return `贵A${this.#parts.phone.slice(-5)}`;
  }

  #authenticate(more: Readonly<Record<string, string>>): void {
    this.say(0x0102, encodeBody(0x0102, this.#parts.revision, { authCode: this.#code!, ...more }));
  }

  #packet(link: Link, b: Uint8Array, start: number, end: number): void {
    const header = this.#header;
    if (link !== this.#link || readHeader(b, start, end, header) !== undefined) return;
    const at = header.bodyAt;
    if (header.id === 0x8100 && b[at + 2] === 0) {
      this.#code = new TextDecoder().decode(b.subarray(at + 3, header.bodyEnd));
      const { imei, software } = this.#parts.papers();
      this.#authenticate(this.#parts.revision === 2019 ? { imei, softwareVersion: software } : {});
    } else if (header.id === 0x8001 && b[at + 2] === 0x01 && b[at + 3] === 0x02) this.#admitted(b[at + 4] === 0);
    else if (header.id === 0x8107) this.say(0x0107, this.#about());
    else if (header.id === 0x8201) {
      const report = this.#parts.located();
      const body = new Uint8Array(2 + report.length);
      body.set([header.serial >> 8, header.serial & 0xff]);
      body.set(report, 2);
      this.say(0x0201, body);
    }
  }

  #about(): Uint8Array {
    const { revision, papers } = this.#parts;
    const { iccid, software, terminalId } = papers();
    return encodeBody(0x0107, revision, {
      terminalType: 7,
      manufacturerId: 'XJSIM',
      terminalModel: this.#model,
      terminalId,
      iccid,
      hardwareVersion: 'R2',
      firmwareVersion: software,
      gnssAttributes: 3,
      commAttributes: 0,
    });
  }

  #admitted(yes: boolean): void {
    if (!yes) {
      this.#code = undefined;
      return this.drop('local');
    }
    this.online = true;
    if (!this.#movesOn) this.#host.online();
    this.#movesOn = false;
  }
}
