/** 消息流水号: each side counts the messages it sends, JT/T 808-2019 4.4.3. */

/** One for every session and direction: from 0, after 65535 comes 0. */
export class Serials {
  #next: number;

  constructor(first = 0) {
    this.#next = first & 0xffff;
  }

  /** The serial of one message. */
  next(): number {
    return this.take(1);
  }

  /** The first of `count` consecutive serials, for a message in that many parts. */
  take(count: number): number {
    const first = this.#next;
    this.#next = (first + count) & 0xffff;
    return first;
  }
}
