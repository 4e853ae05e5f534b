/** A terminal by hand, over a real socket: sends what it is told, collects what comes back, decoded. */
import { connect, type Socket } from 'node:net';
import {
  type BodyCiphers,
  codecFor,
  Deframer,
  decodeMessage,
  type DecodedMessage,
  encodeFrames,
  type MessageId,
  messageByName,
  type Revision,
} from '../../protocol/index.ts';

export interface Answer {
  readonly name: string;
  readonly serial: number;
  readonly revision: Revision;
  readonly phone: string;
  readonly body: Record<string, unknown>;
  /** Bits 10 to 12 of the properties. */
  readonly encryption: number;
}

export interface WireTerminalOptions {
  readonly phone: string;
  /** What opens bodies that the platform encrypts. */
  readonly ciphers?: BodyCiphers;
  readonly revision?: Revision;
}

/** Body octets of a message by name. */
export function bodyOf(name: string, revision: Revision, value: object): Uint8Array {
  const room = new Uint8Array(8192);
  const codec = codecFor(messageByName(name)!.id as MessageId, revision);
  return room.subarray(0, codec.encode(value, room, 0));
}

/** A location report that is true to life, `seconds` after a fixed moment. */
export function report(seconds: number, extra: object = {}): object {
  return {
    alarm: 0,
    status: 0x3,
    latitude: 24.88 + seconds * 1e-4,
    longitude: 102.83,
    altitude: 1892,
    speed: 42.5,
    direction: 87,
    time: Date.UTC(2026, 10, 22, 2, 0, 0) + seconds * 1000,
    items: { mileage: 1234.5, rssi: 26, satellites: 12 },
    ...extra,
  };
}

export class WireTerminal {
  readonly phone: string;
  readonly revision: Revision;
  readonly #ciphers: BodyCiphers;
  readonly answers: Answer[] = [];
  closed = false;
  #socket: Socket | undefined;
  #serial = 0;
  readonly #waiting = new Set<() => void>();

  constructor(options: WireTerminalOptions) {
    this.phone = options.phone;
    this.revision = options.revision ?? 2013;
    this.#ciphers = options.ciphers ?? {};
  }

  /** `from`: another address of this machine, for who must not be taken for the others. */
  async connect(address: string, from?: string): Promise<this> {
    const [host, port] = address.split(':');
    const deframer = new Deframer();
    const sink = {
      packet: (b: Uint8Array, start: number, end: number): void => {
        const decoded = decodeMessage(b, start, end, { ciphers: this.#ciphers }) as DecodedMessage;
        this.answers.push({
          name: decoded.message?.name ?? String(decoded.header.id),
          serial: decoded.header.serial,
          revision: decoded.revision,
          phone: decoded.phone,
          body: decoded.body as Record<string, unknown>,
          encryption: decoded.header.encryption,
        });
      },
      fault: (reason: string): void => {
        throw new Error(`the platform sent a bad frame: ${reason}`);
      },
    };
    const socket = connect({ host: host!, port: Number(port), ...(from && { localAddress: from }) });
    this.#socket = socket;
    this.closed = false;
    socket.on('data', (chunk: Buffer) => {
      deframer.feed(chunk, sink);
      this.#tell();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#tell();
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return this;
  }

  /** Sends octets as they are. */
  raw(octets: Uint8Array): void {
    this.#socket!.write(octets);
  }

  /** Sends a message; returns its serial. */
  send(name: string, value: object = {}): number {
    return this.sendBody(messageByName(name)!.id, bodyOf(name, this.revision, value));
  }

  sendBody(id: number, body: Uint8Array, encryption = 0): number {
    const { phone, revision } = this;
    const serial = this.#serial;
    const frames = encodeFrames({ id, revision, phone, serial, body, encryption });
    this.#serial = (serial + frames.length) & 0xffff;
    for (const frame of frames) this.raw(frame);
    return serial;
  }

  /** Resolves with the first answer, of those so far and to come, that fits. */
  async answer(fits: (answer: Answer) => boolean, what = 'an answer'): Promise<Answer> {
    await this.until(() => this.answers.some(fits), what);
    return this.answers.find(fits)!;
  }

  /** The 0x8001 to a serial. */
  async acknowledged(serial: number): Promise<unknown> {
    const ack = await this.answer(
      ({ name, body }) => name === 'platformAck' && body['replySerial'] === serial,
      `the answer to ${serial}`,
    );
    return ack.body['result'];
  }

  async registerAndAuthenticate(plate = '云A12345'): Promise<string> {
    const code = await this.register(plate);
    const result = await this.authenticate(code);
    if (result !== 'success') throw new Error(`authentication: ${String(result)}`);
    return code;
  }

  async register(plate = '云A12345'): Promise<string> {
    const serial = this.send('terminalRegistration', {
      provinceId: 53,
      cityId: 102,
      manufacturerId: 'XJING',
      terminalModel: 'XJ-1',
      terminalId: 'T000001',
      plateColor: 'blue',
      plate,
    });
    const { body } = await this.answer(
      ({ name, body: reply }) => name === 'registrationResponse' && reply['replySerial'] === serial,
      'the registration response',
    );
    if (body['result'] !== 'success') throw new Error(`registration: ${String(body['result'])}`);
    return body['authCode'] as string;
  }

  async authenticate(authCode: string): Promise<unknown> {
    const more = this.revision === 2019 ? { imei: '123456789012345', softwareVersion: 'v1' } : {};
    return this.acknowledged(this.send('terminalAuthentication', { authCode, ...more }));
  }

  /** Resolves when `fits` holds, looked at after everything that comes in. */
  async until(fits: () => boolean, what: string, timeoutMs = 15_000): Promise<void> {
    if (fits()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!fits()) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${this.phone}: waited in vain for ${what}${this.closed ? '; the link is closed' : ''}`));
      }, timeoutMs);
      this.#waiting.add(look);
    });
  }

  /** Takes nothing any more of what comes. */
  stopReading(): void {
    this.#socket!.pause();
  }

  end(): void {
    this.#socket?.end();
  }

  destroy(): void {
    this.#socket?.destroy();
  }

  #tell(): void {
    for (const look of this.#waiting) look();
  }
}
