/** A terminal that sends evidence, over a real socket: it says what it is told to, and waits for the answers. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  type BodyOf,
  codecFor,
  Deframer,
  encodeBody,
  encodeFilePacket,
  encodeFrames,
  type FileNameForm,
  IGNORE_QUIRKS,
  messageByName,
  newHeader,
  readHeader,
  type Revision,
} from '../../../protocol/index.ts';

export interface Answer {
  readonly id: number;
  readonly body: unknown;
}

export interface Alarm {
  readonly phone: string;
  readonly number: string;
  readonly sequence: number;
  /** Epoch ms; 2024-03-07 15:07:23 in UTC+8 unless said. */
  readonly time?: number;
}

export const ALARM: Alarm = { phone: '013800138000', number: 'ALARM-0001', sequence: 0 };
export const ALARM_TIME = Date.UTC(2024, 2, 7, 7, 7, 23);

export interface File {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Octets that differ by their place, so that none can stand in for another. */
export function fileOf(name: string, size: number, seed = 1): File {
  return { name, data: Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8) * 17 + seed) & 0xff) };
}

export const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

export class EvidenceTerminal {
  readonly alarm: Alarm;
  readonly revision: Revision = 2013;
  readonly #socket: Socket;
  readonly #answers: Answer[] = [];
  #wake: () => void = () => {};
  #serial = 0;
  closed = false;

  private constructor(socket: Socket, alarm: Alarm) {
    this.alarm = alarm;
    this.#socket = socket;
    const deframer = new Deframer();
    const sink = {
      packet: (b: Uint8Array, start: number, end: number): void => {
        const header = newHeader();
        if (readHeader(b, start, end, header) !== undefined) return;
        const body = codecFor(header.id, this.revision)?.decode(b, header.bodyAt, header.bodyEnd, IGNORE_QUIRKS);
        this.#answers.push({ id: header.id, body });
        this.#wake();
      },
      fault(): void {},
    };
    socket.on('data', (chunk) => deframer.feed(chunk, sink));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  static async connect(port: number, alarm = ALARM): Promise<EvidenceTerminal> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    return new EvidenceTerminal(socket, alarm);
  }

  /** The next answer; undefined when the link is over. */
  async answer(): Promise<Answer | undefined> {
    while (this.#answers.length === 0 && !this.closed) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#answers.shift();
  }

  async ask<Name extends 'alarmAttachments' | 'attachmentFile' | 'attachmentFinished'>(
    name: Name,
    body: BodyOf<Name>,
  ): Promise<Answer | undefined> {
    const { id } = messageByName(name)!;
    const octets = encodeBody(id, this.revision, body);
    const frames = encodeFrames({
      id,
      revision: this.revision,
      phone: this.alarm.phone,
      serial: this.#serial,
      body: octets,
    });
    this.#serial = (this.#serial + frames.length) & 0xffff;
    for (const frame of frames) this.write(frame);
    return this.answer();
  }

  /** 0x1210; true where it was taken. */
  async announce(files: readonly File[], again = false): Promise<boolean> {
    const answer = await this.ask('alarmAttachments', {
      terminalId: 'T000001',
      identification: {
        terminalId: 'T000001',
        time: this.alarm.time ?? ALARM_TIME,
        sequence: this.alarm.sequence,
        attachmentCount: files.length,
        reserved: Uint8Array.of(0),
      },
      alarmNumber: this.alarm.number,
      infoType: again ? 'again' : 'normal',
      files: files.map(({ name, data }) => ({ name, size: data.length })),
    });
    return succeeded(answer);
  }

  /** 0x1211; true where it was taken. */
  async begin({ name, data }: File): Promise<boolean> {
    return succeeded(await this.ask('attachmentFile', { name, type: 'image', size: data.length }));
  }

  /** Octets [start, end) of a file in packets of at most `most`. */
  send({ name, data }: File, start = 0, end: number = data.length, most = 65_536, form: FileNameForm = 'fixed'): void {
    for (let at = start; at < end; at += most)
      this.write(encodeFilePacket(name, at, data.subarray(at, Math.min(end, at + most)), form));
  }

  /** 0x1212: the ranges that are asked for, none where the file is complete; undefined for another answer. */
  async finish({ name, data }: File): Promise<(readonly [number, number])[] | undefined> {
    const answer = await this.ask('attachmentFinished', { name, type: 'image', size: data.length });
    if (answer?.id !== 0x9212) return undefined;
    const { result, ranges } = answer.body as BodyOf<'attachmentFinishedResponse'>;
    if ((result === 'complete') !== (ranges.length === 0)) throw new Error(`${result} with ${ranges.length} ranges`);
    return ranges.map(({ offset, length }) => [offset, offset + length] as const);
  }

  write(octets: Uint8Array): void {
    this.#socket.write(octets);
  }

  async end(): Promise<void> {
    this.#socket.end();
    while (!this.closed) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** As a lost network does it. */
  cut(): void {
    this.#socket.resetAndDestroy();
  }
}

function succeeded(answer: Answer | undefined): boolean {
  return answer?.id === 0x8001 && (answer.body as BodyOf<'platformAck'>).result === 'success';
}
