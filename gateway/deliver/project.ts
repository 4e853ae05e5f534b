/**
 * From a journal record to what platforms are told of it. A pure function of the record and of who the
 * terminal is: the same record gives the same payloads with the same ids, however often it is delivered.
 */
import type { Envelope, Message, Reply } from '../../bridge/index.ts';
import { decodeMessage, describeMessage, formatId, formatTime, phoneOf } from '../../protocol/index.ts';
import type { CommandStep } from '../command/command.ts';
import { LOCATION, LOCATION_BATCH, type PositionReader } from '../fold/positions.ts';
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
import { PositionEnvelope } from './position-envelope.ts';
import { messageUnfinished } from './unfinished.ts';
import { journalRecovered, journalRefuses, recordsLost } from './gateway-events.ts';

export interface ProjectOptions {
  readonly reader: PositionReader;
  readonly registry: Registry;
  /** Begins the ids of what has none of its own: the journal's id, so that they stay unique when a data folder is made anew. */
  readonly journalId: string;
  readonly node: string;
}

export type Project = (view: RecordView) => readonly Envelope[];

const NOTHING: readonly Envelope[] = [];

export function createProject({ reader, registry, journalId, node }: ProjectOptions): Project {
  /** All positions of a record. */
  function positions(view: RecordView, into: Envelope[]): number {
    const { terminal } = view;
    const { vehicle, division } = registry.identity(terminal);
    const whose = { terminal, division, vehicle, ways: registry.quirks.ofPosition(terminal) };
    return reader.forEach(view, (reading) => into.push(new PositionEnvelope(view, reading, whose)));
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
    return [
      { ...journalRefuses(outage), record: view.seq },
      journalRecovered(outage, view.receivedAt, view.seq, refused),
    ];
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
