/**
 * The form of a file of scenarios: what is so at a terminal at first, what happens to it and when, what the platform
 * is told, and what a detector must and must not conclude. Names are those of the file format.
 */
import { type Static, type TSchema, Type } from 'typebox';

const share = () => Type.Number({ minimum: 0, maximum: 1 });
const seconds = (minimum = 0) => Type.Number({ minimum, maximum: 366 * 86_400 });
const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);
const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const oneOf = <const T extends string>(...values: readonly T[]) => Type.Unsafe<T>({ enum: values });
const pair = (description: string) =>
  Type.Unsafe<[number, number]>({ type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2, description });
const exact = { additionalProperties: false } as const;
const code = () => Type.String({ pattern: '^[TFNR]\\d{3}$', description: 'T101, F503, N602, R701, …' });
const codes = () =>
  Type.String({ pattern: '^[TFNR]\\d{0,3}\\*?$', description: 'A code, or the beginning of codes: T*.' });

const SPOOF = Type.Object(
  {
    type: oneOf('static', 'drag', 'time', 'interp', 'repeater'),
    jitter: optional(oneOf('replayed', 'none')),
    dt_s: optional(Type.Number()),
    speed_kmh: optional(Type.Number({ minimum: 0 })),
    noise_m: optional(Type.Number({ minimum: 0 })),
    offset_m: optional(Type.Number()),
    rate_mps: optional(Type.Number()),
  },
  exact,
);

const CLONE = Type.Object(
  {
    host: optional(Type.String()),
    imei: optional(Type.String()),
    track: optional(oneOf('other_place', 'same_place')),
    rtt_ms: optional(Type.Number({ minimum: 0 })),
    mss: optional(Type.Integer({ minimum: 0 })),
  },
  exact,
);

/** Every cause variable. In `base_state` all stand, elsewhere any. */
const VARIABLES = {
  place: oneOf('open', 'urban', 'canyon', 'rural', 'tunnel', 'garage', 'depot', 'depot_roof', 'workshop', 'ferry'),
  xy_km: pair('East and north of the home, km.'),
  heading_deg: Type.Number(),
  speed_kmh: Type.Number({ minimum: 0, maximum: 300 }),
  acc: Type.Boolean(),
  engine: Type.Boolean(),
  acc_wire: oneOf('ok', 'cut', 'tied_high'),
  vss: oneOf('ok', 'cut'),
  vss_scale: Type.Number({ exclusiveMinimum: 0 }),
  supply_v: Type.Number({ minimum: 0, maximum: 40 }),
  system_v: Type.Union([Type.Literal(12), Type.Literal(24)]),
  backup_present: Type.Boolean(),
  backup_soc: share(),
  case_open: Type.Boolean(),
  mount: oneOf('fixed', 'removed', 'other_vehicle'),
  sky_att_db: Type.Number({ minimum: 0 }),
  mp_noise_m: Type.Number({ minimum: 0 }),
  gnss_ant: oneOf('ok', 'open', 'short', 'dummy'),
  gnss_cover_db: Type.Number({ minimum: 0 }),
  jam_gnss_dbm: Type.Number({ minimum: -140, maximum: 0 }),
  spoof: nullable(SPOOF),
  gnss_module: oneOf('ok', 'fault'),
  gnss_cold: Type.Boolean(),
  csq_clear: Type.Number({ minimum: 0, maximum: 31 }),
  cell_att_db: Type.Number({ minimum: 0 }),
  cell_ant: oneOf('ok', 'open'),
  jam_cell_js_db: Type.Number({ minimum: -40, maximum: 100 }),
  sim: Type.String({ pattern: '^(ok|removed|suspended|other:.{1,20})$' }),
  net: oneOf(
    'ok',
    'outage',
    'gateway_restart',
    'failover_halfopen',
    'nat_rebind',
    'nat_reset_300s',
    'sleep_silent',
    'fin_then_gone',
    'prefix_migration',
  ),
  temp_c: Type.Number({ minimum: -60, maximum: 120 }),
  clock_offset_s: Type.Number(),
  terminal: oneOf('healthy', 'reboot', 'thermal_off'),
  replay_mode: oneOf('fifo', 'lifo', 'shuffled_dup'),
  imei: Type.String({ minLength: 1 }),
  terminal_id: Type.String({ minLength: 1 }),
  fw: Type.String({ minLength: 1 }),
  phone: Type.String({ minLength: 1 }),
  params: Type.Record(Type.String({ pattern: '^0x[0-9A-Fa-f]{4}$' }), Type.Union([Type.Number(), Type.String()])),
  inject: nullable(Type.String({ pattern: '^(alarm_bit([0-9]|[12][0-9]|3[01])|0x[0-9A-Fa-f]{4})$' })),
  clone: nullable(CLONE),
  odo_step_km: Type.Number(),
  xy_jump_km: nullable(pair('East and north, km.')),
} as const;

const STATE = Type.Object(VARIABLES, exact);
const CHANGES = Type.Partial(STATE, exact);
const RAMPS = Type.Record(
  Type.String({ description: 'A cause variable that is a number.' }),
  pair('The value to reach, and the seconds until then.'),
);

const STEP = Type.Object({ t: seconds(), set: optional(CHANGES), ramp: optional(RAMPS) }, exact);

const PROFILE = Type.Object({
  name: Type.String(),
  proto: Type.Union([Type.Literal(2011), Type.Literal(2013), Type.Literal(2019)]),
  on_s: seconds(1),
  off_s: seconds(1),
  heartbeat_s: seconds(1),
  sleep_after_s: seconds(1),
  sleep_report_s: seconds(1),
  sleep_link: oneOf('kept', 'fin_or_drop', 'drop'),
  backup_s: seconds(),
  replay_depth: Type.Integer({ minimum: 0, maximum: 100_000 }),
  serial_reset: oneOf('boot', 'connect', 'random'),
  items: Type.Array(Type.String()),
  imei_in_auth: Type.Boolean(),
  alarm_bits: Type.Array(Type.Integer({ minimum: 0, maximum: 31 })),
  rssi_when_detached: oneOf('raw', '99', 'frozen'),
  latency_factor: Type.Number({ exclusiveMinimum: 0 }),
});

const WORK_ORDER = Type.Object(
  {
    vehicle: Type.String(),
    type: oneOf('maintenance', 'removal', 'terminal_replacement', 'sim_change', 'ota', 'tow', 'install', 'retroactive'),
    window: pair('From and until, seconds of the scenario.'),
    fence_km: optional(Type.Number({ exclusiveMinimum: 0 })),
    new_ids: optional(Type.Array(Type.String())),
    filed_at: optional(seconds()),
    permanent: optional(Type.Boolean()),
  },
  exact,
);

const DEAD_ZONE = Type.Object(
  {
    type: oneOf('tunnel', 'garage'),
    distinct_vehicles: Type.Integer({ minimum: 0 }),
    events: Type.Integer({ minimum: 0 }),
    p_loss: share(),
    dur_q50_s: seconds(1),
    dur_q99_s: seconds(1),
  },
  exact,
);

const FLEET = Type.Object({
  group: Type.String({ minLength: 1 }),
  members: optional(Type.Integer({ minimum: 1 })),
  companions: optional(Type.Integer({ minimum: 1 })),
  outage: optional(pair('From and until, seconds of the scenario.')),
  restored_frac: optional(share()),
  brief_jam_s: optional(seconds()),
  login_burst_s: optional(seconds()),
  habit: optional(Type.String()),
  cn0_drop: optional(Type.Number({ description: 'Members whose signal falls too.' })),
});

const EXTERNAL = Type.Object(
  { t: seconds(), type: Type.String({ minLength: 1 }), xy_km: optional(pair('East and north of the home, km.')) },
  exact,
);

const CONTEXT = Type.Object(
  {
    work_order: optional(nullable(WORK_ORDER)),
    holiday_lockup: optional(Type.Boolean()),
    dispatch_order: optional(Type.Boolean()),
    dead_zone: optional(nullable(DEAD_ZONE)),
    fleet: optional(nullable(FLEET)),
    external: optional(nullable(Type.Array(EXTERNAL))),
    vehicle_trait: optional(nullable(Type.String())),
  },
  exact,
);

const REFERENCE = oneOf(
  'onset',
  'cut',
  'reconnect',
  'motion',
  'group_restore',
  'sighting',
  'spoof_end',
  'foreign_login',
);

const MUST = Type.Object(
  {
    any_of: Type.Array(code(), { minItems: 1 }),
    stage: oneOf('raised', 'confirmed'),
    by_s: seconds(),
    ref: REFERENCE,
    min_severity: Type.Integer({ minimum: 0, maximum: 4 }),
    only_profiles: optional(Type.Array(Type.String())),
  },
  exact,
);

const TOLERATE = Type.Object(
  {
    event: codes(),
    max_severity: Type.Integer({ minimum: 0, maximum: 4 }),
    must_clear_by_s: optional(nullable(seconds())),
    ref: optional(REFERENCE),
  },
  exact,
);

const EXPECT = Type.Object(
  { must: Type.Array(MUST), must_not: Type.Array(codes()), tolerate: Type.Array(TOLERATE), final: code() },
  exact,
);

const SCENARIO = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9_.-]{1,40}$' }),
  kind: oneOf('guilty', 'innocent', 'grey'),
  truth: code(),
  difficulty: Type.Integer({ minimum: 1, maximum: 5 }),
  title_zh: optional(Type.String()),
  title_en: optional(Type.String()),
  profiles: Type.Array(Type.String(), { minItems: 1 }),
  preset: optional(nullable(Type.String())),
  init: optional(CHANGES),
  duration_s: seconds(1),
  onset_s: optional(nullable(seconds())),
  timeline: Type.Array(STEP),
  context: optional(CONTEXT),
  expect: EXPECT,
  randomise: optional(nullable(Type.Record(Type.String(), pair('From and to.')))),
});

/** A file of scenarios as a schema. */
export const SCENARIO_FILE = Type.Object({
  schema: Type.Literal('jt808-tamper-scenarios/1'),
  warmup_days: Type.Number({ minimum: 0, maximum: 60 }),
  tick_s: optional(Type.Number()),
  profiles: Type.Record(Type.String(), PROFILE),
  base_state: STATE,
  presets: Type.Record(Type.String(), CHANGES),
  scenarios: Type.Array(SCENARIO),
});

/** A file of scenarios in form. */
export type ScenarioFile = Static<typeof SCENARIO_FILE>;
/** One scenario. */
export type Scenario = Static<typeof SCENARIO>;
/** What a terminal of one kind does, in the words of the file. */
export type ProfileFacts = Static<typeof PROFILE>;
type Written<T> = { -readonly [K in keyof T]: T[K] };
/** All cause variables. */
export type State = Written<Static<typeof STATE>>;
export type Changes = Partial<State>;
export type Step = Static<typeof STEP>;
export type FleetContext = Static<typeof FLEET>;
export type DeadZone = Static<typeof DEAD_ZONE>;
export type WorkOrder = Static<typeof WORK_ORDER>;
/** What must be found: any of the codes, at a stage, in so many seconds after a reference, at least so serious. */
export type Must = Static<typeof MUST>;
/** What may be said up to a severity, and until when. */
export type Tolerated = Static<typeof TOLERATE>;
/** What deadlines are counted from. */
export type Reference = Exclude<Static<typeof REFERENCE>, 'cut'>;

/** Cause variables that are numbers: what may be ramped. */
export type NumericVariable = { [K in keyof State]: number extends State[K] ? K : never }[keyof State];

const NUMERIC: ReadonlySet<string> = new Set(
  Object.entries(VARIABLES).flatMap(([name, schema]) =>
    (schema as { type?: string }).type === 'number' ? [name] : [],
  ),
);

export function isNumeric(variable: string): variable is NumericVariable {
  return NUMERIC.has(variable);
}
