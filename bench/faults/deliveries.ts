/** What one outlet's other side was given: which reports, by which ids, and in which order. */
import { createHash } from 'node:crypto';

interface Told {
  readonly id: string;
  readonly terminal: string;
  readonly time: string;
  readonly seq: number | null;
}

const POSITION = '/position';
/** Topics of what follows from records of the journal alone; states and the gateway's own status are of a moment. */
const FROM_RECORDS = /\/(?:position|message|event|reply)$/;
/** That the journal cannot be written to is told at once and beside it, and again by a record of its own when it can. */
const BESIDE_JOURNAL = /-journal-\d+-raised$/;

/** A terminal's report, as the fleet's ledger, the journal and every outlet can name it. */
export function keyOf(terminal: string, time: string): string {
  return `${terminal} ${Date.parse(time)}`;
}

export class Deliveries {
  /** Ids of the reports that were taken. */
  readonly ids = new Map<string, string>();
  /** Every message that follows from a record, by the record's number and its own id: a digest of topic and payload. */
  readonly messages = new Map<string, string>();
  /** Reports that were taken more than once, each time counted. */
  again = 0;
  /** What came by two ids, or in two versions by one. */
  readonly conflicts: string[] = [];
  /** Records that were offered, by terminal, each once, in the order of their first coming. */
  readonly #order = new Map<string, Set<number>>();

  /** A message was sent; nothing is said of its having arrived. */
  offered(topic: string, payload: Uint8Array): void {
    if (!topic.endsWith(POSITION)) return;
    const { terminal, seq } = read(payload);
    let seqs = this.#order.get(terminal);
    if (seqs === undefined) this.#order.set(terminal, (seqs = new Set()));
    if (seq !== null) seqs.add(seq);
  }

  took(topic: string, payload: Uint8Array): void {
    if (!FROM_RECORDS.test(topic)) return;
    const { id, terminal, time, seq } = read(payload);
    if (seq !== null && !BESIDE_JOURNAL.test(id)) this.#digest(`${seq} ${id}`, topic, payload);
    if (!topic.endsWith(POSITION)) return;
    const key = keyOf(terminal, time);
    const before = this.ids.get(key);
    if (before === undefined) this.ids.set(key, id);
    else if (before === id) this.again++;
    else this.conflicts.push(`${key} ${before} ${id}`);
  }

  #digest(message: string, topic: string, payload: Uint8Array): void {
    const digest = createHash('sha1').update(topic).update('\0').update(payload).digest('base64');
    const before = this.messages.get(message);
    if (before !== undefined && before !== digest) this.conflicts.push(`${message} in two versions`);
    this.messages.set(message, digest);
  }

  /**
   * In how many ordered rows the records of a terminal came, at most: one, or two where live records went
   * before a backlog. More is an order that nobody meant.
   */
  get rows(): number {
    let most = 0;
    for (const seqs of this.#order.values()) {
      const ends: number[] = [];
      for (const seq of seqs) {
        // Patience: the fewest rising rows, each record put behind the highest that is below it.
        const row = ends.findIndex((end) => end <= seq);
        if (row === -1) ends.push(seq);
        else ends[row] = seq;
      }
      most = Math.max(most, ends.length);
    }
    return most;
  }
}

function read(payload: Uint8Array): Told {
  return JSON.parse(new TextDecoder().decode(payload)) as Told;
}
