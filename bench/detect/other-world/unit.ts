/**
 * A terminal of another make, written for the examination alone: a loop of one second over supply, receiver, modem and
 * a report. It shares nothing with the simulator but the protocol; where it behaves otherwise, that is the point.
 */
import { encodeBody, encodeFrame, type LocationReport, type Random, type Revision } from '../../../protocol/index.ts';
import type { ProfileFacts } from '../../../simulator/index.ts';
import { gauss, SlowNoise, waiting } from './noise.ts';
import { Modem, Receiver } from './radio.ts';
import type { State } from './story.ts';
import { Wire, type WireHost } from './wire.ts';

export interface UnitOptions {
  readonly facts: ProfileFacts;
  readonly phone: string;
  readonly random: Random;
  readonly state: State;
  readonly host: WireHost;
  /** Epoch ms. */
  readonly now: () => number;
}

const NOMINAL_LOW_V = 10.6;
const DEAD_V = 6.3;
const BOOT_S = 24;
const HELD_S = 30;
/** Stored reports in a frame, and frames in a second. */
const BATCH = 8;
const BATCHES = 3;
const METRES_PER_DEGREE = 111_195;
const FIX = 2;
const ACC = 1;

export class Unit {
  frames = 0;
  readonly wire: Wire;
  readonly #o: UnitOptions;
  readonly #receiver: Receiver;
  readonly #modem: Modem;
  readonly #east: SlowNoise;
  readonly #north: SlowNoise;
  readonly #ripple: SlowNoise;
  /** Where it truly is, and where the receiver last said. */
  #latitude: number;
  #longitude: number;
  #said = { latitude: 0, longitude: 0 };
  #heading: number;
  #odometer = 21_000;
  #wheels = 0;
  #backup: number;
  #booted = 0;
  #dead = false;
  #serial = 0;
  #reported = Number.NEGATIVE_INFINITY;
  #news = 0;
  #offFor = 0;
  #lowFor = 0;
  #parkedSince = Number.NEGATIVE_INFINITY;
  #stored: Uint8Array[] = [];
  #handover: number;

  constructor(options: UnitOptions) {
    const { random, facts, host, phone } = options;
    this.#o = options;
    this.#receiver = new Receiver(random.fork('receiver'));
    this.#modem = new Modem(random.fork('modem'));
    this.#east = new SlowNoise(random.fork('east'), 1, 40);
    this.#north = new SlowNoise(random.fork('north'), 1, 40);
    this.#ripple = new SlowNoise(random.fork('ripple'), 1, 5);
    this.#latitude = 26.6 + random.next() * 0.2;
    this.#longitude = 106.6 + random.next() * 0.2;
    this.#heading = random.int(0, 359);
    this.#backup = facts.backup_s;
    this.#handover = waiting(random, 900);
    this.wire = new Wire(host, {
      phone,
      revision: this.#revision,
      called: () => {
        if (facts.serial_reset === 'connect') this.#serial = 0;
      },
      send: (id, body) => this.#frame(id, body),
      papers: () => this.#papers(),
      located: () => this.#report(),
    });
  }

  get #revision(): Revision {
    return this.#o.facts.proto;
  }

  /** Something was set: some of it is done at once. */
  happened(second: number, set: Partial<State>): void {
    const { random } = this.#o;
    if (set.terminal === 'reboot') this.#boot(second);
    if (set.xy_jump_km) this.#move(set.xy_jump_km[0] * 1000, set.xy_jump_km[1] * 1000);
    if (set.odo_step_km) this.#odometer += set.odo_step_km;
    if (set.net === 'nat_rebind') this.wire.vanish(second + 5 + waiting(random, 12));
    if (set.net === 'gateway_restart') this.wire.drop('reset');
    if (set.net === 'fin_then_gone') this.wire.drop('local');
    if (set.imei !== undefined || set.terminal_id !== undefined || set.fw !== undefined) this.wire.forget();
    if (set.backup_soc !== undefined) this.#backup = set.backup_soc * this.#o.facts.backup_s;
  }

  /** One second. */
  tick(second: number): void {
    const { state, random } = this.#o;
    this.#drive(state);
    const powered = this.#power(second, state);
    if (!powered) return;
    const awake = second - this.#booted >= BOOT_S;
    this.#receiver.sense(second, state, second - this.#booted);
    this.#modem.sense(second, state, awake);
    if (this.#receiver.fixed) this.#fix(state);
    if (!awake) return;
    if (state.speed_kmh > 5 && (this.#handover -= 1) <= 0) {
      this.#handover = waiting(random, 900);
      this.wire.moveOn(second + 2 + waiting(random, 4));
    }
    if (state.net === 'nat_reset_300s' && second % 300 === 0) this.wire.drop('reset');
    const mayCall = state.net !== 'gateway_restart' && state.net !== 'fin_then_gone' && state.net !== 'sleep_silent';
    this.wire.tick(second, this.#modem.attached, mayCall, HELD_S);
    this.#reportIfDue(second, state);
    this.#drain();
  }

  #drive({ speed_kmh: speed, vss, vss_scale: scale }: State): void {
    this.#wheels = vss === 'ok' ? speed * scale : 0;
    if (speed <= 0) return;
    this.#heading += 1.5 * gauss(this.#o.random);
    const metres = speed / 3.6;
    const angle = (this.#heading * Math.PI) / 180;
    this.#move(metres * Math.sin(angle), metres * Math.cos(angle));
    this.#odometer += this.#wheels / 3600;
  }

  #move(east: number, north: number): void {
    this.#latitude += north / METRES_PER_DEGREE;
    this.#longitude += east / (METRES_PER_DEGREE * Math.cos((this.#latitude * Math.PI) / 180));
  }

  /** Whether anything runs. */
  #power(second: number, { supply_v: supply, system_v: system, backup_present: present, terminal }: State): boolean {
    const { facts } = this.#o;
    const main = supply >= DEAD_V;
    this.#offFor = main ? 0 : this.#offFor + 1;
    this.#lowFor = main && supply < (NOMINAL_LOW_V * system) / 12 ? this.#lowFor + 1 : 0;
    if (main) this.#backup = Math.min(facts.backup_s, this.#backup + facts.backup_s / 14_400);
    else if (present) this.#backup -= 1;
    const powered = terminal !== 'thermal_off' && (main || (present && this.#backup > 0));
    if (!powered && !this.#dead) {
      this.#dead = true;
      this.wire.vanish(Number.POSITIVE_INFINITY);
    }
    if (powered && this.#dead) {
      this.#dead = false;
      this.#boot(second);
    }
    return powered;
  }

  #boot(second: number): void {
    this.#booted = second;
    if (this.#o.facts.serial_reset === 'boot') this.#serial = 0;
    this.#receiver.restart(second);
    this.wire.vanish(second + BOOT_S);
  }

  #fix({ mp_noise_m: noise, speed_kmh: speed }: State): void {
    const scale = METRES_PER_DEGREE;
    const spread = speed > 0 ? noise : 0.7 * noise;
    this.#said = {
      latitude: this.#latitude + (spread * this.#north.next()) / scale,
      longitude: this.#longitude + (spread * this.#east.next()) / scale,
    };
  }

  #acc({ acc, acc_wire: wire }: State): boolean {
    return wire === 'tied_high' || (wire === 'ok' && acc);
  }

  #reportIfDue(second: number, state: State): void {
    const { facts } = this.#o;
    const on = this.#acc(state);
    if (on) this.#parkedSince = second;
    const asked = Number(state.params['0x0029'] ?? 0);
    const asleep = second - this.#parkedSince > facts.sleep_after_s;
    const every = asked > 0 && on ? asked : on ? facts.on_s : asleep ? facts.sleep_report_s : facts.off_s;
    // An alarm, and the key, are told of at once.
    const news = 2 * this.#alarm(state) + Number(on);
    if (second - this.#reported < every && news === this.#news) return;
    this.#news = news;
    this.#reported = second;
    const body = this.#report();
    if (this.wire.online && this.#modem.attached) this.wire.say(0x0200, body);
    else {
      this.#stored.push(body);
      if (this.#stored.length > facts.replay_depth) this.#stored.shift();
    }
  }

  /** What could not be told goes as soon as it can. */
  #drain(): void {
    for (let n = 0; n < BATCHES && this.#stored.length > 0 && this.wire.online; n++) {
      const items = this.#stored.splice(0, BATCH).map((location) => ({ location }));
      this.wire.say(0x0704, encodeBody(0x0704, this.#revision, { dataType: 'blindZoneSupplement', items }));
    }
  }

  #report(): Uint8Array {
    const { state, now, facts } = this.#o;
    const { fixed, satellites } = this.#receiver;
    const body: LocationReport = {
      alarm: this.#alarm(state),
      status: (fixed ? FIX : 0) + (this.#acc(state) ? ACC : 0),
      latitude: this.#said.latitude,
      longitude: this.#said.longitude,
      altitude: 1100,
      speed: fixed ? Math.max(0, state.speed_kmh + 0.6 * gauss(this.#o.random)) : 0,
      direction: ((Math.round(this.#heading) % 360) + 360) % 360,
      time: now() + Math.round(state.clock_offset_s * 1000),
      items: {
        mileage: this.#odometer,
        ...(facts.items.includes('03') ? { recorderSpeed: this.#wheels } : {}),
        rssi: this.#modem.csq,
        satellites,
      },
    };
    const standard = encodeBody(0x0200, this.#revision, body);
    return facts.items.includes('61') ? joined(standard, this.#ownItems(state)) : standard;
  }

  #alarm({ gnss_ant: antenna, gnss_module: module, case_open: open, mount }: State): number {
    const bits = new Set(this.#o.facts.alarm_bits);
    const raised = [
      [4, module === 'fault'],
      [5, antenna === 'open'],
      [6, antenna === 'short'],
      [7, this.#lowFor > 15],
      [8, this.#offFor > 1],
      [16, open],
      [17, mount === 'removed'],
    ] as const;
    return raised.reduce((word, [bit, is]) => (is && bits.has(bit) ? word + 2 ** bit : word), 0);
  }

  /** Battery in 0x56, supply in 0x61, card in 0xF1, as the maker of profile C has them. */
  #ownItems(state: State): Uint8Array {
    const { facts } = this.#o;
    const noise = state.mount === 'removed' ? 0.001 : state.engine ? 0.09 : 0.012;
    const supply = Math.max(0, Math.round(100 * (state.supply_v + noise * this.#ripple.next())));
    const percent = Math.round((100 * Math.max(0, this.#backup)) / facts.backup_s);
    const card = this.#papers().iccid;
    const battery = [0x56, 2, Math.round(percent / 10), percent];
    const feed = [0x61, 2, supply >> 8, supply & 0xff];
    return Uint8Array.from([...battery, ...feed, 0xf1, card.length, ...new TextEncoder().encode(card)]);
  }

  #papers(): Papers {
    const { sim, imei, terminal_id: id, fw } = this.#o.state;
    const { phone } = this.#o;
    const card = sim.startsWith('other:') ? '2' : '1';
    return {
      imei: `8649990${imei === 'A' ? '1' : '2'}${phone.slice(-7)}`,
      iccid: `898600${card}${phone.padStart(13, '0')}`,
      terminalId: `${id === 'A' ? 'U' : 'V'}${phone.slice(-6)}`,
      software: fw,
    };
  }

  /** The words of the archive, as they are at first. */
  get archive(): Papers {
    return this.#papers();
  }

  #frame(id: number, body: Uint8Array): { octets: Uint8Array; serial: number } {
    this.frames++;
    const serial = this.#serial;
    this.#serial = (serial + 1) & 0xffff;
    const octets = encodeFrame({ id, phone: this.#o.phone, revision: this.#revision, serial, body });
    return { octets, serial };
  }
}

export interface Papers {
  readonly imei: string;
  readonly iccid: string;
  readonly terminalId: string;
  readonly software: string;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
