/** Whether a sealed bundle is what the gateway wrote: every octet, every step, every sum. Needs nothing but the bundle. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { formatHex, parseHex } from '../../../protocol/index.ts';
import { keyName } from '../../journal/signed-head.ts';
import type { EventStep } from '../step.ts';
import { entryDigest, entryHash, frameDigest, isHeadSigned } from '../store/chain.ts';
import { checkRuns } from './journal-proof.ts';
import { BUNDLE_FORMAT, type Bundle, type BundledFrame, type BundledStep, sealedOctets } from './bundle.ts';

export interface BundleCheck {
  /** What is wrong, where; none: genuine. */
  readonly faults: readonly string[];
  /** Name of the key that vouches for it. */
  readonly key: string | undefined;
  readonly event: string | undefined;
  readonly steps: number;
  readonly frames: number;
  /** Records that the journal itself vouches for. */
  readonly inJournal: number;
}

/** Sums of nats are given to a thousandth. */
const ROUNDING = 0.0005;

/** `trusted`: the key that must have signed; without it the bundle's own is used, and its name is to be compared. */
export function checkBundle(text: string, trusted?: KeyObject): BundleCheck {
  try {
    return checked(JSON.parse(text) as Bundle, trusted);
  } catch (error) {
    // The parser quotes what it stumbled over, line ends and all.
    const detail = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
    return { faults: [`not a bundle: ${detail}`], key: undefined, event: undefined, steps: 0, frames: 0, inJournal: 0 };
  }
}

function checked(bundle: Bundle, trusted: KeyObject | undefined): BundleCheck {
  if (bundle.format !== BUNDLE_FORMAT) throw new TypeError(`format is ${JSON.stringify(bundle.format)}`);
  const faults: string[] = [];
  const own = createPublicKey(bundle.publicKey);
  const publicKey = trusted ?? own;
  const key = keyName(publicKey);
  if (keyName(own) !== key) faults.push(`publicKey: is ${keyName(own)}, expected ${key}`);
  const { seal, ...open } = bundle;
  if (!verify(null, sealedOctets(open), publicKey, octetsOf(seal))) faults.push('seal: does not fit what is sealed');
  const digests = new Map(bundle.frames.map((frame) => [frame.seq, checkFrame(frame, faults)]));
  for (const step of bundle.steps) checkStep(step, { bundle, digests, publicKey, faults });
  checkStory(bundle, faults);
  const inJournal = bundle.journalRuns === undefined ? 0 : checkJournal(bundle, publicKey, faults);
  return { faults, key, event: bundle.event.id, steps: bundle.steps.length, frames: bundle.frames.length, inJournal };
}

function checkFrame({ seq, kind, receivedAt, terminal, octets, sha256 }: BundledFrame, faults: string[]): Uint8Array {
  const digest = frameDigest({ seq, kind, receivedAt, terminal, octets: octetsOf(octets) });
  if (formatHex(digest) !== sha256) faults.push(`frame ${seq}: does not fit its hash`);
  return digest;
}

interface Checking {
  readonly bundle: Bundle;
  readonly digests: ReadonlyMap<number, Uint8Array>;
  readonly publicKey: KeyObject;
  readonly faults: string[];
}

function checkStep(step: BundledStep, { bundle, digests, publicKey, faults }: Checking): void {
  const { number, body, chain } = step;
  const where = `step ${number}`;
  const kept = step.frames.map((seq) => digests.get(seq));
  if (kept.includes(undefined)) return void faults.push(`${where}: a frame of it is missing`);
  const digest = entryDigest(body, kept as Uint8Array[]);
  if (formatHex(digest) !== chain.digests[0]) faults.push(`${where}: the step or its frames do not fit their hash`);
  let hash = octetsOf(chain.previous);
  for (const [behind, each] of chain.digests.entries()) hash = entryHash(hash, number + behind, octetsOf(each));
  const { head } = chain;
  const stands = formatHex(hash) === head.hash && number + chain.digests.length - 1 === head.number;
  if (!stands) faults.push(`${where}: the chain does not lead to the signed head`);
  const signed = { ...head, hash: octetsOf(head.hash), key: chain.key, signature: octetsOf(chain.signature) };
  if (!isHeadSigned(bundle.journal, signed, publicKey)) faults.push(`${where}: its head was not signed by the key`);
  checkSum(JSON.parse(body) as EventStep, where, faults);
}

/** The margin that was told is the sum of what was weighed. */
function checkSum({ judgement }: EventStep, where: string, faults: string[]): void {
  if (judgement === undefined) return;
  const { prior, because, margin } = judgement;
  const sum = because.reduce((total, { nats }) => total + nats, prior);
  if (Math.abs(sum - margin) > ROUNDING) faults.push(`${where}: nats add up to ${sum.toFixed(3)}, not to ${margin}`);
}

/** The steps are those of one event, from the first without a gap. */
function checkStory({ event, steps }: Bundle, faults: string[]): void {
  for (const [place, { body }] of steps.entries()) {
    const step = JSON.parse(body) as EventStep;
    if (step.event !== event.id) faults.push(`step ${place}: is of event ${step.event}`);
    if (step.step !== place) faults.push(`step ${place}: is missing`);
  }
  if (steps.length === 0) faults.push('steps: there are none');
}

/** What stands in the journal is what the bundle says. */
function checkJournal(
  { journalRuns = [], journal, steps, frames }: Bundle,
  publicKey: KeyObject,
  faults: string[],
): number {
  const proved = checkRuns(journalRuns, journal, publicKey, faults);
  const said = [
    ...steps.map(({ seq, body }) => [seq, formatHex(new TextEncoder().encode(body))] as const),
    ...frames.map(({ seq, octets }) => [seq, octets] as const),
  ];
  let count = 0;
  for (const [seq, octets] of said) {
    const record = proved.get(seq);
    if (record === undefined) continue;
    count++;
    if (formatHex(record) !== octets) faults.push(`record ${seq}: stands otherwise in the journal`);
  }
  return count;
}

function octetsOf(hex: string): Uint8Array {
  const octets = parseHex(hex);
  if (octets === undefined) throw new TypeError(`${JSON.stringify(hex).slice(0, 40)} is no hexadecimal`);
  return octets;
}
