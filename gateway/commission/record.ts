/**
 * The acceptance record: everything that was measured, what was changed, by whom and on which order, signed by the
 * installer's key (Ed25519, RFC 8032). It carries the public key, so that it can be checked anywhere; whether that key
 * is an installer's is for whoever checks to say.
 *
 * Signed is `xingji commission record 1`, a zero octet, and the record without its signature as canonical JSON.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { formatTime, type EpochMs, type Json } from '../../protocol/index.ts';
import { canonical } from '../events/evidence/canonical.ts';
import { keyName, type Signer } from '../journal/signed-head.ts';
import { FINDINGS, SKIPS } from './findings.ts';
import { jsonText } from './json-text.ts';
import type { Baseline, ChangedParameter, Notebook } from './notebook.ts';
import type { Expected, Job } from './order.ts';
import type { StepOutcome } from './run.ts';
import type { StepState } from './step.ts';

export const RECORD_FORMAT = 'xingji commission record 1';

export interface RecordedPhoto {
  readonly name: string;
  readonly type: string;
  readonly sha256: string;
  /** Base64. */
  readonly octets: string;
}

/** A finding with its words. */
export interface RecordedFinding {
  readonly code: string;
  readonly found?: Json;
  readonly expected?: Json;
  readonly mended?: true;
  readonly zh: { readonly means: string; readonly do: string };
  readonly en: { readonly means: string; readonly do: string };
}

export interface RecordedStep {
  readonly step: string;
  readonly zh: string;
  readonly en: string;
  readonly state: StepState;
  readonly at: string;
  readonly seconds: number;
  readonly skipped?: { readonly code: string; readonly zh: string; readonly en: string };
  readonly findings: readonly RecordedFinding[];
  readonly measured: Readonly<Record<string, Json>>;
}

export interface CommissionRecord {
  /** On the last line of `--json` it tells the record from the steps. */
  readonly type: 'record';
  readonly format: typeof RECORD_FORMAT;
  readonly id: string;
  readonly job: Job;
  readonly outcome: 'passed' | 'failed';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly installer: string;
  readonly tool: string;
  /** The way to the terminal, and the gateway that was asked; null without one. */
  readonly where: string;
  readonly gateway: string | null;
  readonly expected: Expected;
  readonly terminal: Readonly<Record<string, Json>>;
  readonly vehicle: Readonly<Record<string, Json>>;
  readonly position: { readonly latitude: number; readonly longitude: number } | null;
  readonly template: string;
  readonly steps: readonly RecordedStep[];
  readonly parameters: {
    readonly before: Readonly<Record<string, Json>> | null;
    readonly after: Readonly<Record<string, Json>> | null;
    readonly changed: readonly ChangedParameter[];
  };
  readonly baseline: Baseline;
  readonly photos: readonly RecordedPhoto[];
  /** Codes of events that the gateway raised meanwhile. */
  readonly events: readonly string[];
  readonly signature: {
    readonly algorithm: 'Ed25519';
    readonly key: string;
    /** PEM. */
    readonly publicKey: string;
    /** Hexadecimal. */
    readonly value: string;
  };
}

export interface RecordInput {
  readonly id: string;
  readonly job: Job;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
  readonly installer: string;
  readonly tool: string;
  readonly where: string;
  readonly gateway: string | undefined;
  readonly expected: Expected;
  readonly template: string;
  readonly outcomes: readonly StepOutcome[];
  readonly notes: Notebook;
}

/** Puts a record together and signs it. */
export function signRecord(input: RecordInput, signer: Signer, publicKey: string): CommissionRecord {
  const { id, job, installer, tool, where, gateway, expected, template, outcomes, notes } = input;
  const open = {
    type: 'record',
    format: RECORD_FORMAT,
    id,
    job,
    outcome: outcomes.some(({ state }) => state === 'failed') ? 'failed' : 'passed',
    startedAt: formatTime(input.startedAt),
    endedAt: formatTime(input.endedAt),
    installer,
    tool,
    where,
    gateway: gateway ?? null,
    expected,
    terminal: notes.terminal,
    vehicle: notes.vehicle,
    position: notes.position ?? null,
    template,
    steps: outcomes.map(recordedStep),
    parameters: { before: notes.before ?? null, after: notes.after ?? null, changed: notes.changed },
    baseline: notes.baseline,
    photos: notes.photos.map(({ name, type, octets }) => ({
      name,
      type,
      sha256: createHash('sha256').update(octets).digest('hex'),
      octets: Buffer.from(octets).toString('base64'),
    })),
    events: [...new Set(notes.events)],
  } satisfies Omit<CommissionRecord, 'signature'>;
  const value = Buffer.from(signer.sign(signedOctets(open))).toString('hex');
  return { ...open, signature: { algorithm: 'Ed25519', key: signer.key, publicKey, value } };
}

/** A step as it stands in a record, and on a line of `--json`. */
export function recordedStep({ at, skipped, findings, ...step }: StepOutcome): RecordedStep {
  return {
    ...step,
    at: formatTime(at),
    ...(skipped === undefined ? {} : { skipped: { code: skipped, ...SKIPS[skipped] } }),
    findings: findings.map((finding) => ({ ...finding, ...FINDINGS[finding.code] })),
  };
}

function signedOctets(open: object): Uint8Array {
  return new TextEncoder().encode(`${RECORD_FORMAT}\0${canonical(open)}`);
}

/** Whether a record is as it was signed: the name of the key, or what is wrong with it in a line. */
export function checkRecord(
  value: unknown,
  trusted?: KeyObject,
): { readonly key: string } | { readonly wrong: string } {
  if (typeof value !== 'object' || value === null) return { wrong: 'is no record' };
  const { signature, ...open } = value as Partial<CommissionRecord>;
  if (open.format !== RECORD_FORMAT)
    return { wrong: `format: is ${JSON.stringify(open.format)}, expected "${RECORD_FORMAT}"` };
  if (typeof signature?.publicKey !== 'string' || typeof signature.value !== 'string')
    return { wrong: 'signature: is missing' };
  let key: KeyObject;
  try {
    key = createPublicKey(signature.publicKey);
  } catch {
    return { wrong: 'signature.publicKey: is no key in PEM' };
  }
  if (key.asymmetricKeyType !== 'ed25519') return { wrong: 'signature.publicKey: is no Ed25519 key' };
  const name = keyName(key);
  if (signature.key !== name) return { wrong: `signature.key: is ${signature.key}, but the public key is ${name}` };
  if (trusted !== undefined && keyName(trusted) !== name)
    return { wrong: `signature.key: is ${name}, expected ${keyName(trusted)}` };
  if (!/^[0-9a-f]{128}$/.test(signature.value)) return { wrong: 'signature.value: expected 128 hexadecimal digits' };
  if (!verify(null, signedOctets(open), key, Buffer.from(signature.value, 'hex')))
    return { wrong: 'signature: does not belong to this record; it was altered after it was signed' };
  return photosFault(open) ?? { key: name };
}

/** A picture whose hash is another's was exchanged before it was signed. */
function photosFault({ photos = [] }: Partial<CommissionRecord>): { readonly wrong: string } | undefined {
  for (const { name, sha256, octets } of photos) {
    const hash = createHash('sha256').update(Buffer.from(octets, 'base64')).digest('hex');
    if (hash !== sha256) return { wrong: `photos: ${name} is not the picture of its hash` };
  }
  return undefined;
}

/** Name of the file of a record: by day, plate or terminal, and id. */
export function recordFileName({ endedAt, vehicle, expected, terminal, job }: CommissionRecord): string {
  const whose = jsonText(expected.plate ?? vehicle['plate'] ?? terminal['terminal'] ?? 'unknown');
  const stamp = endedAt.replaceAll(/[-:]/g, '').slice(0, 15);
  return `${stamp}-${job}-${whose.replaceAll(/[^\p{L}\p{N}]/gu, '_')}`;
}
