/** The state of the GNSS antenna, which receivers tell in a TXT sentence a second. */
import type { AlarmName } from '../catalogue/index.ts';

/** `open`: no current flows, the cable is cut or the antenna passive. `short`: too much flows. */
export type AntennaState = 'ok' | 'open' | 'short';

/** CASIC and most modules say `ANTENNA OPEN`, u-blox `ANTSTATUS=OPEN`. */
const STATE = /^ANT(?:ENNA\s+|STATUS=)(OK|OPEN|SHORT)\s*$/i;

/** The state that a text tells; undefined where it tells none, as at start-up (`ANTSTATUS=INIT`) and in other texts. */
export function antennaStateOf(text: string): AntennaState | undefined {
  return STATE.exec(text.trim())?.[1]?.toLowerCase() as AntennaState | undefined;
}

/** How an `AntennaWatch` judges. */
export interface AntennaOptions {
  /** Equal reports in a row before a change is believed; 3 unless told. The first report is believed at once. */
  readonly reports?: number;
}

/** Believes a change of state when it has been said often enough. */
export class AntennaWatch {
  readonly #reports: number;
  #state: AntennaState | undefined;
  #candidate: AntennaState | undefined;
  #count = 0;
  #seenOk = false;

  constructor(options: AntennaOptions = {}) {
    this.#reports = options.reports ?? 3;
  }

  /** What is believed; undefined before the first report. */
  get state(): AntennaState | undefined {
    return this.#state;
  }

  /**
   * The alarm of 0x0200 that the state is. A passive antenna reads `open` for ever, so that is an alarm only where
   * the antenna was well before.
   */
  get alarm(): Extract<AlarmName, 'gnssAntennaCut' | 'gnssAntennaShort'> | undefined {
    if (this.#state === 'short') return 'gnssAntennaShort';
    return this.#state === 'open' && this.#seenOk ? 'gnssAntennaCut' : undefined;
  }

  /** Takes a report. */
  receive(state: AntennaState): void {
    this.#count = state === this.#candidate ? this.#count + 1 : 1;
    this.#candidate = state;
    if (this.#state !== undefined && this.#count < this.#reports) return;
    this.#state = state;
    this.#seenOk ||= state === 'ok';
  }
}
