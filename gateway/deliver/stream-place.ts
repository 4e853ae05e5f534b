/**
 * A place in what is told to lookers-on: the next record of the journal, and how many envelopes of it were told already. As text
 * it is the id of an event of the live stream.
 */
import type { Seq } from '../journal/record.ts';

export interface StreamPlace {
  readonly seq: Seq;
  readonly told: number;
}

/** `<journal>.<seq>.<told>` */
export function formatPlace(journalId: string, { seq, told }: StreamPlace): string {
  return `${journalId}.${seq}.${told}`;
}

/** Undefined where the text is no place in this journal. */
export function parsePlace(journalId: string, text: string): StreamPlace | undefined {
  if (!text.startsWith(`${journalId}.`)) return undefined;
  const [, seq, told] = /^(\d{1,15})\.(\d{1,9})$/.exec(text.slice(journalId.length + 1)) ?? [];
  return seq === undefined || told === undefined ? undefined : { seq: Number(seq), told: Number(told) };
}
