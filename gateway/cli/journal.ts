/** `xingji journal`: the journal itself, beside a running gateway or without one. */
import { type Command, Option } from 'commander';
import { decodeMessage, describeMessage, formatTime, frameHex } from '../../protocol/index.ts';
import { RECORD_KIND, type RecordKindName } from '../journal/record.ts';
import { forEachRecord, RecordView } from '../journal/record-view.ts';
import { checkChain, type JournalFile } from '../journal/sqlite-file.ts';
import { decodeMedia } from '../media/media-record.ts';
import { JournalCapture } from './journal-capture.ts';
import { registerBackup } from './journal-backup.ts';
import { registerLetters } from './journal-letters.ts';
import { registerReplay } from './journal-replay.ts';
import { printable } from './message-text.ts';
import { exemptOn, type IsExempt } from './exempt-source.ts';
import { addFilter, batchesOf, count, dataOption, pause, readPublicKey, withJournals } from './journal-source.ts';

interface Filter {
  readonly terminal?: string;
  readonly from?: number;
  readonly to?: number;
}

interface Walk extends Filter {
  /** Of these nothing is visited. */
  readonly isExempt: IsExempt;
  readonly after: number[];
}

const LOOK_EVERY_MS = 200;
const KIND_NAMES = new Map(Object.entries(RECORD_KIND).map(([name, kind]) => [kind, name as RecordKindName]));

/** Adds the command `journal` and what it does. */
export function registerJournal(program: Command): void {
  const journal = program
    .command('journal')
    .description('the journal of a data folder: check, follow, export')
    .addHelpText('after', '\nExample:\n  xingji journal tail --data ./data --terminal 13912345678');
  registerChainVerify(journal);
  registerTail(journal);
  registerExport(journal);
  registerReplay(journal);
  registerLetters(journal);
  registerBackup(journal);
}

function registerChainVerify(journal: Command): void {
  journal
    .command('verify')
    .description('check the hash chain and its signed heads; every batch that was altered, removed or put in is named')
    .addOption(dataOption())
    .option('--public-key <file>', 'public key of the gateway, kept elsewhere; default: that of the data folder')
    .option('--json', 'one JSON object per line')
    .addHelpText('after', '\nExit code: 0 whole, 1 not.\n\nExample:\n  xingji journal verify --data ./data')
    .action(({ data, json, publicKey }: { data: string; json?: true; publicKey?: string }) =>
      withJournals(data, (journals) => {
        const key = readPublicKey(data, publicKey);
        const whole = journals.map(({ worker, file }) => {
          const { faults, ...counts } = checkChain(file, undefined, key);
          const whose = journals.length === 1 ? {} : { worker };
          if (json === true) {
            for (const fault of faults) console.log(JSON.stringify({ kind: 'fault', ...whose, ...fault }));
            console.log(JSON.stringify({ kind: 'chain', ...whose, id: file.identity.id, ...counts }));
          } else {
            if (journals.length > 1) console.log(`worker ${worker}`);
            for (const { first, last, why } of faults) console.log(`records ${first}–${last}: ${why}`);
            if (counts.signedHeads > 0) console.log(`signed up to record ${counts.signedUpTo}`);
            console.log(
              `${counts.records} records in ${counts.batches} batches: ${counts.faultCount === 0 ? 'whole' : 'NOT WHOLE'}`,
            );
          }
          return counts.faultCount === 0;
        });
        process.exitCode = whole.every(Boolean) ? 0 : 1;
      }),
    );
}

function registerTail(journal: Command): void {
  addFilter(journal.command('tail'))
    .description('print the last records and follow')
    .addOption(dataOption())
    .option('-n, --lines <n>', 'records to begin with', count, 10)
    .option('--no-follow', 'end when they are printed')
    .option('--json', 'one JSON object per line')
    .addHelpText('after', '\nExample:\n  xingji journal tail --data ./data --terminal 13912345678')
    .action((flags: Filter & { data: string; lines: number; follow: boolean; json?: true }) =>
      withJournals(flags.data, async (journals) => {
        const print = flags.json === true ? jsonLine : textLine;
        const files = journals.map(({ file }) => file);
        const after = files.map((file) => Math.max(0, file.ends().head.seq - flags.lines));
        const last: string[] = [];
        // What is exempt from now on does not get into the journal.
        const walk = { ...flags, after, isExempt: exemptOn(flags.data, Date.now()) };
        eachRecord(files, walk, (view) => {
          // Of several journals the last lines of each are read, and the last of all are shown.
          if (last.push(print(view)) > flags.lines) last.shift();
        });
        for (const line of last) console.log(line);
        while (flags.follow) {
          await pause(LOOK_EVERY_MS);
          eachRecord(files, walk, (view) => console.log(print(view)));
        }
      }),
    );
}

function registerExport(journal: Command): void {
  addFilter(journal.command('export'))
    .description('print received frames: time, terminal, hex; with --hex only what `decode -` takes')
    .addOption(dataOption())
    .option('--hex', 'only the frames')
    .addOption(new Option('--pcapng', 'as a capture, which Wireshark opens').conflicts('hex'))
    .addHelpText(
      'after',
      '\nExamples:\n  xingji journal export --data ./data --hex | xingji decode - --json\n  xingji journal export --data ./data --terminal 13912345678 --pcapng > drive.pcapng',
    )
    .action((flags: Filter & { data: string; hex?: true; pcapng?: true }) =>
      withJournals(flags.data, (journals) => {
        const files = journals.map(({ file }) => file);
        const walk = { ...flags, after: files.map(() => 0), isExempt: exemptOn(flags.data, Date.now()) };
        const capture =
          flags.pcapng === true
            ? new JournalCapture(flags.data, (octets) => void process.stdout.write(octets))
            : undefined;
        eachRecord(files, walk, (view) => {
          if (view.kind !== RECORD_KIND.frame) return;
          if (capture !== undefined) return capture.frame(view);
          const hex = frameHex(view.b, view.payloadStart, view.payloadEnd);
          console.log(flags.hex === true ? hex : `${formatTime(view.receivedAt)}\t${view.terminal}\t${hex}`);
        });
      }),
    );
}

/** Visits what the walk lets through behind its `after`, which is moved on to the last record that was looked at. */
function eachRecord(files: readonly JournalFile[], walk: Walk, visit: (view: RecordView) => void): void {
  const { terminal, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, after, isExempt } = walk;
  const view = new RecordView();
  for (const [i, batch] of batchesOf(files, after)) {
    forEachRecord(
      batch,
      after[i]!,
      () => {
        const { receivedAt } = view;
        if (receivedAt < from || receivedAt > to || (terminal !== undefined && terminal !== view.terminal)) return;
        if (isExempt(view.terminal, receivedAt)) return;
        visit(view);
      },
      view,
    );
  }
}

function jsonLine(view: RecordView): string {
  const { seq, kind, receivedAt, link, terminal, ackable } = view;
  const head = { seq, kind: KIND_NAMES.get(kind), receivedAt: formatTime(receivedAt), link, terminal, ackable };
  return JSON.stringify({ ...head, ...content(view) });
}

function textLine(view: RecordView): string {
  const { seq, kind, receivedAt, terminal } = view;
  return `${seq} ${formatTime(receivedAt)} ${terminal || '-'} ${KIND_NAMES.get(kind)} ${printable(JSON.stringify(content(view)))}`;
}

/** What a record says: a decoded message, the JSON that was written, or the octets and why they were refused. */
function content(view: RecordView): object {
  const { b, payloadStart, payloadEnd } = view;
  switch (view.kind) {
    case RECORD_KIND.frame:
    case RECORD_KIND.assembled: {
      const whole = view.kind === RECORD_KIND.assembled;
      return { message: describeMessage(decodeMessage(b, payloadStart, payloadEnd, { whole })) };
    }
    case RECORD_KIND.media: {
      const media = decodeMedia(b, payloadStart, payloadEnd);
      if (media === undefined) return {};
      return { file: media.file, message: describeMessage(decodeMessage(b, media.at, payloadEnd, { whole: true })) };
    }
    case RECORD_KIND.quarantine: {
      const reasonEnd = payloadStart + 1 + (b[payloadStart] ?? 0);
      const reason = new TextDecoder().decode(b.subarray(payloadStart + 1, reasonEnd));
      return { reason, hex: Buffer.from(b.subarray(reasonEnd, payloadEnd)).toString('hex') };
    }
    default:
      return { content: JSON.parse(new TextDecoder().decode(b.subarray(payloadStart, payloadEnd))) as unknown };
  }
}
