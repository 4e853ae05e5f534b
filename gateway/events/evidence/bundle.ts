/**
 * A sealed bundle: everything that one event rests on, to be checked by whoever has the gateway's public key and nothing
 * else. It holds the event's steps as they stand in the store's chain, the original frames, what they say, and for every
 * step the piece of the chain up to a head that the gateway signed when it was written.
 */
import { formatHex, formatTime } from '../../../protocol/index.ts';
import type { Signer } from '../../journal/signed-head.ts';
import type { KeptFrame } from '../store/chain.ts';
import { frameDigest } from '../store/chain.ts';
import type { EventProof, ProvedStep } from '../store/event-proof.ts';
import { type FrameView, frameView, storyView } from '../views.ts';
import { canonical } from './canonical.ts';
import type { JournalRun } from './journal-proof.ts';

export const BUNDLE_FORMAT = 'xingji evidence 1';

export interface Bundle {
  readonly format: typeof BUNDLE_FORMAT;
  /** The journal and the gateway's key, in PEM. */
  readonly journal: string;
  readonly publicKey: string;
  readonly exportedAt: string;
  /** In words: the event with its timeline, in both languages. */
  readonly event: ReturnType<typeof storyView>;
  readonly steps: readonly BundledStep[];
  readonly frames: readonly BundledFrame[];
  /** That steps and frames stood in the journal, where that was asked for. */
  readonly journalRuns?: readonly JournalRun[];
  /** Signature over the rest in canonical JSON: hexadecimal. */
  readonly seal: string;
}

export interface BundledStep {
  /** Its place in the chain of events, and in the journal. */
  readonly number: number;
  readonly seq: number;
  /** The record's text, to the octet. */
  readonly body: string;
  /** Records that were kept for it. */
  readonly frames: readonly number[];
  readonly chain: {
    /** Hash of the entry before this one. */
    readonly previous: string;
    /** Digests of this entry and of those behind it, up to the head. */
    readonly digests: readonly string[];
    readonly head: { readonly number: number; readonly at: number; readonly hash: string };
    readonly key: string;
    readonly signature: string;
  };
}

export interface BundledFrame {
  readonly seq: number;
  readonly kind: number;
  readonly receivedAt: number;
  readonly terminal: string;
  readonly octets: string;
  readonly sha256: string;
  /** What it says, as this version reads it. */
  readonly says: FrameView;
}

/** What is sealed, and with what. */
export interface Sealing {
  readonly signer: Signer;
  readonly publicKey: string;
  /** Epoch ms. */
  readonly at: number;
  readonly journalRuns?: readonly JournalRun[];
}

export function sealBundle({ journal, story, steps, frames }: EventProof, sealing: Sealing): Bundle {
  const open: Omit<Bundle, 'seal'> = {
    format: BUNDLE_FORMAT,
    journal,
    publicKey: sealing.publicKey,
    exportedAt: formatTime(sealing.at),
    event: storyView(story),
    steps: steps.map(bundledStep),
    frames: frames.map(bundledFrame),
    ...(sealing.journalRuns === undefined ? {} : { journalRuns: sealing.journalRuns }),
  };
  return { ...open, seal: formatHex(sealing.signer.sign(sealedOctets(open))) };
}

/** What the seal is a signature of. */
export function sealedOctets(open: object): Uint8Array {
  return new TextEncoder().encode(`xingji evidence seal 1\0${canonical(open)}`);
}

function bundledStep({ number, seq, body, frames, previous, digests, head }: ProvedStep): BundledStep {
  const { hash, key, signature, at } = head;
  return {
    number,
    seq,
    body,
    frames,
    chain: {
      previous: formatHex(previous),
      digests: digests.map((digest) => formatHex(digest)),
      head: { number: head.number, at, hash: formatHex(hash) },
      key,
      signature: formatHex(signature),
    },
  };
}

function bundledFrame(frame: KeptFrame): BundledFrame {
  const { seq, kind, receivedAt, terminal, octets } = frame;
  const sha256 = formatHex(frameDigest(frame));
  return { seq, kind, receivedAt, terminal, octets: formatHex(octets), sha256, says: frameView(frame) };
}
