/**
 * What is physically so at a terminal, whatever it reports: the input of the firmware's hardware models.
 *
 * Whoever moves the world (a route, a scenario, a person at a prompt) changes these values; the firmware reads them
 * and knows nothing else. One object belongs to one terminal and is changed in place.
 */

/** Where the antenna is; a label for the ground truth, the figures below are what counts. */
export type Place =
  | 'open'
  | 'urban'
  | 'canyon'
  | 'rural'
  | 'tunnel'
  | 'garage'
  | 'depot'
  | 'depot_roof'
  | 'workshop'
  | 'ferry';

/** A counterfeit sky, or a track that the firmware makes up. */
export type Spoof =
  /** The fix of the place where it began, with replayed noise or none. */
  | { readonly type: 'static'; readonly jitter: 'replayed' | 'none' }
  /** Satellite time shifted by so many seconds. */
  | { readonly type: 'time'; readonly seconds: number }
  /** A straight line from where it began, at one speed. */
  | { readonly type: 'interpolated'; readonly speed: number; readonly noise: number }
  /** Pulled away from the truth at so many metres a second. */
  | { readonly type: 'drag'; readonly metresPerSecond: number }
  /** The sky of an antenna so many metres away, re-radiated indoors. */
  | { readonly type: 'repeater'; readonly offset: number };

/** The network side, as far as it is not radio. */
export type Network =
  | 'ok'
  /** Attached nowhere: carrier or site is down. */
  | 'outage'
  /** The mapping of the address goes: the link is dead without a word, and is dialled anew from another source. */
  | 'nat_rebind'
  /** The mapping ages out every 300 s; the next octets are answered by a reset. */
  | 'nat_reset_300s'
  /** The platform's side restarts: resets, and nobody listens meanwhile. */
  | 'gateway_restart'
  /** The link is finished in order, then nothing. */
  | 'fin_then_gone'
  /** Half-open: what is sent vanishes, no error is seen. */
  | 'failover_halfopen';

/** All causes. Units in the names of the comments; angles in degrees, north and east positive. */
export interface Causes {
  place: Place;
  /** WGS-84, metres above sea level. */
  latitude: number;
  longitude: number;
  altitude: number;
  /** Degrees from north, clockwise. */
  heading: number;
  /** km/h. */
  speed: number;
  /** Driven since the vehicle was built: km. Grows also while the terminal is dead. */
  odometer: number;
  /** The key is turned; the engine runs. */
  acc: boolean;
  engine: boolean;
  accWire: 'ok' | 'cut' | 'tied_high';
  /** The speed-pulse wire, and true pulses over expected pulses. */
  vss: 'ok' | 'cut';
  vssScale: number;
  /** Volts at the terminal's main input, and the nominal voltage of the vehicle. */
  supply: number;
  system: 12 | 24;
  backupPresent: boolean;
  caseOpen: boolean;
  mount: 'fixed' | 'removed' | 'other_vehicle';
  /** dB: what the surroundings take from the sky, and what somebody put over the antenna. */
  skyAttenuation: number;
  gnssCover: number;
  /** Standard deviation of the multipath error of a fix, metres. */
  multipath: number;
  /** `dummy`: a load that hides the open circuit. */
  gnssAntenna: 'ok' | 'open' | 'short' | 'dummy';
  gnssModule: 'ok' | 'fault';
  /** In-band interference at the GNSS antenna, dBm; -140: none. */
  gnssJam: number;
  spoof: Spoof | undefined;
  /** CSQ that would be read without attenuation (0–31), and dB taken from it. */
  csq: number;
  cellAttenuation: number;
  cellAntenna: 'ok' | 'open';
  /** Jammer over signal at the modem, dB; -40: none. */
  cellJam: number;
  sim: 'ok' | 'removed' | 'suspended';
  /** The number printed on the card that is in, 20 digits. */
  iccid: string;
  network: Network;
  /** Of a blow, in g beside that of the earth; and from upright, degrees. */
  acceleration: number;
  tilt: number;
  /** Degrees Celsius. */
  temperature: number;
  /** What the terminal's clock is ahead of the time, seconds: a drift, or a hand. */
  clockOffset: number;
}

/** A parked vehicle of 12 V under an open sky: what holds unless somebody says otherwise. */
export function ordinaryCauses(): Causes {
  return {
    place: 'open',
    latitude: 0,
    longitude: 0,
    altitude: 0,
    heading: 90,
    speed: 0,
    odometer: 0,
    acc: false,
    engine: false,
    accWire: 'ok',
    vss: 'ok',
    vssScale: 1,
    supply: 12.6,
    system: 12,
    backupPresent: true,
    caseOpen: false,
    mount: 'fixed',
    skyAttenuation: 0,
    gnssCover: 0,
    multipath: 2.5,
    gnssAntenna: 'ok',
    gnssModule: 'ok',
    gnssJam: -140,
    spoof: undefined,
    csq: 25,
    cellAttenuation: 0,
    cellAntenna: 'ok',
    cellJam: -40,
    sim: 'ok',
    iccid: '89860000000000000000',
    network: 'ok',
    acceleration: 0,
    tilt: 0,
    temperature: 25,
    clockOffset: 0,
  };
}
