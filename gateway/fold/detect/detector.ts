/**
 * The fold: records in, findings out. Each terminal is looked at by the benches in turn, each compares what a report says
 * with what was known before, and the docket says what follows.
 *
 * Bound: some 950 octets for each terminal ever heard, and what `context.ts`, `fleet.ts`, `dead-zones.ts`, `skies.ts`, `cohorts.ts` bound.
 */
import type { VendorProfile } from '../../../protocol/index.ts';
import { decodeFact, type GatewayFact } from '../../intake/facts.ts';
import { RECORD_KIND } from '../../journal/record.ts';
import type { RecordView } from '../../journal/record-view.ts';
import type { PositionReader, PositionReading } from '../positions.ts';
import { baselineIn, takeBaseline, type ToldBaseline } from './baseline.ts';
import { clock, odometer, pulses, storedAt } from './clocks.ts';
import { Cohorts } from './cohorts.ts';
import { Context, type ContextChange } from './context.ts';
import { Deadlines } from './deadlines.ts';
import { DeadZones } from './dead-zones.ts';
import type { Desk } from './desk.ts';
import { Docket } from './docket.ts';
import type { Detector, DetectorSink, Probe } from './finding.ts';
import { Fleet } from './fleet.ts';
import { takeStored } from './gap.ts';
import { gnss } from './gnss.ts';
import { apart, shows } from './identity.ts';
import { Keeper } from './keeper.ts';
import { takeIn } from './live.ts';
import { commandRecord, heard, linkRecord, registrationRecord, serialSeen } from './logins.ts';
import { readMessage } from './messages.ts';
import { mount, otherVehicle, sighted } from './mount.ts';
import { power, tellCut } from './power.ts';
import { silentReports } from './reporting.ts';
import { reception } from './reception.ts';
import { booted, rules } from './rules.ts';
import { isLookDue, look, schedule } from './silence.ts';
import { ALARM, Signals } from './signals.ts';
import { Skies } from './skies.ts';
import { Statements } from './statements.ts';
import { CLOSED, epochMsOf, secondsOf, type Terminal, UNKNOWN } from './terminal.ts';
import { Terminals } from './terminals.ts';
import { askWhoItIs, conclude, replayed, silentAgain } from './verdict.ts';
import { wheels } from './wheels.ts';
import { witness } from './witness.ts';

export interface DetectorOptions {
  /** Reads positions out of records; may be shared with other folds of the thread. */
  readonly reader: PositionReader;
  /** By which table a terminal's own items are read. */
  readonly vendor: (terminal: string) => VendorProfile | undefined;
  /** Told of each key whose snapshot differs now. */
  readonly changed?: (key: string) => void;
}

const LOCATION_BATCH = 0x0704;
/** What a terminal is asked within an hour, or a gap. */
const PROBES = 6;
const PROBES_S = 3600;
const WEEK_S = 7 * 86_400;
/**
 * Deadlines that a tick lets pass: when a whole fleet is gone at once its deadlines are worked off some at a time, in an order
 * that the journal alone decides. Those of the terminal that a record is about come before it in any case.
 */
const PER_TICK = 512;
/** Where no tick has come for what was due so long ago, seconds, any record lets one pass. Ticks come every second while something is due. */
const OVERDUE_S = 3;
/** Due for so long, seconds: there is more than a tick a second lets pass. */
const BEHIND_S = 2;
const NO_SINK: DetectorSink = { finding: () => {} };

export function createDetector(options: DetectorOptions): Detector {
  return new JournalDetector(options);
}

class JournalDetector implements Detector {
  readonly #options: DetectorOptions;
  readonly #terminals = new Terminals();
  readonly #deadlines = new Deadlines();
  readonly #signals = new Signals();
  readonly #context = new Context();
  readonly #docket = new Docket(this.#context);
  readonly #desk: Desk;
  readonly #keeper: Keeper;
  /** Whose positions are being read, and what reads them: made once, as there are as many as reports. */
  #speaks: Terminal | undefined;
  readonly #read = (reading: PositionReading): void => this.#reading(reading);
  #now = 0;

  constructor(options: DetectorOptions) {
    this.#options = options;
    const docket = this.#docket;
    this.#desk = {
      docket,
      context: this.#context,
      statements: new Statements(docket),
      fleet: new Fleet(),
      skies: new Skies(),
      zones: new DeadZones(),
      cohorts: new Cohorts(),
      devices: new Map(),
      downFrom: 0,
      upAt: 0,
      touched: (key) => this.#options.changed?.(key),
      terminal: (id) => this.#terminals.get(id),
      changed: (t) => this.#options.changed?.(t.id),
      ask: (t, type, body = {}) => this.#ask(t, type, body),
    };
    this.#keeper = new Keeper({
      desk: this.#desk,
      terminals: this.#terminals,
      context: (change) => this.#told(change),
      placed: (t) => this.#place(t),
    });
  }

  // --- time ----------------------------------------------------------------------------------------

  nextDeadline(): number {
    const next = this.#deadlines.next();
    return next === Infinity ? Infinity : epochMsOf(next);
  }

  get behind(): boolean {
    return this.#deadlines.next() <= this.#now - BEHIND_S;
  }

  advance(now: number, sink: DetectorSink): void {
    this.#docket.sink = sink;
    this.#now = Math.max(this.#now, secondsOf(now));
    this.#pass(this.#now, Infinity);
    this.#docket.sink = NO_SINK;
  }

  /** What was due at `until` at the latest. */
  #pass(until: number, most: number): void {
    for (let n = 0; n < most; n++) {
      const t = this.#deadlines.pop(until);
      if (t === undefined) break;
      this.#expire(t);
    }
  }

  /** The deadline of a terminal, which is among the others no more, has come. */
  #expire(t: Terminal): void {
    const docket = this.#docket;
    const { due } = t;
    docket.now = due;
    docket.seq = t.seq;
    docket.nowMs = epochMsOf(due);
    if (t.timer !== 0 && due >= t.timer) {
      t.timer = 0;
      conclude(this.#desk, t);
      tellCut(this.#desk, t);
    }
    if (isLookDue(t, due)) {
      silentAgain(this.#desk, t);
      look(this.#desk, t);
    }
    this.#place(t);
  }

  #place(t: Terminal): void {
    schedule(t);
    this.#deadlines.set(t);
    this.#options.changed?.(t.id);
  }

  // --- records -------------------------------------------------------------------------------------

  apply(view: RecordView, sink: DetectorSink): void {
    const docket = this.#docket;
    docket.sink = sink;
    const now = Math.max(this.#now, secondsOf(view.receivedAt));
    if (view.kind === RECORD_KIND.gateway) {
      this.#gateway(view, now);
      this.#pass(now, PER_TICK);
    } else this.#pass(now - OVERDUE_S, 1);
    this.#now = now;
    const t = view.kind === RECORD_KIND.feed ? undefined : this.#terminals.ofRecord(view);
    if (t !== undefined) while (this.#deadlines.take(t, now)) this.#expire(t);
    docket.now = now;
    docket.nowMs = view.receivedAt;
    docket.seq = view.seq;
    if (view.kind === RECORD_KIND.feed) this.#feed(view);
    else if (t !== undefined) this.#ofTerminal(t, view);
    docket.sink = NO_SINK;
  }

  #ofTerminal(t: Terminal, view: RecordView): void {
    // A snapshot may be ahead of the records that a start hears again.
    if (view.seq <= t.seq) return;
    t.seq = view.seq;
    switch (view.kind) {
      case RECORD_KIND.frame:
      case RECORD_KIND.assembled:
        this.#frame(t, view);
        break;
      case RECORD_KIND.link:
        linkRecord(this.#desk, t, view);
        break;
      case RECORD_KIND.registration:
        registrationRecord(this.#desk, t, view);
        break;
      case RECORD_KIND.command:
        commandRecord(t, view, this.#docket.now);
        break;
      default:
        return;
    }
    this.#place(t);
  }

  /** Our own stops excuse every silence that fell into them, and its clock starts again. */
  #gateway(view: RecordView, now: number): void {
    const fact = decodeFact<GatewayFact>(view.b, view.payloadStart, view.payloadEnd);
    if (fact?.fact === 'stopped') {
      this.#desk.downFrom = now;
      this.#desk.touched('@desk');
    }
    if (fact?.fact !== 'started') return;
    const { downFrom, upAt } = this.#desk;
    let heard = downFrom > upAt ? downFrom : 0;
    if (heard === 0) for (const t of this.#terminals.values()) if (t.lastRx > heard) heard = t.lastRx;
    this.#desk.downFrom = heard;
    this.#desk.upAt = now;
    this.#desk.touched('@desk');
    for (const t of this.#terminals.values()) {
      if (t.look > 0 || t.lastRx === 0) continue;
      t.quietFrom = now;
      t.closed = CLOSED.gateway;
      this.#place(t);
    }
  }

  #feed(view: RecordView): void {
    const told = baselineIn(view);
    if (told !== undefined) this.#measured(told);
    const change = this.#context.apply(view);
    if (change === undefined) return;
    this.#desk.touched('@context');
    this.#told(change);
  }

  #measured(told: ToldBaseline): void {
    const t = this.#terminals.of(told.terminal, 0);
    takeBaseline(t, told);
    this.#place(t);
  }

  #told(change: ContextChange): void {
    if (change.kind === 'deadZone') return this.#desk.zones.survey(change.fact);
    for (const id of change.terminals) {
      const t = this.#terminals.get(id);
      if (t === undefined) continue;
      if (change.kind === 'workOrder' || change.kind === 'habit') this.#docket.license(t);
      else if (change.kind === 'sighting') sighted(this.#desk, t, change.fact);
      this.#place(t);
    }
  }

  // --- frames --------------------------------------------------------------------------------------

  #frame(t: Terminal, view: RecordView): void {
    const { reader } = this.#options;
    heard(this.#desk, t);
    this.#speaks = t;
    const found = reader.forEach(view, this.#read);
    const { header } = reader;
    serialSeen(t, view.link, header.serial);
    if (found === 0) {
      readMessage(this.#desk, t, view, header);
      silentReports(this.#desk, t);
    }
    if (t.parametersAt !== 0 && this.#docket.now - t.parametersAt > WEEK_S) {
      t.parametersAt = this.#docket.now;
      askWhoItIs(this.#desk, t);
    }
  }

  #reading(reading: PositionReading): void {
    const t = this.#speaks!;
    const s = this.#signals.read(reading.report, this.#options.vendor(t.id));
    const batched = this.#options.reader.header.id === LOCATION_BATCH;
    const live = batched ? !reading.backfill : clock(this.#desk, t, s, reading.backfill);
    if (live) return this.#live(t, s);
    t.stores = 1;
    const { gap } = t;
    if (gap === undefined) return;
    s.time = storedAt(t, gap, s.time);
    if (takeStored(gap, s, this.#docket.seq)) replayed(this.#desk, t, gap);
  }

  #live(t: Terminal, s: Signals): void {
    const desk = this.#desk;
    const { now } = this.#docket;
    const dt = t.lastReport === 0 ? 0 : now - t.lastReport;

    if ((s.alarm & (ALARM.collision | ALARM.rollover)) !== 0) t.collisionAt = now;
    if (t.bootPending === 1) {
      t.bootPending = 0;
      booted(desk, t, t.acc === 0 && s.acc === 1);
    }
    if (s.fixed) apart(desk, t, s);
    this.#backFrom(t, s);
    shows(desk, t, 'imei', s.imei);
    shows(desk, t, 'iccid', s.iccid);
    const supply = t.supplyMean;
    power(desk, t, s);
    otherVehicle(desk, t, supply);
    witness(desk, t, s, dt);
    gnss(desk, t, s, dt);
    mount(desk, t, s);
    wheels(desk, t, s, dt);
    odometer(desk, t, s);
    pulses(desk, t, s, dt);
    reception(desk, t, s);
    rules(desk, t, s);
    takeIn(desk, t, s, dt);
  }

  /** The first reports after a gap say where and how it is back. */
  #backFrom(t: Terminal, s: Signals): void {
    const { gap } = t;
    if (gap === undefined || gap.backAt === 0) return;
    if (gap.backMileage === UNKNOWN) {
      gap.backMileage = s.mileage;
      gap.backAcc = s.acc;
    }
    if (gap.backLatitude !== 0 || !s.fixed) return;
    gap.backLatitude = s.latitude;
    gap.backLongitude = s.longitude;
    if (gap.verdicts === 0) return;
    // The verdict had no place to go by: it is given again.
    gap.lastReplayAt = this.#docket.now;
    gap.verdictAt = this.#docket.now + 1;
    t.timer = gap.verdictAt;
  }

  #ask(t: Terminal, type: Probe['type'], body: Probe['body']): void {
    const { now, nowMs, sink } = this.#docket;
    if (now - t.probesAt > PROBES_S) {
      t.probesAt = now;
      t.probes = 0;
    }
    if (t.probes >= PROBES) return;
    t.probes++;
    sink.probe?.({ terminal: t.id, type, body, at: nowMs });
  }

  // --- snapshots -----------------------------------------------------------------------------------

  snapshot(key: string): string | null {
    return this.#keeper.snapshot(key);
  }

  restore(key: string, value: string): void {
    this.#keeper.restore(key, value);
  }
}
