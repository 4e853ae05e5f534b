/** `xingji evidence`: an event with everything it rests on, sealed; and whether such a bundle is genuine. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { sealBundle } from '../events/evidence/bundle.ts';
import { checkBundle } from '../events/evidence/check-bundle.ts';
import { checkStore } from '../events/store/check-store.ts';
import { type JournalRun, readJournalProof } from '../events/evidence/journal-proof.ts';
import { type EventProof, readProof } from '../events/store/event-proof.ts';
import { JournalError } from '../journal/errors.ts';
import { openSigner, publicKeyPath } from '../journal/signing-key.ts';
import { forEachRecord } from '../journal/record-view.ts';
import { openJournalFile } from '../journal/sqlite-file.ts';
import { journalPath } from '../journal/sqlite-schema.ts';
import { findEvent, withEvents } from './event-source.ts';
import type { IsExempt } from './exempt-source.ts';
import { dataOption, readPublicKey } from './journal-source.ts';

interface ExportFlags {
  readonly data: string;
  readonly event: string;
  readonly output: string;
  readonly withJournal?: true;
}

/** More could hardly be read by anybody. */
const MAX_JOURNAL_BYTES = 64 << 20;

/** Adds the command `evidence` and what it does. */
export function registerEvidence(program: Command): void {
  const evidence = program
    .command('evidence')
    .description('what events rest on, sealed so that it can be checked anywhere')
    .addHelpText('after', '\nExample:\n  xingji evidence verify case.json');
  evidence
    .command('export')
    .description('a sealed bundle of one event: its steps, the original frames, what they say, the signed chain')
    .addOption(dataOption())
    .requiredOption('--event <id>', 'id of the event, or of a step of it')
    .requiredOption('-o, --output <file>', 'file to write; it must not be there yet')
    .option(
      '--with-journal',
      "the journal's own batches up to its next signed head too, other terminals' records among them",
    )
    .addHelpText(
      'after',
      '\nExample:\n  xingji evidence export --data ./data --event 01KAM4Z3J80123456789ABCDEF -o case.json',
    )
    .action(({ data, event: given, output, withJournal }: ExportFlags) =>
      withEvents(data, (stores) => {
        const event = findEvent(stores, given, readProof);
        if (event === undefined) return;
        const { isExempt } = stores[0]!;
        const journal = withJournal === true;
        if (!exportProof(data, event, { output, journal, isExempt })) return;
        // Frames of before its terminal changed hands are another worker's, and proved by its chain.
        for (const other of event.others)
          if (other.found.frames.length > 0)
            exportProof(data, other, { output: `${output}.${other.worker}`, journal, isExempt });
      }),
    );
  registerVerify(evidence);
  registerCheck(evidence);
}

/** Seals what a worker's store has of an event; false, with a word on stderr, where it cannot be told or written. */
function exportProof(
  data: string,
  { found: proof, folder }: { readonly found: EventProof; readonly folder: string },
  { output, journal, isExempt }: { readonly output: string; readonly journal: boolean; readonly isExempt: IsExempt },
): boolean {
  if (proof.frames.some(({ terminal }) => isExempt(terminal))) {
    refuse(`it rests on what an exempt vehicle said`);
    return false;
  }
  try {
    const signer = openSigner(data);
    const publicKey = readFileSync(publicKeyPath(data), 'utf8');
    const journalRuns = journal ? journalRunsOf(folder, proof, isExempt) : undefined;
    if (journal && journalRuns === undefined) return false;
    const bundle = sealBundle(proof, {
      signer,
      publicKey,
      at: Date.now(),
      ...(journalRuns === undefined ? {} : { journalRuns }),
    });
    writeFileSync(output, `${JSON.stringify(bundle, null, 1)}\n`, { flag: 'wx', mode: 0o640, flush: true });
    console.log(
      `${output}: event ${proof.story.row.id}, ${bundle.steps.length} steps, ${bundle.frames.length} frames, key ${signer.key}`,
    );
    return true;
  } catch (error) {
    if (!(error instanceof JournalError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    refuse(`${output}: ${(error as Error).message}`);
    return false;
  }
}

function refuse(text: string): undefined {
  console.error(text);
  process.exitCode = 1;
}

/**
 * Batches of the journal that prove steps and frames; undefined, with a word on stderr, where they are too many, or have in them what
 * a vehicle said that is exempt.
 */
function journalRunsOf(
  folder: string,
  { steps, frames }: EventProof,
  isExempt: IsExempt,
): readonly JournalRun[] | undefined {
  const file = openJournalFile(journalPath(folder));
  try {
    const proof = readJournalProof(
      file,
      [...steps, ...frames].map(({ seq }) => seq),
      MAX_JOURNAL_BYTES,
    );
    if (proof === undefined)
      return refuse(`the batches have more than ${MAX_JOURNAL_BYTES >> 20} MiB: export without --with-journal`);
    let told = false;
    for (const { batches } of proof.runs)
      for (const { body, ...batch } of batches)
        forEachRecord({ ...batch, body: Buffer.from(body, 'base64') }, 0, ({ terminal, receivedAt }) => {
          told ||= isExempt(terminal, receivedAt);
        });
    if (told) return refuse('the batches have in them what an exempt vehicle said: export without --with-journal');
    for (const seq of proof.left) console.error(`record ${seq}: gone from the journal, or not signed for yet`);
    return proof.runs;
  } finally {
    file.close();
  }
}

function registerVerify(evidence: Command): void {
  evidence
    .command('verify')
    .description('check a bundle: every octet, every step, the signed chain, the sums; needs no data folder')
    .argument('<file>', 'the bundle')
    .option('--public-key <file>', "the gateway's public key as you know it; default: that in the bundle")
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExit code: 0 genuine, 1 not.\n\nExample:\n  xingji evidence verify case.json')
    .action((file: string, { publicKey, json }: { publicKey?: string; json?: true }) => {
      let text: string;
      let trusted: ReturnType<typeof readPublicKey>;
      try {
        text = readFileSync(file, 'utf8');
        trusted = publicKey === undefined ? undefined : readPublicKey('', publicKey);
      } catch (error) {
        const { code, message } = error as Error & { code: string };
        console.error(error instanceof JournalError ? `${code}: ${message}` : `${file}: cannot be read (${code})`);
        process.exitCode = 1;
        return;
      }
      const check = checkBundle(text, trusted);
      const genuine = check.faults.length === 0;
      if (json === true) console.log(JSON.stringify({ genuine, ...check }));
      else {
        for (const fault of check.faults) console.log(fault);
        const own = trusted === undefined ? "; compare the key's name with that of the gateway" : '';
        const signed = `signed with key ${check.key}${own}`;
        console.log(
          genuine
            ? `genuine: event ${check.event}, ${check.steps} steps, ${check.frames} frames, ${check.inJournal} records in the signed journal, ${signed}`
            : 'NOT GENUINE',
        );
      }
      process.exitCode = genuine ? 0 : 1;
    });
}

function registerCheck(evidence: Command): void {
  evidence
    .command('check')
    .description('check the whole event store of a data folder: its chain, its signed heads, its frames')
    .addOption(dataOption())
    .option('--public-key <file>', 'public key of the gateway, kept elsewhere; default: that of the data folder')
    .option('--json', 'one JSON object per worker')
    .addHelpText('after', '\nExit code: 0 whole, 1 not.\n\nExample:\n  xingji evidence check --data ./data')
    .action(({ data, publicKey, json }: { data: string; publicKey?: string; json?: true }) =>
      withEvents(data, (stores) => {
        const key = readPublicKey(data, publicKey);
        for (const { folder, db } of stores) {
          const check = checkStore(db, key);
          const { faults, steps, frames, signedUpTo } = check;
          if (json === true) console.log(JSON.stringify({ folder, ...check }));
          else {
            for (const fault of faults) console.log(fault);
            const verdict = faults.length === 0 ? 'whole' : 'NOT WHOLE';
            console.log(`${folder}: ${steps} steps, signed up to ${signedUpTo}, ${frames} frames: ${verdict}`);
          }
          if (faults.length > 0) process.exitCode = 1;
        }
      }),
    );
}
