/**
 * The condition of one terminal of a scenario: its cause variables over time, as the causes that the firmware looks at.
 *
 * `goTo` brings the causes to a time; `change` makes one planned step happen. Ramps are read when asked.
 */
import type { Causes, Network, Spoof } from '../world/causes.ts';
import { DONE_ONCE, type Names } from './acts.ts';
import type { PlannedStep } from './draw.ts';
import type { NumericVariable, State } from './form.ts';
import { METRES_PER_DEGREE, type Road, type Track } from './track.ts';

/** Where a scenario's kilometres begin, and whose names it uses. */
export interface Home {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly names: Names;
}

interface Ramp {
  readonly from: number;
  readonly to: number;
  readonly begins: number;
  readonly ends: number;
}

const TOO_HOT = 95;

export class Condition {
  readonly state: State;
  readonly causes: Causes;
  readonly track: Track;
  readonly #home: Home;
  readonly #ramps = new Map<NumericVariable, Ramp>();
  #second: number;
  /** What the state's counterfeit sky became: one and the same while it lasts, as what it does counts from its beginning. */
  #sky: { readonly of: State['spoof']; readonly spoof: Spoof | undefined } = { of: null, spoof: undefined };

  constructor(state: State, causes: Causes, track: Track, home: Home, second: number) {
    this.state = { ...state };
    this.causes = causes;
    this.track = track;
    this.#home = home;
    this.#second = second;
    this.#write();
  }

  /** Something changes steadily: the causes want to be looked at every few seconds. */
  get ramping(): boolean {
    return this.#ramps.size > 0;
  }

  /** Lets time pass until `second` (which may have a fraction). */
  goTo(second: number): void {
    this.#second = second;
    this.track.goTo(Math.floor(second));
    for (const [name, ramp] of this.#ramps) {
      const part = Math.min(1, (second - ramp.begins) / (ramp.ends - ramp.begins));
      this.state[name] = ramp.from + (ramp.to - ramp.from) * part;
      if (part >= 1) this.#ramps.delete(name);
    }
    this.#write();
  }

  /** Makes a step happen now, as far as it is lasting. */
  change({ set, ramp, ends }: PlannedStep & { readonly ends?: number }, road?: Road | 'back'): void {
    if (road !== undefined) this.track.turnOff(road, ends);
    for (const [name, value] of Object.entries(set)) {
      this.#ramps.delete(name as NumericVariable);
      if (!DONE_ONCE.has(name) && value !== undefined) Object.assign(this.state, { [name]: value });
    }
    if (set.terminal === 'healthy') this.state.temp_c = Math.min(this.state.temp_c, 40);
    if (set.terminal === 'thermal_off') this.state.temp_c = TOO_HOT;
    const { xy_jump_km: jump } = set;
    if (jump !== undefined && jump !== null) this.track.jump(jump[0] * 1000, jump[1] * 1000);
    for (const [name, [to, takes]] of Object.entries(ramp) as [NumericVariable, [number, number]][]) {
      this.#ramps.set(name, { from: this.state[name], to, begins: this.#second, ends: this.#second + takes });
    }
    this.#write();
  }

  #write(): void {
    const { state, causes, track } = this;
    track.drive(state.speed_kmh, state.place === 'urban' || state.place === 'canyon');
    causes.place = state.place;
    const { latitude, longitude, altitude, names } = this.#home;
    const { east, north, heading } = track.place;
    causes.latitude = latitude + north / METRES_PER_DEGREE;
    causes.longitude = longitude + east / (METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180));
    causes.altitude = altitude;
    causes.heading = heading;
    causes.speed = track.speed;
    causes.odometer = track.odometer;
    causes.acc = state.acc;
    causes.engine = state.engine;
    causes.accWire = state.acc_wire;
    causes.vss = state.vss;
    // On a ferry or behind a recovery truck the wheels stand still.
    const carried = state.speed_kmh > 0 && !state.acc && !state.engine;
    causes.vssScale = carried ? 0 : state.vss_scale;
    causes.supply = state.supply_v;
    causes.system = state.system_v;
    causes.backupPresent = state.backup_present;
    causes.caseOpen = state.case_open;
    causes.mount = state.mount;
    causes.skyAttenuation = state.sky_att_db;
    causes.gnssCover = state.gnss_cover_db;
    causes.multipath = state.mp_noise_m;
    causes.gnssAntenna = state.gnss_ant;
    causes.gnssModule = state.gnss_module;
    causes.gnssJam = state.jam_gnss_dbm;
    if (this.#sky.of !== state.spoof) this.#sky = { of: state.spoof, spoof: spoofOf(state.spoof) };
    causes.spoof = this.#sky.spoof;
    causes.csq = state.csq_clear;
    causes.cellAttenuation = state.cell_att_db;
    causes.cellAntenna = state.cell_ant;
    causes.cellJam = state.jam_cell_js_db;
    causes.sim = state.sim === 'removed' || state.sim === 'suspended' ? state.sim : 'ok';
    if (state.sim.startsWith('other:')) causes.iccid = names.iccid[state.sim.slice('other:'.length)] ?? state.sim;
    causes.network = networkOf(state.net);
    causes.temperature = state.temp_c;
    causes.clockOffset = state.clock_offset_s;
  }
}

function spoofOf(spoof: State['spoof']): Spoof | undefined {
  if (spoof === null) return undefined;
  switch (spoof.type) {
    case 'static':
      return { type: 'static', jitter: spoof.jitter ?? 'none' };
    case 'time':
      return { type: 'time', seconds: spoof.dt_s ?? 0 };
    case 'interp':
      return { type: 'interpolated', speed: spoof.speed_kmh ?? 35, noise: spoof.noise_m ?? 0 };
    case 'drag':
      return { type: 'drag', metresPerSecond: spoof.rate_mps ?? 5 };
    case 'repeater':
      return { type: 'repeater', offset: spoof.offset_m ?? 100 };
    default:
      return spoof.type satisfies never;
  }
}

/** A terminal that goes silent in its sleep, and one whose carrier moves, are told apart on the platform only. */
function networkOf(net: State['net']): Network {
  if (net === 'sleep_silent') return 'outage';
  return net === 'prefix_migration' ? 'nat_rebind' : net;
}
