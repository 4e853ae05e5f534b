/** `npm run exam:card`: one page from the reports of several examinations. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { noRoomFor } from '../flags/results.ts';
import { type CardParts, cardOf, type CostReport, formatCard } from './card.ts';
import { cardPage } from './card-html.ts';
import type { FleetReport } from './fleet-report.ts';
import type { ExamReport } from './report.ts';

const HELP = `Usage: npm run exam:card -- --bed REPORT [--fleet CARD] [--mix CARD] [--cost FILE] [--held NAME=REPORT …]
                          [--salt TEXT] [--html FILE] [--json FILE]

Puts together what npm run exam --report, npm run exam:fleet --report and node bench/detect/cost.ts --json have written.
--held names other examinations: mutated scenarios, a profile nobody trained on. The card is printed, and written as a
page and as JSON where that is asked for.

Example: npm run exam:card -- --bed report.json --fleet fleet.json --held merged=merged.json --html card.html`;

process.exitCode = main();

function main(): 0 | 1 | 2 {
  const text = { type: 'string' } as const;
  let values: Record<string, string | boolean | string[] | undefined>;
  try {
    values = parseArgs({
      options: {
        bed: text,
        fleet: text,
        mix: text,
        cost: text,
        held: { type: 'string', multiple: true },
        salt: text,
        html: text,
        json: text,
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (values['help'] === true) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const flag = (name: string): string | undefined => values[name] as string | undefined;
  if (flag('bed') === undefined) return refuse('--bed: is missing, expected the report of an examination');
  let parts: CardParts;
  try {
    parts = partsOf(flag, (values['held'] as string[] | undefined) ?? []);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const card = cardOf(parts);
  const [html, json] = [flag('html'), flag('json')];
  const [nowhere] = noRoomFor({ html, json });
  if (nowhere !== undefined) return refuse(nowhere);
  const { confusion, calibration } = parts.bed;
  if (html !== undefined) writeFileSync(html, cardPage(card, { final: confusion.final, calibration }));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...card, parts }, null, 2)}\n`);
  process.stdout.write(`${formatCard(card)}\n`);
  return 0;
}

function partsOf(flag: (name: string) => string | undefined, held: readonly string[]): CardParts {
  const read = <T>(name: string): T | undefined => {
    const path = flag(name);
    return path === undefined ? undefined : readReport<T>(path, name);
  };
  const fleet = read<FleetReport>('fleet');
  const mix = read<FleetReport>('mix');
  const cost = read<CostReport>('cost');
  return {
    bed: read<ExamReport>('bed')!,
    ...(fleet === undefined ? {} : { fleet }),
    ...(mix === undefined ? {} : { mix }),
    ...(cost === undefined ? {} : { cost }),
    held: Object.fromEntries(
      held.map((one) => {
        const [name = '', path] = one.split('=');
        if (path === undefined) throw new Error(`--held: is '${one}', expected NAME=REPORT`);
        return [name, readReport<ExamReport>(path, 'held')];
      }),
    ),
    salt: flag('salt'),
  };
}

function readReport<T>(path: string, name: string): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--${name}: ${path} is not a report: ${why}`, { cause: error });
  }
}

function refuse(line: string): 2 {
  process.stderr.write(`${line}\n`);
  return 2;
}
