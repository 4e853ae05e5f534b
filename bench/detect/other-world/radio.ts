/** Sky and network as this world has them: slow, correlated, and with habits of a receiver and a modem of other makes. */
import type { Random } from '../../../protocol/index.ts';
import { SlowNoise, waiting } from './noise.ts';
import type { State } from './story.ts';

const OPEN_SKY_DB = 43;
const TRACKS_DB = 24;
const BLOCKED_DB = -90;
/** What a modem hears without its antenna is weaker by so much, wherever that is counted. */
const NO_ANTENNA_DB = 38;
/** A start costs as much as so many seconds out of sight. */
const RESTART_S = 300;

/** A receiver that remembers: a short outage is bridged in seconds, a long one costs most of a minute. */
export class Receiver {
  satellites = 0;
  fixed = false;
  readonly #random: Random;
  readonly #level: SlowNoise;
  #lostAt: number | undefined = 0;
  #backAt = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#level = new SlowNoise(random.fork('level'), 1.8, 45);
  }

  /** Whatever it tracked is to be found again. */
  restart(second: number): void {
    this.#lostAt ??= second - RESTART_S;
    this.fixed = false;
  }

  /** `booted`: seconds since the terminal did. */
  sense(second: number, state: State, booted: number): void {
    const { gnss_ant: antenna, gnss_module: module, jam_gnss_dbm: jam } = state;
    const loss = state.sky_att_db + state.gnss_cover_db + Math.max(0, 1.6 * (jam + 102));
    const level = antenna === 'ok' && module === 'ok' ? OPEN_SKY_DB - loss + this.#level.next() : BLOCKED_DB;
    const wanted = Math.max(0, Math.min(22, Math.round((level - 21) * 0.8)));
    const seen = booted < 8 ? 0 : wanted;
    const sees = level >= TRACKS_DB && seen >= 4;
    if (!sees) {
      this.#lostAt ??= second;
      this.fixed = false;
      this.satellites = Math.min(seen, 3);
      return;
    }
    if (this.#lostAt !== undefined) {
      const out = second - this.#lostAt;
      const cold = state.gnss_cold || out > 4 * 3600;
      this.#backAt = second + (cold ? 90 : 3 + Math.min(40, out * 0.07)) + waiting(this.#random, cold ? 60 : 3);
      this.#lostAt = undefined;
    }
    this.fixed = second >= this.#backAt;
    this.satellites = this.fixed ? seen : Math.min(seen, 3);
  }
}

/** A modem that says what it hears, also of a jammer, and takes its time to attach. */
export class Modem {
  /** 0–31, 99 for none. */
  csq = 99;
  /** Octets come through. */
  attached = false;
  readonly #random: Random;
  readonly #level: SlowNoise;
  #readyAt = 0;
  #could = false;

  constructor(random: Random) {
    this.#random = random;
    this.#level = new SlowNoise(random.fork('level'), 1.2, 80);
  }

  sense(second: number, state: State, powered: boolean): void {
    const { sim, net, cell_ant: antenna, jam_cell_js_db: jam } = state;
    const lost = Math.max(state.cell_att_db, antenna === 'open' ? NO_ANTENNA_DB : 0);
    const heard = state.csq_clear - lost / 2 + this.#level.next();
    const hasCard = sim !== 'removed';
    const jammed = jam > 0;
    this.csq = hasCard ? Math.round(Math.max(0, Math.min(31, jammed ? 29 + jam / 10 : heard))) : 99;
    const reach = this.attached ? 1.5 : 4;
    const could = powered && hasCard && sim !== 'suspended' && !jammed && net !== 'outage' && heard >= reach;
    if (could && !this.#could) this.#readyAt = second + 4 + waiting(this.#random, 9);
    this.#could = could;
    this.attached = could && second >= this.#readyAt;
  }
}
