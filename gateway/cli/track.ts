/** `xingji track`: where a terminal was, under a grant, from the data folder. */
import { existsSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { openTrackFile, trackPath } from '../fold/store/track-file.ts';
import type { TrackPoint } from '../fold/store/track-point.ts';
import { grantCovers } from '../grants/grant.ts';
import { grantsPath, openGrants } from '../grants/grant-file.ts';
import { formatTrack, type TrackFormat, TRACK_FORMATS } from '../grants/track-format.ts';
import { partitionFolders } from '../workers/partitions.ts';
import { noteHere } from './audit-source.ts';
import { exemptOn } from './exempt-source.ts';
import { dataOption, terminal, time } from './journal-source.ts';
import { write } from './lines.ts';

interface TrackFlags {
  readonly data: string;
  readonly from: number;
  readonly to: number;
  readonly grant: string;
  readonly format: TrackFormat;
  readonly output?: string;
}

/** More would hardly be one vehicle's. */
const MAX_POINTS = 1_000_000;

/** Adds the command `track`. */
export function registerTrack(program: Command): void {
  program
    .command('track')
    .description('where a terminal was, under an approved grant that covers it')
    .argument('<terminal>', 'its number', terminal)
    .requiredOption('--from <time>', 'ISO 8601', time)
    .requiredOption('--to <time>', 'ISO 8601', time)
    .requiredOption('--grant <id>', 'the grant; xingji grant request asks for one')
    .addOption(dataOption())
    .addOption(new Option('--format <format>', 'of the track').choices(TRACK_FORMATS).default('geojson'))
    .option('-o, --output <file>', 'file to write, readable by you alone; default: stdout')
    .addHelpText(
      'after',
      `
The look is in the audit trail, and so is one that is refused.

Exit code: 0 told, 1 no grant that covers it.

Example:
  xingji track 13912345678 --from 2026-01-05T08:00:00+08:00 --to 2026-01-05T12:00:00+08:00 --grant g-8sFzk2 --format gpx -o track.gpx`,
    )
    .action((named: string, flags: TrackFlags) => show(named, flags));
}

async function show(named: string, { data, from, to, grant: id, format, output }: TrackFlags): Promise<void> {
  const refuse = (text: string): void => {
    console.error(text);
    process.exitCode = 1;
  };
  if (!existsSync(data)) return refuse(`--data: there is no folder ${data}, expected the data folder of a gateway`);
  const why = refusal(data, id, { terminal: named, from, to, now: Date.now() });
  const period = { from, to, grant: id };
  if (why !== undefined) {
    await noteHere(data, [{ what: 'track.refused', subject: `terminal:${named}`, after: { ...period, why } }]);
    return refuse(why);
  }
  const points = pointsOf(data, named, { from, to });
  if (points.length > MAX_POINTS) return refuse(`more than ${MAX_POINTS} points: ask for a shorter period`);
  await noteHere(data, [{ what: 'track.read', subject: `terminal:${named}`, after: period }]);
  const text = formatTrack(format, { terminal: named, from, to, grant: id }, points);
  if (output === undefined) return write(process.stdout, text);
  try {
    writeFileSync(output, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    return refuse(`--output: ${(error as Error).message}`);
  }
  console.error(`${output}: ${points.length} points`);
}

/** Why the track is not shown; undefined where a grant covers it. */
function refusal(data: string, id: string, look: Parameters<typeof grantCovers>[1]): string | undefined {
  const grants = existsSync(grantsPath(data)) ? openGrants(grantsPath(data)) : undefined;
  try {
    const grant = grants?.get(id, look.now);
    if (grant === undefined) return `--grant: no grant ${id} is known`;
    if (grant.state !== 'approved') return `--grant: ${id} is ${grant.state}, expected an approved one`;
    if (!grantCovers(grant, look)) return `--grant: ${id} is for another terminal or period`;
  } finally {
    grants?.close();
  }
  return exemptOn(data, look.now)(look.terminal)
    ? `terminal ${look.terminal} is exempt: nothing of it is told`
    : undefined;
}

/** By time, from every worker that had the terminal. */
function pointsOf(data: string, named: string, period: { from: number; to: number }): readonly TrackPoint[] {
  const found = partitionFolders(data).flatMap((folder) => {
    if (!existsSync(trackPath(folder))) return [];
    const file = openTrackFile(folder, { readOnly: true });
    try {
      return file.read(named, { ...period, limit: MAX_POINTS + 1 });
    } finally {
      file.close();
    }
  });
  return found.sort((a, b) => a.time - b.time || a.seq - b.seq);
}
