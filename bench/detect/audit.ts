/** Whether what an event says of itself is so: its sum, and that what it names first did change. */
import { weightOf, type EvidenceId, EVIDENCE_IDS } from '../../gateway/fold/detect/weights.ts';
import type { Scenario, ScenarioFile } from '../../simulator/index.ts';
import type { JudgedStep } from './event.ts';

export interface Audit {
  /** Judgements, and those whose prior and nats add up to the margin, which is that over the closest innocent rival. */
  readonly judged: number;
  readonly exact: number;
  /** Judgements of acts, and those whose strongest evidence names something that the scenario changed. */
  readonly named: number;
  readonly changed: number;
  /** Those that name something else, as `T304 by M3`, each time. */
  readonly odd: readonly string[];
}

const HALF_A_THOUSANDTH = 0.0005;

const POWER = ['supply_v', 'backup_present', 'backup_soc', 'terminal'];
const SKY = ['jam_gnss_dbm', 'gnss_ant', 'gnss_cover_db', 'gnss_module', 'sky_att_db', 'spoof', 'place'];
const CELL = ['jam_cell_js_db', 'sim', 'cell_ant', 'cell_att_db', 'csq_clear', 'net', 'place'];
const MOTION = ['speed_kmh', 'acc', 'engine', 'acc_wire', 'vss', 'spoof', 'mount', 'xy_jump_km', 'place'];
const WHO = ['imei', 'terminal_id', 'sim', 'phone', 'clone', 'mount'];

/** What in the world a source of evidence tells of. Silences, groups and maps tell of whatever ended the link or the sky. */
const CAUSES_OF: Readonly<Record<string, readonly string[]>> = {
  alarm: [...POWER, ...SKY, 'inject', 'case_open'],
  vendor: ['case_open', 'mount'],
  'stored way': [...SKY, ...CELL],
  stored: [...POWER, ...CELL, ...SKY],
  'stored signal': CELL,
  'stored fixes': SKY,
  sighting: MOTION,
  position: [...MOTION, 'clone'],
  cells: [...MOTION, 'clone'],
  track: ['spoof'],
  motion: MOTION,
  status: MOTION,
  voltage: [...POWER, 'engine', 'system_v', 'mount', 'speed_kmh'],
  jitter: [...POWER, 'engine', 'mount'],
  ignition: [...POWER, 'acc', 'engine', 'acc_wire'],
  odometer: ['odo_step_km', 'vss', 'vss_scale', 'mount'],
  version: ['fw'],
  parameter: ['params'],
  fleet: [...POWER, ...CELL, ...SKY],
  identity: WHO,
  serial: ['clone'],
  link: [...POWER, ...CELL, 'clone', 'inject'],
  jam: [...SKY, ...CELL],
  clock: ['clock_offset_s', 'spoof'],
  zone: ['clock_offset_s'],
  cohort: ['clock_offset_s', 'vss', 'odo_step_km'],
  map: [...POWER, ...CELL, ...SKY],
  passing: SKY,
  satellites: SKY,
  fix: SKY,
  fade: [...SKY, ...CELL],
  heat: [...POWER, ...CELL, ...SKY],
  blinks: SKY,
  signal: CELL,
  backup: POWER,
  protocol: ['inject'],
};

/** Sources of evidence that nobody has said a cause of. */
export const UNCAUSED: readonly string[] = [
  ...new Set(EVIDENCE_IDS.map((id) => weightOf(id).sourceName).filter((name) => CAUSES_OF[name] === undefined)),
];

const known: ReadonlySet<string> = new Set(EVIDENCE_IDS);

/** Names of the causes that a scenario changes; whoever is on the way changes place. */
export function changedIn({ base_state: base, presets }: ScenarioFile, scenario: Scenario): ReadonlySet<string> {
  const { timeline, preset, init } = scenario;
  const changed = new Set(timeline.flatMap(({ set = {}, ramp = {} }) => [set, ramp].flatMap(Object.keys)));
  const state = { ...base, ...(typeof preset === 'string' ? presets[preset] : undefined), ...init };
  if (state.speed_kmh > 0) changed.add('speed_kmh');
  return changed;
}

/**
 * @param changed names of the causes that truly changed.
 * @param acts steps of events that were matched with an act: only these have something that did.
 */
export function auditOf(
  steps: readonly JudgedStep[],
  { changed, acts }: { readonly changed: ReadonlySet<string>; readonly acts: ReadonlySet<JudgedStep> },
): Audit {
  const count = { judged: 0, exact: 0, named: 0, changed: 0 };
  const odd: string[] = [];
  for (const step of steps) {
    const { judgement, code } = step;
    if (judgement === undefined) continue;
    count.judged++;
    if (isExact(judgement)) count.exact++;
    const top = judgement.because.find(({ nats }) => nats > 0)?.evidence;
    if (!acts.has(step) || !code.startsWith('T') || top === undefined || !known.has(top)) continue;
    count.named++;
    const { sourceName } = weightOf(top as EvidenceId);
    if (CAUSES_OF[sourceName]?.some((variable) => changed.has(variable)) === true) count.changed++;
    else odd.push(`${code} by ${top}`);
  }
  return { ...count, odd };
}

function isExact({ margin, prior, because, rejected }: NonNullable<JudgedStep['judgement']>): boolean {
  const sum = because.reduce((total, { nats }) => total + nats, prior);
  const closest = rejected.reduce((least, { margin: over }) => Math.min(least, over), Number.POSITIVE_INFINITY);
  return (
    Math.abs(sum - margin) < HALF_A_THOUSANDTH &&
    (rejected.length === 0 || Math.abs(closest - margin) < HALF_A_THOUSANDTH)
  );
}

export function sumOfAudits(audits: readonly Audit[]): Audit {
  const sum = (of: (audit: Audit) => number): number => audits.reduce((total, audit) => total + of(audit), 0);
  return {
    judged: sum((one) => one.judged),
    exact: sum((one) => one.exact),
    named: sum((one) => one.named),
    changed: sum((one) => one.changed),
    odd: audits.flatMap(({ odd }) => odd),
  };
}
