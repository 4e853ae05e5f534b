/**
 * What is known of each terminal's ways: learnt from its records, overruled by settings, kept in snapshots.
 *
 * Bound: one entry of some 100 octets for each terminal that ever authenticated.
 */
import {
  type Header,
  newHeader,
  readHeader,
  readJoinedHeader,
  type Revision,
  VENDOR_PROFILES,
  type VendorProfile,
  vendorProfileFor,
  type Ways,
} from '../../protocol/index.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import { RECORD_KIND, type Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { Registration } from '../registry/registration.ts';
import { TerminalMap } from '../terminal-map.ts';
import { witnessBody, witnessHeader, type Witness, zoneOf } from './evidence.ts';
import { HYPOTHESES, HYPOTHESIS_NAMES, type HypothesisName, type ValueOf } from './hypotheses.ts';
import {
  believedOf,
  isSteady,
  type Learnt,
  type LearntJson,
  learn,
  learntFromJson,
  learntToJson,
  newLearnt,
  scoreOf,
} from './learner.ts';
import type { QuirkOverrides, QuirkSettings } from './settings.ts';

/**
 * Between two reports that count as evidence of a time zone. What was stored during an outage of eight hours looks like
 * another zone as well, but is sent within minutes.
 */
const ZONE_EVERY_MS = 2 * 60_000;
const LOCATION = 0x0200;
const UTC_OFFSET_MS = 8 * 3_600_000;

interface Entry extends Learnt {
  seq: Seq;
  /** When a report last counted as evidence of a time zone. */
  zoneAt: number;
}

interface KeptEntry {
  readonly seq: Seq;
  readonly zoneAt: number;
  readonly learnt: LearntJson;
}

/** One way of a terminal, for people. */
export interface QuirkView {
  readonly value: string;
  readonly from: 'learnt' | 'configured' | 'registered';
  /** How sure: evidence in favour, net of evidence against, of at most 12; 0 where it was not learnt. */
  readonly evidence: number;
}

/** Asked for each position, and of most terminals the answer. */
const AS_STANDARD = { vendor: undefined, signedAltitude: false } as const;

export class TerminalQuirks implements Snapshotted {
  readonly kind = 'quirk';
  readonly #byTerminal = new TerminalMap<Entry>();
  readonly #overrides: QuirkOverrides;
  readonly #registration: (terminal: string) => Registration | undefined;
  /** Terminals by what is believed of them, for the metrics: `time` → `utc` → 3. */
  readonly counts: Readonly<Record<HypothesisName, Record<string, number>>>;
  readonly #header: Header = newHeader();
  readonly #profiles = new WeakMap<Registration, VendorProfile | null>();
  /** Of the record that is being applied: whose it is, and whether it taught us something. One function for all of them. */
  #learner: Entry | undefined;
  #differs = false;
  readonly #tell: Witness = (name, value) => {
    if (this.#learn(this.#learner!, name, value)) this.#differs = true;
  };

  constructor(options: {
    readonly overrides: QuirkOverrides;
    readonly registration: (terminal: string) => Registration | undefined;
  }) {
    this.#overrides = options.overrides;
    this.#registration = options.registration;
    this.counts = Object.fromEntries(
      HYPOTHESIS_NAMES.map((name) => [name, Object.fromEntries(HYPOTHESES[name].values.map((value) => [value, 0]))]),
    ) as Record<HypothesisName, Record<string, number>>;
  }

  get size(): number {
    return this.#byTerminal.size;
  }

  // --- learning ----------------------------------------------------------------------------------

  /** Takes a record; true where the snapshot of its terminal differs now. */
  apply(view: RecordView): boolean {
    const { kind, terminal } = view;
    if (terminal === '' || (kind !== RECORD_KIND.frame && kind !== RECORD_KIND.assembled)) return false;
    const entry = this.#byTerminal.get(terminal);
    if (entry !== undefined && view.seq <= entry.seq) return false;
    const header = this.#header;
    const read = kind === RECORD_KIND.assembled ? readJoinedHeader : readHeader;
    if (read(view.b, view.payloadStart, view.payloadEnd, header) !== undefined) return false;
    if (header.encryption !== 0 || (header.total > 1 && kind === RECORD_KIND.frame)) return false;
    const known = entry ?? this.#enter(terminal);
    known.seq = view.seq;
    const revision = this.#registration(terminal)?.revision;
    this.#learner = known;
    this.#differs = entry === undefined;
    witnessHeader(view.b, header, revision, this.#tell);
    witnessBody(view.b, header, header.flagged ? 2019 : revision === 2011 ? 2011 : 2013, this.#tell);
    if (header.id === LOCATION && view.receivedAt - known.zoneAt >= ZONE_EVERY_MS) {
      const zone = zoneOf(view.b, header, view.receivedAt);
      if (zone !== undefined) {
        known.zoneAt = view.receivedAt;
        this.#tell('time', zone);
      }
    }
    return this.#differs;
  }

  /** What was met in the framing, which records no longer show; true as for `apply`. */
  framed(terminal: string, unescaped: boolean): boolean {
    const entry = this.#byTerminal.get(terminal);
    if (entry === undefined || (!unescaped && believedOf(entry, 'escape') === undefined)) return false;
    return this.#learn(entry, 'escape', unescaped ? 'wrong' : 'right');
  }

  /** Whether its framing was met to differ: until then frames in order say nothing new. */
  framesOddly(terminal: string): boolean {
    return this.#believed(terminal, 'escape') !== undefined;
  }

  #enter(terminal: string): Entry {
    const { octets, at } = newLearnt();
    const entry: Entry = { octets, at, seq: 0, zoneAt: Number.NEGATIVE_INFINITY };
    this.#byTerminal.set(terminal, entry);
    return entry;
  }

  #learn<H extends HypothesisName>(learnt: Entry, name: H, value: ValueOf<H>): boolean {
    if (isSteady(learnt, name, value)) return false;
    const before = believedOf(learnt, name);
    if (!learn(learnt, name, value)) return false;
    const after = believedOf(learnt, name);
    if (before !== after) this.#count(name, before, after);
    return true;
  }

  #count(name: HypothesisName, before: string | undefined, after: string | undefined): void {
    const counts = this.counts[name];
    if (before !== undefined) counts[before]!--;
    if (after !== undefined) counts[after]!++;
  }

  // --- what is known -----------------------------------------------------------------------------

  /** Milliseconds to add to the times of a terminal, which are read as UTC+8. */
  timeOffset(terminal: string): number {
    return (this.#said(terminal)?.time ?? this.#believed(terminal, 'time')) === 'utc' ? UTC_OFFSET_MS : 0;
  }

  /** Whether its items are split with ids of two octets among them. */
  hasWideItems(terminal: string): boolean {
    return (this.#said(terminal)?.items ?? this.#believed(terminal, 'items')) === '2';
  }

  /** Whether altitudes from 0x8000 on are below the sea. */
  hasSignedAltitude(terminal: string): boolean {
    return (this.#said(terminal)?.altitude ?? this.#believed(terminal, 'altitude')) === 'signed';
  }

  /** Milliseconds to add to the time that it is told, which is written in UTC. */
  clockOffset(terminal: string): number {
    return this.#said(terminal)?.clock === 'utc+8' ? UTC_OFFSET_MS : 0;
  }

  /** The revision by which its bodies are read where their headers show none: as set, else as registered, else learnt. */
  revision(terminal: string): Revision | undefined {
    const said = this.#said(terminal)?.revision;
    if (said !== undefined) return Number(said) as Revision;
    const known = this.#registration(terminal)?.revision ?? this.#believed(terminal, 'revision');
    return known === undefined ? undefined : (Number(known) as Revision);
  }

  /** The profile of its maker: as set, else by what it registered as, else by the items that it sends. */
  vendor(terminal: string): VendorProfile | undefined {
    const said = this.#said(terminal)?.vendor;
    const name = said ?? this.#registered(terminal)?.name ?? this.#believed(terminal, 'vendor');
    return name === undefined ? undefined : VENDOR_PROFILES[name];
  }

  #registered(terminal: string): VendorProfile | undefined {
    const registration = this.#registration(terminal);
    if (registration === undefined) return undefined;
    // Asked several times a report: looked up once a registration.
    let profile = this.#profiles.get(registration);
    if (profile === undefined) {
      profile = vendorProfileFor(registration.manufacturerId, registration.terminalModel) ?? null;
      this.#profiles.set(registration, profile);
    }
    return profile ?? undefined;
  }

  /** How its positions are shown. */
  ofPosition(terminal: string): { readonly vendor: VendorProfile | undefined; readonly signedAltitude: boolean } {
    const vendor = this.vendor(terminal);
    const signedAltitude = this.hasSignedAltitude(terminal);
    return vendor === undefined && !signedAltitude ? AS_STANDARD : { vendor, signedAltitude };
  }

  /** How its bodies are read and written. */
  ways(terminal: string): Ways {
    const said = this.#said(terminal);
    const manufacturer = said?.manufacturer ?? this.#believed(terminal, 'manufacturer');
    return {
      vendor: this.vendor(terminal),
      charset: said?.text ?? this.#believed(terminal, 'text'),
      manufacturer: manufacturer === '11' ? 11 : 5,
    };
  }

  /** By name, for people; undefined where nothing is known. */
  view(terminal: string): Readonly<Record<string, QuirkView>> | undefined {
    const entry = this.#byTerminal.get(terminal);
    const said = this.#said(terminal);
    const view: Record<string, QuirkView> = {};
    for (const name of HYPOTHESIS_NAMES) {
      const value = entry === undefined ? undefined : believedOf(entry, name);
      if (value !== undefined) view[name] = { value, from: 'learnt', evidence: scoreOf(entry!, name) };
    }
    const profile = this.#registered(terminal);
    if (profile !== undefined) view['vendor'] = { value: profile.name, from: 'registered', evidence: 0 };
    for (const [name, value] of Object.entries(said ?? {})) view[name] = { value, from: 'configured', evidence: 0 };
    return Object.keys(view).length === 0 ? undefined : view;
  }

  #believed<H extends HypothesisName>(terminal: string, name: H): ValueOf<H> | undefined {
    const entry = this.#byTerminal.get(terminal);
    return entry === undefined ? undefined : believedOf(entry, name);
  }

  /** What is said of the terminal itself is stronger than what is said of its model, and that than of its maker. */
  #said(terminal: string): QuirkSettings | undefined {
    if (this.#overrides.size === 0) return undefined;
    const registration = this.#registration(terminal);
    return {
      ...this.#overrides.get(registration?.manufacturerId ?? ''),
      ...this.#overrides.get(registration?.terminalModel ?? ''),
      ...this.#overrides.get(terminal),
    };
  }

  // --- snapshots ---------------------------------------------------------------------------------

  snapshot(terminal: string): string | null {
    const entry = this.#byTerminal.get(terminal);
    if (entry === undefined) return null;
    const { seq, zoneAt } = entry;
    return JSON.stringify({
      seq,
      zoneAt: Number.isFinite(zoneAt) ? zoneAt : 0,
      learnt: learntToJson(entry),
    } satisfies KeptEntry);
  }

  restore(terminal: string, value: string): void {
    const { seq, zoneAt, learnt } = JSON.parse(value) as KeptEntry;
    const { octets, at } = learntFromJson(learnt);
    const entry: Entry = { octets, at, seq, zoneAt };
    this.#byTerminal.set(terminal, entry);
    for (const name of HYPOTHESIS_NAMES) this.#count(name, undefined, believedOf(entry, name));
  }
}
