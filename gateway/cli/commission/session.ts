/** One job from its order to its record. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newNotebook, type Photo } from '../../commission/notebook.ts';
import { Observer } from '../../commission/observer.ts';
import { type Expected, expectedBy, type Job, jobOf, type OrderBook } from '../../commission/order.ts';
import { type CommissionRecord, recordFileName, signRecord } from '../../commission/record.ts';
import { recordPage } from '../../commission/record-page.ts';
import { runSteps } from '../../commission/run.ts';
import { type GatewayView, gatewayView } from '../../commission/server.ts';
import type { Deed, Hand } from '../../commission/step.ts';
import { NO_TEMPLATE, type Template, templateFor } from '../../commission/template.ts';
import type { Signer } from '../../journal/signed-head.ts';
import { processClock } from '../../process-clock.ts';
import type { TerminalLink } from '../../terminal-link/terminal-link.ts';
import { VERSION } from '../../version.ts';
import { gatewayApi } from '../gateway-api.ts';
import { pause } from '../journal-source.ts';
import type { Language } from '../language.ts';
import { openLink } from '../terminal/open-link.ts';
import { ToolFault } from '../terminal/tool.ts';
import type { CommissionFlags } from './flags.ts';
import { guidedHand, unattendedHand } from './hands.ts';
import type { Keyboard } from './keyboard.ts';
import { LiveView } from './live-view.ts';
import { stepJson, stepText } from './report.ts';
import { DEED_TEXTS, JOB_TEXTS, TEXTS } from './texts.ts';

/** What all jobs of a call have in common. */
export interface Crew {
  readonly flags: CommissionFlags;
  readonly serial: string | undefined;
  readonly language: Language;
  readonly installer: string;
  readonly key: { readonly signer: Signer; readonly publicKey: string };
  readonly templates: readonly Template[];
  readonly book: OrderBook | undefined;
  readonly expected: Expected;
  readonly job: Job | undefined;
  readonly deeds: ReadonlySet<Deed> | undefined;
  readonly photos: readonly Photo[];
  /** Undefined: nobody is at the keyboard. */
  readonly keyboard: Keyboard | undefined;
}

/** How a job ended; the record and where it was written. */
export interface Ended {
  readonly record: CommissionRecord;
  readonly path: string;
}

const VIEW_MS = 500;

/** Rejects with ToolFault, LinkFault, ApiFault, JournalError. */
export async function runJob(crew: Crew, orderId: string | undefined): Promise<Ended> {
  const { flags, language, keyboard, templates } = crew;
  const gateway = gatewayOf(flags);
  const { expected, job } = await assignment(crew, orderId, gateway);
  const template = templateFor(templates, expected) ?? NO_TEMPLATE;
  const link = await linkFor(crew, expected);
  const seen = new Observer(link, processClock);
  const view =
    keyboard === undefined ? undefined : new LiveView(process.stdout, seen, { clock: processClock, language });
  const notes = newNotebook();
  notes.photos.push(...crew.photos);
  const write = (line: string): void =>
    view === undefined ? void process.stdout.write(`${line}\n`) : view.write(line);
  const drawing = view === undefined ? undefined : setInterval(() => view.draw(), VIEW_MS);
  const id = `C-${randomUUID()}`;
  const startedAt = processClock.now();
  const hand: Hand =
    keyboard === undefined || view === undefined
      ? unattendedHand(crew.deeds ?? new Set(), (deed, seconds) => told(crew, deed, seconds))
      : guidedHand({ clock: processClock, language, yes: flags.yes === true }, keyboard, view, crew.deeds);
  try {
    if (flags.json !== true) write(heading(crew, job, expected, link));
    const outcomes = await runSteps(
      { id, job, waitMs: flags.wait, clock: processClock, link, seen, expected, template, hand, gateway, notes },
      {
        began(step, number, of) {
          if (view !== undefined) view.headline = `${number}/${of} ${language === 'zh-CN' ? step.zh : step.en} …`;
        },
        ended(outcome, number) {
          if (view !== undefined) view.headline = '';
          const at = { number, language };
          write(flags.json === true ? JSON.stringify(stepJson(outcome, at)) : stepText(outcome, at));
        },
      },
    );
    view?.erase();
    const record = signRecord(
      {
        id,
        job,
        startedAt,
        endedAt: processClock.now(),
        installer: crew.installer,
        tool: `xingji ${VERSION}`,
        where: link.where,
        gateway: gateway?.url,
        expected,
        template: template.name,
        outcomes,
        notes,
      },
      crew.key.signer,
      crew.key.publicKey,
    );
    return { record, path: writeRecord(record, flags.out, language) };
  } finally {
    clearInterval(drawing);
    view?.erase();
    seen.close();
    await link.close();
  }
}

/** What is to be done, by the order, or by what was said on the command line. */
async function assignment(
  { flags, book, expected, job }: Crew,
  orderId: string | undefined,
  gateway: GatewayView | undefined,
): Promise<{ readonly expected: Expected; readonly job: Job }> {
  if (orderId === undefined) return { expected, job: job ?? 'install' };
  const known = book ?? (await gateway?.order(orderId));
  const order = known?.workOrders.find(({ id }) => id === orderId);
  if (order === undefined) {
    const where = flags.facts ?? gateway?.url;
    if (where !== undefined) throw new ToolFault(`--order is '${orderId}', which ${where} does not know`, 2);
    return { expected: { workOrder: orderId, ...expected }, job: job ?? 'install' };
  }
  return { expected: { ...expectedBy(order, known!.archives), ...expected }, job: job ?? jobOf(order.kind) };
}

function gatewayOf({ gateway, data, token }: CommissionFlags): GatewayView | undefined {
  if (gateway === undefined) return undefined;
  const url = gateway === true ? {} : { url: gateway };
  const api = gatewayApi({ data, ...url, ...(token === undefined ? {} : { token }) });
  return gatewayView(api, { monotonic: () => processClock.monotonic(), pause });
}

async function linkFor({ flags, serial }: Crew, expected: Expected): Promise<TerminalLink> {
  const { gateway, terminal: named, serial: _, ...rest } = flags;
  const direct = serial !== undefined || flags.tcp !== undefined;
  // In a list many terminals may be about; of one alone whoever speaks is looked at, and named where it is another.
  const terminal = named ?? (flags.bulk === undefined && direct ? undefined : expected.terminal);
  const link = await openLink({
    ...rest,
    ...(serial === undefined ? {} : { serial }),
    ...(direct || gateway === undefined ? {} : { gateway }),
    ...(terminal === undefined ? {} : { terminal }),
  });
  if (link === undefined) throw new ToolFault('say where the terminal is: --serial, --tcp or --gateway', 2);
  return link;
}

function heading({ language, serial }: Crew, job: Job, expected: Expected, link: TerminalLink): string {
  const { workOrder, plate, unit } = expected;
  const order =
    workOrder === undefined && plate === undefined
      ? TEXTS.noOrder[language]
      : [workOrder === undefined ? '' : `${TEXTS.order[language]} ${workOrder}`, plate, unit]
          .filter(Boolean)
          .join('  ');
  return `${JOB_TEXTS[job][language]}  ${order}  ${serial ?? link.where}`;
}

/** Somebody does it who is not at this keyboard: stderr, as results are on stdout. */
function told({ flags, language }: Crew, deed: Deed, seconds: number): void {
  const text = DEED_TEXTS[deed][language];
  process.stderr.write(
    flags.json === true ? `${JSON.stringify({ type: 'do', deed, seconds, text })}\n` : `▶ ${text}  ${seconds} s\n`,
  );
}

/** JSON and page beside each other; the path of the JSON. */
function writeRecord(record: CommissionRecord, folder: string, language: Language): string {
  try {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, recordFileName(record));
    writeFileSync(`${path}.json`, `${JSON.stringify(record, null, 2)}\n`, { flush: true });
    writeFileSync(`${path}.html`, recordPage(record, language), { flush: true });
    return `${path}.json`;
  } catch (error) {
    throw new ToolFault(`--out is '${folder}', which cannot be written to: ${(error as Error).message}`, 2);
  }
}
