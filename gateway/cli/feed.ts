/** `xingji feed`: facts of a platform from a file into a data folder, all of them or none. */
import { createReadStream } from 'node:fs';
import { Argument, type Command } from 'commander';
import { FEED_KINDS, factFaults, factOf, type FeedKind } from '../../bridge/index.ts';
import type { Statement } from '../registry/store/registry-file.ts';
import { dataOption } from './journal-source.ts';
import { readLines } from './lines.ts';
import { authorHere, withRegistry } from './registry-source.ts';

/** Facts of one file: they are one transaction. */
const MAX_FACTS = 1_000_000;
const SHOWN = 100;

interface Fault {
  readonly line: number;
  readonly faults: readonly string[];
}

/** Adds the command `feed`. */
export function registerFeed(program: Command): void {
  program
    .command('feed')
    .description('state facts of a platform: vehicles, exemptions, work orders, orders, calendar days, places')
    .addArgument(new Argument('<kind>', 'what they are').choices(FEED_KINDS))
    .argument('<file>', 'JSON lines, one fact each; - for stdin')
    .addOption(dataOption())
    .option('--json', 'the outcome as JSON')
    .addHelpText(
      'after',
      `
A later fact with the same id replaces it; {"id":"…","deleted":true} takes it away. All lines are taken, or none and
every fault is told with its line. A running gateway takes them up within a second.

Exit code: 0 taken, 1 refused.

Example:
  xingji feed workOrder orders.jsonl --data ./data`,
    )
    .action((kind: FeedKind, file: string, { data, json }: { data: string; json?: true }) =>
      withRegistry(data, async (registry) => {
        const { statements, lines, faults } = await read(kind, file);
        if (faults.length > 0) return tell(faults, json);
        const applied = registry.apply(statements, authorHere());
        if ('refused' in applied)
          return tell(
            applied.refused.map(({ index, fault }) => ({ line: lines[index]!, faults: [fault] })),
            json,
          );
        console.log(
          json === true
            ? JSON.stringify({ read: statements.length, ...applied })
            : `${statements.length} read, ${applied.changed} changed`,
        );
        return undefined;
      }),
    );
}

async function read(
  kind: FeedKind,
  file: string,
): Promise<{ readonly statements: Statement[]; readonly lines: number[]; readonly faults: Fault[] }> {
  const statements: Statement[] = [];
  const lines: number[] = [];
  const faults: Fault[] = [];
  let line = 0;
  try {
    for await (const text of readLines(file === '-' ? process.stdin : createReadStream(file))) {
      line++;
      if (text.trim() === '') continue;
      const value = parsed(text);
      const found = value === undefined ? ['is not JSON'] : factFaults(kind, value);
      if (found.length > 0) faults.push({ line, faults: found });
      else {
        statements.push({ kind, fact: factOf(value) });
        lines.push(line);
      }
      if (statements.length > MAX_FACTS || faults.length > MAX_FACTS) {
        faults.push({ line, faults: [`expected at most ${MAX_FACTS} lines`] });
        break;
      }
    }
  } catch (error) {
    faults.push({ line, faults: [(error as Error).message] });
  }
  return { statements, lines, faults };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

function tell(faults: readonly Fault[], json: true | undefined): undefined {
  process.exitCode = 1;
  for (const { line, faults: each } of faults.slice(0, SHOWN)) {
    if (json === true) console.log(JSON.stringify({ line, faults: each }));
    else console.error(`line ${line}: ${each.join('; ')}`);
  }
  const more = faults.length - SHOWN;
  console.error(
    `${faults.length} ${faults.length === 1 ? 'line is' : 'lines are'} at fault${more > 0 ? ` (${more} not shown)` : ''}; nothing was changed`,
  );
}
