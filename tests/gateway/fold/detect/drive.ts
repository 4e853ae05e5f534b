/** A terminal's life as journal records made by hand, and the detector that hears it. Times are seconds from the start. */
import { createDetector } from '../../../../gateway/fold/detect/detector.ts';
import type { Detector, Finding, Probe } from '../../../../gateway/fold/detect/finding.ts';
import { PositionReader } from '../../../../gateway/fold/positions.ts';
import type { RecordInput } from '../../../../gateway/journal/record.ts';
import { type LocationReport, VENDOR_PROFILES } from '../../../../protocol/index.ts';
import { batchBody, bodyOf, ID, locationBody } from '../../../support/terminal-frames.ts';
import { frameRecord, record, show, TERMINAL } from '../../support/records.ts';

export const START = Date.parse('2026-03-02T08:00:00+08:00');

/** What a report says, in words of the road. */
export interface Says {
  readonly acc?: boolean;
  readonly fixed?: boolean;
  /** km/h. */
  readonly speed?: number;
  readonly wheels?: number;
  readonly north?: number;
  readonly east?: number;
  /** Degrees. */
  readonly course?: number;
  readonly alarms?: readonly number[];
  readonly csq?: number;
  readonly satellites?: number;
  /** Volts, in item 0x61 as the profile `g10` has it. */
  readonly volts?: number;
  /** The voltage has none of the noise of a vehicle. */
  readonly steady?: boolean;
  readonly mileage?: number;
  /** Seconds that the terminal's clock is off. */
  readonly clock?: number;
  /** With items that nobody knows. */
  readonly strange?: boolean;
  /** Gain lost to noise, dB, in item 0xE5 as the profile `jam-aware` has it. */
  readonly agcDrop?: number;
}

const METRES = 111_195;

export function reportOf(at: number, says: Says): LocationReport {
  const { acc = true, fixed = true, speed = 0, wheels, north = 0, east = 0, alarms = [], clock = 0 } = says;
  const { csq = 24, satellites = fixed ? 11 : 0, mileage } = says;
  return {
    alarm: alarms.reduce((word, bit) => word | (1 << bit), 0) >>> 0,
    status: (acc ? 1 : 0) | (fixed ? 2 : 0),
    latitude: 24.88 + north / METRES,
    longitude: 102.83 + east / METRES,
    altitude: 1900,
    speed,
    direction: says.course ?? 90,
    time: START + 1000 * (at + clock),
    items: {
      rssi: csq,
      satellites,
      ...(wheels === undefined ? {} : { recorderSpeed: wheels }),
      ...(mileage === undefined ? {} : { mileage }),
    },
  };
}

const STRANGE = [
  { id: 0x7a, bytes: new Uint8Array([1, 2, 3]) },
  { id: 0xd9, bytes: new Uint8Array(0) },
];

/** Noise without randomness: what a battery does. */
function wobble(at: number): number {
  return ((at * 7919) % 61) / 1000 - 0.03;
}

function body(at: number, says: Says): Uint8Array {
  const report = reportOf(at, says);
  const strange = [
    ...(says.strange === true ? STRANGE : []),
    ...(says.agcDrop === undefined ? [] : [{ id: 0xe5, bytes: new Uint8Array([says.agcDrop]) }]),
  ];
  if (says.volts === undefined) return locationBody({ ...report, items: { ...report.items, unknown: strange } });
  const hundredths = Math.round((says.volts + (says.steady === true ? 0 : wobble(at))) * 100);
  const unknown = [{ id: 0x61, bytes: new Uint8Array([hundredths >> 8, hundredths & 255]) }];
  return locationBody({ ...report, items: { ...report.items, unknown: [...strange, ...unknown] } });
}

export class Drive {
  readonly records: RecordInput[] = [];
  now = 0;
  #link = 1;
  #serial = 0;
  readonly terminal: string;

  constructor(terminal = TERMINAL) {
    this.terminal = terminal;
  }

  get #about() {
    return { terminal: this.terminal, receivedAt: START + this.now * 1000, link: this.#link };
  }

  next(): number {
    return (this.#serial = (this.#serial + 1) & 0xffff);
  }

  login(of: { host?: string; boots?: boolean; serial?: number; imei?: string; version?: string } = {}): this {
    const { host = '10.0.0.1', boots = false, serial, imei = '', version = '' } = of;
    if (boots) this.#serial = 0;
    if (serial !== undefined) this.#serial = serial;
    this.#link++;
    const peer = `tcp://${host}:${4000 + this.#link}`;
    this.records.push(frameRecord({ id: ID.authentication, serial: this.next() }, this.#about));
    const fact = { fact: 'authenticated', peer, epoch: this.#link, imei, softwareVersion: version };
    this.records.push(record('link', fact, this.#about));
    return this;
  }

  closed(how: string): this {
    this.records.push(record('link', { fact: 'closed', how, epoch: 1, frames: 1 }, this.#about));
    return this;
  }

  /** Reports every `every` seconds for `seconds`. */
  report(seconds: number, every: number, says: Says | ((at: number) => Says) = {}): this {
    const until = this.now + seconds;
    while (this.now + every <= until) {
      this.now += every;
      const said = typeof says === 'function' ? says(this.now) : says;
      this.records.push(frameRecord({ id: ID.location, serial: this.next(), body: body(this.now, said) }, this.#about));
    }
    this.now = until;
    return this;
  }

  heartbeat(): this {
    this.records.push(record('link', { fact: 'heartbeat', serial: this.next() }, this.#about));
    return this;
  }

  silence(seconds: number): this {
    this.now += seconds;
    return this;
  }

  /** Time passes with nobody else to tell of it. */
  wait(seconds: number, every = 30): this {
    const until = this.now + seconds;
    while (this.now + every <= until) {
      this.now += every;
      this.records.push(record('gateway', { fact: 'tick' }, { ...this.#about, terminal: '' }));
    }
    this.now = until;
    return this;
  }

  /** Stored records of [from, until), as one 0x0704 for each ten of them. */
  stored(from: number, until: number, every: number, says: Says | ((at: number) => Says), order = inOrder): this {
    const times: number[] = [];
    for (let at = from; at < until; at += every) times.push(at);
    const ordered = order(times);
    for (let at = 0; at < ordered.length; at += 10) {
      const bodies = ordered
        .slice(at, at + 10)
        .map((time) => body(time, typeof says === 'function' ? says(time) : says));
      this.now += 1;
      this.#serial += bodies.length;
      this.records.push(frameRecord({ id: ID.batch, serial: this.next(), body: batchBody(bodies) }, this.#about));
    }
    return this;
  }

  feed(kind: string, fact: object): this {
    this.records.push(record('feed', { feed: kind, fact }, { ...this.#about, terminal: '' }));
    return this;
  }

  gateway(fact: object): this {
    this.records.push(record('gateway', fact, { ...this.#about, terminal: '' }));
    return this;
  }

  other(record: RecordInput): this {
    this.records.push({ ...record, receivedAt: START + this.now * 1000, terminal: this.terminal, link: this.#link });
    return this;
  }
}

const inOrder = (times: number[]): number[] => times;

export function newDetector(changed?: (key: string) => void, profile = 'g10'): Detector {
  return createDetector({
    reader: new PositionReader(() => 2013),
    vendor: () => VENDOR_PROFILES[profile],
    ...(changed === undefined ? {} : { changed }),
  });
}

export interface Heard {
  readonly detector: Detector;
  readonly findings: Finding[];
  readonly probes: Probe[];
}

export function hear(records: readonly RecordInput[], detector = newDetector(), first = 1): Heard {
  const findings: Finding[] = [];
  const probes: Probe[] = [];
  const sink = { finding: (one: Finding) => findings.push(one), probe: (one: Probe) => probes.push(one) };
  show(records, (view) => detector.apply(view, sink), first);
  return { detector, findings, probes };
}

/** The same by two detectors: the second goes on behind `cut` records with what the first has told to be kept. */
export function hearCut(records: readonly RecordInput[], cut: number): readonly Finding[] {
  const keys = new Set<string>();
  const before = newDetector((key) => keys.add(key));
  const first = hear(records.slice(0, cut), before).findings;
  const after = newDetector();
  for (const key of keys) after.restore(key, before.snapshot(key)!);
  return [...first, ...hear(records.slice(cut), after, cut + 1).findings];
}

/** `T101 raised 3`, in order. */
export function told(findings: readonly Finding[]): string[] {
  return findings.map(({ code, stage, severity }) => `${code} ${stage} ${severity}`);
}

/** What stands at the end: code and stage of the last step of each key, normal ends left out. */
export function standing(findings: readonly Finding[]): string[] {
  const last = new Map<string, Finding>();
  for (const one of findings) last.set(one.key, one);
  return [...last.values()]
    .filter(({ stage, severity }) => stage !== 'cleared' && stage !== 'authorised' && severity > 0)
    .map(({ code, stage }) => `${code} ${stage === 'updated' ? 'raised' : stage}`)
    .toSorted();
}

/** What a terminal says of itself when it is asked, with this card in it. */
export const attributes = (iccid: string) =>
  frameRecord({
    id: 0x0107,
    serial: 900,
    body: bodyOf('queryAttributesResponse', 2013, {
      terminalType: 0,
      manufacturerId: 'XJING',
      terminalModel: 'XJ-1',
      terminalId: 'T000001',
      iccid,
      hardwareVersion: '1',
      firmwareVersion: 'V2',
      gnssAttributes: 3,
      commAttributes: 0,
    }),
  });
