/**
 * All terminals by id, and by the link that a record came by: a report finds its terminal by a number, and only a link that is
 * new, or shares its place with another one, by the id.
 *
 * Bound: every terminal ever heard; two to four places by link for each.
 */
import type { RecordView } from '../../journal/record-view.ts';
import { Terminal } from './terminal.ts';

const LEAST = 1024;

export class Terminals {
  readonly #byId = new Map<string, Terminal>();
  /** A power of two of places, of which a link has one; whoever came last holds it. */
  #byLink: (Terminal | undefined)[] = new Array<undefined>(LEAST).fill(undefined);

  get(id: string): Terminal | undefined {
    return this.#byId.get(id);
  }

  /** The terminal that a record is about; undefined where that is about none, made where it was never heard of. */
  ofRecord(view: RecordView): Terminal | undefined {
    const known = this.#byLink[view.link & (this.#byLink.length - 1)];
    if (known !== undefined && view.isOf(known.id)) return known;
    return view.terminal === '' ? undefined : this.of(view.terminal, view.link);
  }

  /** The terminal of this id, made where it was never heard of; found by this link from now on. */
  of(id: string, link: number): Terminal {
    let t = this.#byId.get(id);
    if (t === undefined) {
      t = new Terminal(id);
      this.put(t);
    }
    // No link, no place: what is told of a terminal by others comes seldom.
    if (link !== 0) this.#byLink[link & (this.#byLink.length - 1)] = t;
    return t;
  }

  /** In place of the one of the same id, where there is one. */
  put(t: Terminal): void {
    if (this.#byId.has(t.id)) this.#byLink.fill(undefined);
    this.#byId.set(t.id, t);
    if (2 * this.#byId.size > this.#byLink.length)
      this.#byLink = new Array<undefined>(2 * this.#byLink.length).fill(undefined);
  }

  values(): IterableIterator<Terminal> {
    return this.#byId.values();
  }
}
