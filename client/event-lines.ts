/** Server-sent events out of text that comes in pieces (WHATWG HTML 9.2.6). */

/** An event as it stands in the stream. */
export interface SentEvent {
  readonly event: string;
  readonly data: string;
  /** Id of the last event up to this one. */
  readonly id: string;
}

/** Characters of one event; a stream that goes beyond is none of ours. */
const MAX_EVENT = 4 << 20;

/** Reads one stream. */
export class EventLines {
  /** From where to go on. */
  id: string;
  /** What the stream says of how long to wait before it is opened again. */
  retryMs: number | undefined;
  #rest = '';
  #event = '';
  #data: string[] = [];

  constructor(id: string) {
    this.id = id;
  }

  /** The events that a piece of text completes. Throws RangeError where one has no end. */
  feed(text: string): SentEvent[] {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_EVENT) throw new RangeError('an event of the stream has no end');
    return lines.flatMap((line) => this.#take(line) ?? []);
  }

  #take(line: string): SentEvent | undefined {
    if (line === '') return this.#end();
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #end(): SentEvent | undefined {
    const [event, data] = [this.#event, this.#data];
    this.#event = '';
    this.#data = [];
    return data.length === 0 ? undefined : { event, data: data.join('\n'), id: this.id };
  }
}
