/**
 * From a journal record to what platforms are told of it. A pure function of the record and of who the
 * terminal is: the same record gives the same payloads with the same ids, however often it is delivered.
 */
import type { Envelope, Message, Position, RawPosition, Reply } from '../../bridge/index.ts';
import { positionId } from '../../bridge/index.ts';
import {
  decodeMessage,
  describeMessage,
  formatId,
  formatTime,
  messageById,
  phoneOf,
  toJson,
  type VendorProfile,
} from '../../protocol/index.ts';
import type { CommandStep } from '../command/command.ts';
import type { HeldPosition } from '../fold/held-position.ts';
import { hasFix, LOCATION, LOCATION_BATCH, type PositionReader, type PositionReading } from '../fold/positions.ts';
import { eventPayload } from '../events/payload.ts';
import { type EventRecord, isAction } from '../events/step.ts';
import { decodeFact, type GatewayFact } from '../intake/facts.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { decodeMedia } from '../media/media-record.ts';
import { MEDIA_UPLOAD } from '../parts/request.ts';
import type { Registry } from '../registry/registry.ts';
import { codesGuessed } from './guessing.ts';
import { securityEvent } from './security.ts';
import { isoTime } from './times.ts';
import { messageUnfinished } from './unfinished.ts';
import { itemsOf } from './vendor-items.ts';
import { journalRecovered, journalRefuses, recordsLost } from './gateway-events.ts';

export interface ProjectOptions {
  readonly reader: PositionReader;
  readonly registry: Registry;
  /** Begins the ids of what has none of its own: the journal's id, so that they stay unique when a data folder is made anew. */
  readonly journalId: string;
  readonly node: string;
}

export type Project = (view: RecordView) => readonly Envelope[];

/** Id of the position that a reading of `view` is. */
export function idOfPosition(terminal: string, view: RecordView, reading: PositionReading): string {
  return positionId(terminal, view.b, reading.at, reading.serial);
}

/** The same of a position that is kept. */
export function idOfHeld(terminal: string, { octets, serial }: HeldPosition): string {
  return positionId(terminal, octets, 0, serial);
}

export function positionPayload(
  of: {
    readonly id: string;
    readonly terminal: string;
    readonly vehicle: string | null;
    readonly seq: number;
    readonly receivedAt: number;
  },
  reading: Pick<PositionReading, 'report' | 'revision' | 'backfill'> & { readonly wide?: Uint8Array | undefined },
  ways: PositionWays = {},
): Position {
  const { report, revision, backfill } = reading;
  const body = toJson(LOCATION_REPORT, revision, report) as unknown as Omit<Position, 'fix' | 'backfill' | 'revision'>;
  return {
    id: of.id,
    terminal: of.terminal,
    vehicle: of.vehicle,
    time: isoTime(report.time),
    receivedAt: formatTime(of.receivedAt),
    seq: of.seq,
    latitude: body.latitude,
    longitude: body.longitude,
    altitude: ways.signedAltitude && body.altitude >= SIGN ? body.altitude - 2 * SIGN : body.altitude,
    speed: body.speed,
    direction: body.direction,
    alarm: body.alarm,
    status: body.status,
    items: itemsOf(body.items, reading, ways.vendor),
    fix: hasFix(report) ? 'gnss' : 'none',
    backfill,
    revision,
  };
}

/** The payload of a position that is kept. */
export function heldPayload(
  terminal: string,
  held: HeldPosition,
  vehicle: string | null,
  ways: PositionWays,
): Position {
  const { seq, receivedAt } = held;
  return positionPayload({ id: idOfHeld(terminal, held), terminal, vehicle, seq, receivedAt }, held, ways);
}

/** How a terminal's positions are read: by its maker's profile, and with altitudes below the sea. */
export interface PositionWays {
  readonly vendor?: VendorProfile | undefined;
  readonly signedAltitude?: boolean;
}

/** The highest bit of an altitude, which the standard has without a sign. */
const SIGN = 0x8000;
const LOCATION_REPORT = messageById(LOCATION)!;
const NOTHING: readonly Envelope[] = [];

export function createProject({ reader, registry, journalId, node }: ProjectOptions): Project {
  /** All positions of a record. */
  function positions(view: RecordView, into: Envelope[]): number {
    const { terminal, seq, receivedAt } = view;
    const { vehicle, division } = registry.identity(terminal);
    return reader.forEach(view, (reading) => {
      const id = idOfPosition(terminal, view, reading);
      const { report } = reading;
      const raw: RawPosition = {
        alarm: report.alarm,
        status: report.status,
        timeMs: report.time,
        receivedMs: receivedAt,
      };
      into.push({
        kind: 'position',
        division,
        payload: positionPayload(
          { id, terminal, vehicle, seq, receivedAt },
          reading,
          registry.quirks.ofPosition(terminal),
        ),
        raw,
      });
    });
  }

  /** The message that a record holds from `at` on. */
  function message(view: RecordView, at = view.payloadStart): Extract<Envelope, { kind: 'message' }> | undefined {
    const { terminal, seq, receivedAt } = view;
    const whole = view.kind !== RECORD_KIND.frame;
    const { vehicle, division } = registry.identity(terminal);
    const revision = registry.quirks.revision(terminal);
    const decoded = decodeMessage(view.b, at, view.payloadEnd, {
      whole,
      ...(revision === undefined ? {} : { revision }),
      ...registry.quirks.ways(terminal),
    });
    const said = describeMessage(decoded);
    const base = { id: `${journalId}-${seq}`, terminal, vehicle, time: null, receivedAt: formatTime(receivedAt), seq };
    if (!said.ok) {
      if (!reader.readHeader(view)) return undefined;
      const { id, serial } = reader.header;
      const payload: Message = {
        ...base,
        messageId: formatId(id, 4),
        name: null,
        revision: reader.header.flagged ? 2019 : 2013,
        phone: phoneOf(view.b, reader.header),
        serial,
        body: { hex: said.hex },
        quirks: [said.reason],
      };
      return { kind: 'message', division, payload };
    }
    const { id, name, revision: proved, phone, serial, body, quirks } = said;
    return {
      kind: 'message',
      division,
      payload: { ...base, messageId: id, name, revision: proved, phone, serial, body, quirks },
    };
  }

  /** A picture: what was said about it, and its file instead of its octets. */
  function media(view: RecordView): readonly Envelope[] {
    const found = decodeMedia(view.b, view.payloadStart, view.payloadEnd);
    const said = found === undefined ? undefined : message(view, found.at);
    if (found === undefined || said === undefined) return NOTHING;
    const { data: _none, ...body } = said.payload.body as Readonly<Record<string, unknown>>;
    return [{ ...said, payload: { ...said.payload, body: { ...body, file: found.file } } }];
  }

  function reply(view: RecordView): readonly Envelope[] {
    const step = decodeFact<CommandStep>(view.b, view.payloadStart, view.payloadEnd);
    // Of a command to many each terminal's own is told.
    if (step?.id === undefined) return NOTHING;
    const { terminal, seq, receivedAt } = view;
    const { vehicle, division } = registry.identity(terminal);
    const { group = step.of, response = step.response } = step.order ?? {};
    const payload: Reply = {
      id: step.id,
      terminal,
      vehicle,
      time: null,
      receivedAt: formatTime(receivedAt),
      seq,
      state: step.state,
      ...(group === undefined ? {} : { group }),
      ...(step.order?.approval === undefined ? {} : { approval: 'needed' as const }),
      ...(step.approvedBy === undefined ? {} : { approval: 'given' as const, approvedBy: step.approvedBy }),
      ...(step.result === undefined ? {} : { result: step.result }),
      ...(step.code === undefined ? {} : { code: step.code }),
      ...(step.reason === undefined ? {} : { reason: step.reason }),
    };
    return [{ kind: 'reply', division, payload, ...(response === undefined ? {} : { response }) }];
  }

  /** A step of an event; that somebody asked for one is told by the step it led to. */
  function event(view: RecordView): readonly Envelope[] {
    const step = decodeFact<EventRecord>(view.b, view.payloadStart, view.payloadEnd);
    if (step === undefined || isAction(step)) return NOTHING;
    return [{ kind: 'event', division: step.division, payload: eventPayload(step, view) }];
  }

  function gateway(view: RecordView): readonly Envelope[] {
    const fact = decodeFact<GatewayFact>(view.b, view.payloadStart, view.payloadEnd);
    if (fact?.fact === 'lost') return [recordsLost(node, journalId, view.receivedAt, view.seq, fact)];
    if (fact?.fact === 'unfinished') {
      return [messageUnfinished(view, fact, { journalId, ...registry.identity(view.terminal) })];
    }
    if (fact?.fact === 'guessing')
      return [codesGuessed(view, fact, { journalId, ...registry.identity(view.terminal) })];
    if (fact?.fact === 'security')
      return [securityEvent(view, fact, node, { journalId, ...registry.identity(view.terminal) })];
    if (fact?.fact !== 'recovered') return NOTHING;
    const { since, why, refused, head = view.seq } = fact;
    const outage = { node, journalId, since, why, head };
    // What was raised at the time may have reached nobody: it is told again as it was.
    return [journalRefuses(outage), journalRecovered(outage, view.receivedAt, view.seq, refused)];
  }

  return (view) => {
    if (view.kind === RECORD_KIND.event) return event(view);
    if (view.kind === RECORD_KIND.command) return reply(view);
    if (view.kind === RECORD_KIND.gateway) return gateway(view);
    if (view.kind === RECORD_KIND.media) return media(view);
    if (view.kind !== RECORD_KIND.frame && view.kind !== RECORD_KIND.assembled) return NOTHING;
    if (!reader.readHeader(view)) return NOTHING;
    const { id, total, encryption } = reader.header;
    // A part says nothing by itself: the message that it belongs to follows. So does the file of a picture.
    const part = total > 1 || (id === MEDIA_UPLOAD && encryption === 0);
    if (part && view.kind === RECORD_KIND.frame) return NOTHING;
    const out: Envelope[] = [];
    const found = positions(view, out);
    if (id === LOCATION && found === 1) return out;
    if (id === LOCATION_BATCH && found > 0 && found === reader.announced) return out;
    const other = message(view);
    if (other !== undefined) out.push(other);
    return out;
  };
}
