/**
 * A run in another world: the same scenario and the same gateway, but causes become observations by another model, written
 * without a look at the simulator's. What is lost here was only learnt by heart.
 */
import { performance } from 'node:perf_hooks';
import { formatTime, seededRandom } from '../../../protocol/index.ts';
import type { Scenario, ScenarioFile } from '../../../simulator/index.ts';
import { type BedOptions, outcomeOf, type RunResult } from '../bed.ts';
import { ExamGateway } from '../exam-gateway.ts';
import { Story } from './story.ts';
import { Unit } from './unit.ts';

/** Kinds of terminals that this world has. */
const PROFILES: ReadonlySet<string> = new Set(['A', 'B', 'C']);
/** Causes that it does not. */
const UNKNOWN: ReadonlySet<string> = new Set(['clone', 'spoof', 'inject', 'phone']);
const LONGEST_S = 4 * 86_400;
const PHONE = '013977000417';
/** A Tuesday, 00:00 at +08:00. */
const START = Date.UTC(2026, 3, 13, 16);
const HOUR_S = 3600;
const DAYS = 1;
const MOTION_KMH = 5;

/** The file with what this world can play: one vehicle, and what befalls it. */
export function playable(file: ScenarioFile): ScenarioFile {
  const scenarios = file.scenarios
    .filter((scenario) => isPlain(scenario))
    .map((scenario) => ({ ...scenario, profiles: scenario.profiles.filter((profile) => PROFILES.has(profile)) }))
    .filter(({ profiles }) => profiles.length > 0);
  return { ...file, scenarios };
}

function isPlain({ context = {}, timeline, duration_s: duration }: Scenario): boolean {
  const { work_order: order, dead_zone: zone, fleet, external, vehicle_trait: trait, holiday_lockup: sealed } = context;
  const isAlone = !(order || zone || fleet || external || trait || sealed);
  const names = timeline.flatMap(({ set = {}, ramp = {} }) => [...Object.keys(set), ...Object.keys(ramp)]);
  return isAlone && duration <= LONGEST_S && !names.some((name) => UNKNOWN.has(name));
}

export async function playOther(options: BedOptions): Promise<RunResult> {
  const began = performance.now();
  const { file, scenario, profile, seed } = options;
  const random = seededRandom(`other world ${scenario.id}/${seed}`);
  const story = new Story(file, scenario, { days: options.warmupDays ?? DAYS, random: random.fork('story') });
  const startAt = START + random.int(0, 23) * HOUR_S * 1000;
  const gateway = new ExamGateway(startAt + story.startsAt * 1000);
  await gateway.start();
  const refs = { onset: story.onset, ...NOTHING } as { -readonly [K in keyof RunResult['refs']]: number | null };
  let second = story.startsAt;
  let shownAt: number | null = null;
  const unit = new Unit({
    facts: file.profiles[profile]!,
    phone: PHONE,
    random: random.fork('unit'),
    state: story.state,
    now: () => startAt + second * 1000,
    host: {
      dial: (source, sink) => gateway.dial(source, sink),
      online: () => {
        if (second >= story.onset) refs.reconnect ??= second;
      },
    },
  });
  tellFacts(gateway, unit, { scenario, startAt, story });
  for (; second < story.endsAt; second++) {
    // The unit counts from the moment in which it was fitted.
    const age = second - story.startsAt;
    for (const set of story.advance(second)) unit.happened(age, set);
    const before = unit.frames;
    unit.tick(age);
    if (second >= story.onset) {
      if (unit.frames > before) shownAt ??= second;
      if (story.state.speed_kmh > MOTION_KMH) refs.motion ??= second;
    }
    await gateway.run(1000);
  }
  unit.wire.end();
  const terminal = PHONE.replace(/^0+/, '');
  const replayedAt = gateway.replayedAt(terminal);
  const outcome = outcomeOf(gateway.steps, {
    file,
    scenario,
    profile,
    refs,
    startAt,
    truth: { scenario: scenario.id, profile, seed },
    others: new Set(),
    replayedAt: replayedAt === undefined ? null : (replayedAt - startAt) / 1000,
  });
  const ms = performance.now() - began;
  return { scenario: scenario.id, profile, seed, refs, ...outcome, varied: [], frames: unit.frames, ms, shownAt };
}

const NOTHING = {
  reconnect: null,
  motion: null,
  group_restore: null,
  sighting: null,
  spoof_end: null,
  foreign_login: null,
} as const;

/** The archive, and an order for every way that has one. */
function tellFacts(
  gateway: ExamGateway,
  unit: Unit,
  { scenario, startAt, story }: { readonly scenario: Scenario; readonly startAt: number; readonly story: Story },
): void {
  const plate = `贵A${PHONE.slice(-5)}`;
  const { imei, iccid, terminalId } = unit.archive;
  const who = { id: 'archive-other', vehicle: plate, plate, plateColor: 2, division: '520100', unit: '另一车队' };
  gateway.tell({ kind: 'archive', fact: { ...who, terminal: PHONE.replace(/^0+/, ''), terminalId, imei, iccid } });
  const at = (second: number): string => formatTime(startAt + second * 1000);
  const until = scenario.context?.dispatch_order === true ? story.endsAt + HOUR_S : -HOUR_S;
  const times = { from: at(story.startsAt - HOUR_S), until: at(until), filedAt: at(story.startsAt - 2 * HOUR_S) };
  gateway.tell({ kind: 'order', fact: { id: 'order-other', plate, ...times, purpose: '公务', approver: '调度室' } });
}
