/** `npm run exam:examples`: worked examples for the documentation, from real runs: a picture and the sum of each verdict. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeName } from '../../gateway/events/codes.ts';
import { explanationWords } from '../../gateway/events/explanations.ts';
import type { EventStep } from '../../gateway/events/step.ts';
import { ALARM, Signals } from '../../gateway/fold/detect/signals.ts';
import { epochMsOf, metresBetween } from '../../gateway/fold/detect/terminal.ts';
import { evidenceWords } from '../../gateway/fold/detect/texts.ts';
import { PositionReader } from '../../gateway/fold/positions.ts';
import { forEachRecord, RecordView } from '../../gateway/journal/record-view.ts';
import { Registry } from '../../gateway/registry/registry.ts';
import { CATALOGUE, readScenarios, type Scenario } from '../../simulator/index.ts';
import { readFlags } from '../flags/read-flags.ts';
import { type Played, played } from './bed.ts';
import { JUDGED } from './event.ts';
import { clock, type Mark, type Point, timelineSvg } from './timeline-svg.ts';

interface Example {
  readonly axis: string;
  readonly scenario: string;
  readonly profile: string;
  /** The code whose last verdict is added up. */
  readonly code: string;
  readonly story: string;
  /** Seconds shown before the onset and behind the last step. */
  readonly margin?: number;
  /** What the picture shows besides. */
  readonly lane?: keyof typeof LANES;
}

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** Values of a report by which some acts are seen, in km; `home`: where the vehicle first was. */
const LANES = {
  odometer: { name: 'odometer, km', of: (s: Signals) => (s.mileage < 0 ? undefined : s.mileage / 10) },
  away: { name: 'away, km', of: (s: Signals, home: Place) => (s.fixed ? kilometres(home, s) : undefined) },
} as const;

function kilometres(from: Place, to: Place): number {
  return metresBetween(from.latitude, from.longitude, to.latitude, to.longitude) / 1000;
}

const EXAMPLES: readonly Example[] = [
  {
    axis: 'Power',
    scenario: 'G01',
    profile: 'C',
    code: 'T101',
    story:
      'At night somebody pulls the fuse of a parked car. The terminal lives on its internal battery and says so: bit 8. That is a fact, told at once; what remains to be judged is whether a battery ran flat. A healthy supply the minute before, and no warning of low voltage, say no.',
  },
  {
    axis: 'Satellites',
    scenario: 'G23',
    profile: 'A',
    code: 'T205',
    story:
      'On the motorway a jammer is plugged into the lighter socket. Satellites fall to none while wheels and network go on. A stranger’s jammer would be gone within two minutes, a tunnel would end; this goes on.',
  },
  {
    axis: 'Link',
    scenario: 'G36',
    profile: 'C',
    code: 'T303',
    story:
      'A full-band jammer for a trip of forty minutes. While it is silent nobody can say why: the silence itself is raised, its cause left open. The stored reports tell: the network was strong all the time, no satellites, the clock and serial numbers went on.',
  },
  {
    axis: 'Mount',
    scenario: 'G14',
    profile: 'C',
    code: 'T103',
    story:
      'The terminal is unscrewed, carried off, and fed by a bench supply. The case sensor speaks first; the supply that comes back has no noise of a vehicle, and the place is another one with the ignition off.',
  },
  {
    axis: 'Identity',
    scenario: 'G46',
    profile: 'D',
    code: 'T402',
    story:
      'The card goes into another terminal. It logs in under the same number, with another IMEI and another terminal id.',
  },
  {
    axis: 'Configuration',
    scenario: 'G52',
    profile: 'D',
    code: 'T405',
    story: 'The firmware is put back to an old version on the spot. Nobody had sent an upgrade.',
  },
  {
    axis: 'Clock',
    scenario: 'G55',
    profile: 'C',
    code: 'T407',
    story: 'The clock of the terminal is set back by a day, with satellites in view all the time.',
  },
  {
    axis: 'Odometer',
    scenario: 'G56',
    profile: 'A',
    code: 'T408',
    lane: 'odometer',
    story:
      'Somebody writes a lower mileage into the terminal: 12,000 km less from one report to the next. Wheels do not run back; stored reports that come late are not looked at for this.',
  },
  {
    axis: 'Place',
    scenario: 'G18',
    profile: 'A',
    code: 'T305',
    lane: 'away',
    story:
      'The terminal may be exchanged under an approved order, at its place. It is switched off, the vehicle is driven for 45 km meanwhile, and switched on there. The order excuses the silence, and not the way: where it was lost and where it is back are facts, and no track lies between them.',
  },
  {
    axis: 'An innocent one',
    scenario: 'I09',
    profile: 'A',
    code: 'N607',
    story:
      'A mountain road without service for forty minutes. The silence is noticed, and let go when the stored reports show that the signal faded, with good fixes all the way.',
  },
];

const PAGE = 'docs/detector-examples.md';
const PICTURES = 'docs/detector-examples';
const BEFORE_S = 900;
const AFTER_S = 900;
const MOST_MARKS = 8;

readFlags(import.meta.filename, {});
const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
mkdirSync(PICTURES, { recursive: true });
const sections: string[] = [];
for (const example of EXAMPLES) sections.push(await sectionOf(example));
writeFileSync(PAGE, `${introduction()}\n${sections.join('\n')}`);
process.stdout.write(`${PAGE}, ${EXAMPLES.length} pictures in ${PICTURES}\n`);

function introduction(): string {
  return `# Verdicts, worked out

One example for each axis of the [detector](detector.md), from runs of the [examination](scenarios.md) through the gateway as it is. This page and its pictures are written by
\`npm run exam:examples\`; times count from the start of the scenario. Blue is what was reported, orange what the terminal had stored and sent later, red is what is held against
somebody. Nats add up to the margin over the closest innocent explanation: it is said from 4 on, sure from 9 on and two sources.
`;
}

async function sectionOf({ axis, scenario: id, profile, code, story, lane }: Example): Promise<string> {
  const scenario = file.scenarios.find((one) => one.id === id) as Scenario;
  const run = await played({ file, scenario, profile, seed: '1', warmupDays: 1 }, true);
  const { gateway, run: truth, startAt } = run;
  const second = (ms: number): number => (ms - startAt) / 1000;
  const own = gateway.steps.filter((step) => step.terminal === truth.terminal && JUDGED.test(step.code));
  const told = own.filter(({ at }) => second(at) >= 0);
  const last = told.findLast((step) => step.code === code && step.judgement !== undefined) ?? told.at(-1);
  const onset = truth.refs.onset ?? 0;
  const ends = Math.max(...told.slice(0, MOST_MARKS).map(({ at }) => second(at)), onset);
  const name = `${PICTURES}/${id.toLowerCase()}.svg`;
  const from = Math.max(0, onset - BEFORE_S);
  const until = ends + AFTER_S;
  const shown = pointsOf(run, lane).filter(({ t }) => t >= from && t <= until);
  const least = Math.min(...shown.flatMap(({ more = [] }) => more));
  const points = shown.map((point) => (point.more === undefined ? point : { ...point, more: point.more - least }));
  const top = Math.ceil(Math.max(1, ...points.flatMap(({ more = [] }) => more)));
  const picture = timelineSvg({
    title: `${id}, profile ${profile}: ${scenario.title_en ?? id}`,
    points,
    ...(lane === undefined ? {} : { more: { name: LANES[lane].name, top } }),
    marks: told.slice(0, MOST_MARKS).map((step) => markOf(step, second(step.at))),
    onset,
    from,
    until,
  });
  writeFileSync(name, picture);
  const heading = `## ${axis}: ${codeName(code).en}`;
  const image = `![Timeline of ${id}](${join('detector-examples', `${id.toLowerCase()}.svg`)})`;
  return [heading, '', story, '', image, '', ...(last === undefined ? [] : sumOf(last, second(last.at)))].join('\n');
}

/** What was reported, by the terminal's own times. */
function pointsOf({ gateway, run, startAt }: Played, lane: Example['lane']): Point[] {
  const registry = new Registry();
  const reader = new PositionReader((terminal) => registry.quirks.revision(terminal) ?? 2013, registry.quirks);
  const signals = new Signals();
  const points: Point[] = [];
  let home: Place | undefined;
  const view = new RecordView();
  const said = (value: number, unit = 1): number | undefined => (value < 0 ? undefined : value / unit);
  for (const batch of gateway.batches) {
    forEachRecord(
      batch,
      0,
      (record) => {
        registry.apply(record, () => {});
        if (record.terminal !== run.terminal) return;
        reader.forEach(record, ({ report, backfill }) => {
          const s = signals.read(report, registry.quirks.vendor(record.terminal));
          if (s.fixed) home ??= { latitude: s.latitude, longitude: s.longitude };
          points.push({
            t: (epochMsOf(s.time) - startAt) / 1000,
            stored: backfill,
            fixed: s.fixed,
            supply: (s.alarm & ALARM.off) !== 0 && s.supply < 0 ? 0 : said(s.supply, 1000),
            csq: said(s.csq),
            satellites: said(s.satellites),
            speed: Math.max(s.speed, s.wheels) / 10,
            more: lane === undefined ? undefined : LANES[lane].of(s, home ?? s),
          });
        });
      },
      view,
    );
  }
  return points;
}

function markOf({ state, code, severity, reason }: EventStep, t: number): Mark {
  const over = state === 'cleared' || state === 'authorised';
  const why = over && reason !== undefined ? ` (${reason})` : '';
  const label = `${clock(t)}  ${code} ${state}${why}${severity > 0 ? `, severity ${severity}` : ''}`;
  return { t, label, accuses: !over && code.startsWith('T') };
}

/** The sum of a verdict as a table. */
function sumOf({ code, state, judgement, confidence }: EventStep, t: number): string[] {
  if (judgement === undefined) return [];
  const { prior, because, margin, rival, rejected } = judgement;
  const nats = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
  const lost = rejected.slice(0, 4).map(({ hypothesis, margin: by, by: why }) => {
    const evidence = why.length === 0 ? '' : ` (${why.join(', ')})`;
    return `${hypothesis} by ${by.toFixed(1)}${evidence}`;
  });
  return [
    `${code} ${state} at ${clock(t)}:`,
    '',
    '| evidence | | nats |',
    '|---|---|---|',
    `| | before any evidence | ${nats(prior)} |`,
    ...because.map((one) => `| ${one.evidence} | ${evidenceWords(one).en} | ${nats(one.nats)} |`),
    `| | **margin over ${explanationWords(rival).en}** (${rival}), confidence ${confidence} | **${nats(margin)}** |`,
    '',
    ...(lost.length === 0 ? [] : [`Innocent explanations and by how much they lost: ${lost.join(', ')}.`, '']),
  ];
}
