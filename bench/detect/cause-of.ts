/** What was truly so at a vehicle when somebody was accused: the heading under which a false alarm is counted. */

/** A change of what is so, at a second. */
export interface Change {
  readonly at: number;
  readonly set: Readonly<Record<string, unknown>>;
  readonly ramp: Readonly<Record<string, readonly [number, number]>>;
}

/** What is so near is meant. */
const NEAR_S = 300;
const CLOCK_S = 3600;
const LOW_V = 11;

interface Around {
  readonly state: ReadonlyMap<string, unknown>;
  /** Whether a variable has such a value, or had it a moment ago. */
  readonly lately: (name: string, is: (value: unknown) => boolean) => boolean;
  /** Whether it was set at all in so many seconds before or after. */
  readonly wasSet: (name: string, seconds: number) => boolean;
}

type Heading = readonly [name: string, is: (around: Around) => boolean];

/** In order: the first that holds is the cause. */
const HEADINGS: readonly Heading[] = [
  ['outage', ({ lately }) => lately('net', (net) => net === 'outage')],
  ['restart of the gateway', ({ lately }) => lately('net', (net) => net === 'gateway_restart')],
  ['terminal too hot', ({ state }) => state.get('terminal') === 'thermal_off'],
  ['reboot', ({ lately }) => lately('terminal', (terminal) => terminal === 'reboot')],
  ['time zone of a make', ({ wasSet }) => wasSet('clock_offset_s', CLOCK_S)],
  ['antenna contact', ({ state }) => state.get('gnss_ant') === 'open'],
  ['card suspended', ({ state }) => state.get('sim') === 'suspended'],
  ['somebody else’s jammer', ({ lately }) => lately('jam_gnss_dbm', (dbm) => Number(dbm) > -120)],
  ['battery', ({ state }) => Number(state.get('supply_v') ?? LOW_V) < LOW_V],
  ['garage without a network', ({ state }) => state.get('place') === 'garage' && state.get('csq_clear') === 0],
  ['garage', ({ lately }) => lately('place', (place) => place === 'garage')],
  ['tunnel', ({ lately }) => lately('place', (place) => place === 'tunnel')],
  ['weak coverage', ({ lately }) => lately('place', (place) => place === 'rural')],
  ['canyon', ({ lately }) => lately('place', (place) => place === 'canyon')],
  ['change of address', ({ lately }) => lately('net', (net) => net === 'nat_rebind')],
];
const ELSE = 'nothing special';

/**
 * @param changes of one vehicle, in order of time.
 * @param until it was said then: what came in between counts as near.
 */
export function causeAt(changes: readonly Change[], second: number, until = second): string {
  const state = new Map<string, unknown>();
  for (const { at, set, ramp } of changes) {
    if (at > second + NEAR_S) break;
    for (const [name, value] of Object.entries(set)) state.set(name, value);
    for (const [name, [to]] of Object.entries(ramp)) state.set(name, to);
  }
  const near = (seconds: number): readonly Change[] =>
    changes.filter(({ at }) => at >= second - seconds && at <= until + seconds);
  const around: Around = {
    state,
    lately: (name, is) =>
      (state.has(name) && is(state.get(name))) || near(NEAR_S).some(({ set }) => name in set && is(set[name])),
    wasSet: (name, seconds) => near(seconds).some(({ set }) => name in set),
  };
  return HEADINGS.find(([, is]) => is(around))?.[0] ?? ELSE;
}
