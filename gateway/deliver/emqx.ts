/** From a journal record to what EMQX's JT/T 808 gateway would publish of it, one message a record. */
import { emqxUpTopic, type Envelope, type Message, toEmqx } from '../../bridge/index.ts';
import { formatId, formatTime } from '../../protocol/index.ts';
import type { PositionReader } from '../fold/positions.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { Registry } from '../registry/registry.ts';
import type { Project } from './project.ts';

/**
 * General answers, heartbeats, registration, authentication, keys and pictures: EMQX's gateway keeps them to itself, and a
 * platform built for it does not expect them.
 */
const KEPT_BACK: ReadonlySet<number> = new Set([0x0001, 0x0002, 0x0003, 0x0100, 0x0102, 0x0801, 0x0a00]);
const NOTHING: readonly Envelope[] = [];

export function createEmqxProject(of: {
  readonly reader: PositionReader;
  readonly registry: Registry;
  readonly journalId: string;
}): Project {
  const { reader, registry, journalId } = of;
  return (view: RecordView) => {
    if (view.kind !== RECORD_KIND.frame && view.kind !== RECORD_KIND.assembled) return NOTHING;
    if (!reader.readHeader(view) || KEPT_BACK.has(reader.header.id)) return NOTHING;
    // A part says nothing by itself: the message that it belongs to follows.
    if (view.kind === RECORD_KIND.frame && reader.header.total > 1) return NOTHING;
    const whole = view.kind === RECORD_KIND.assembled;
    const said = toEmqx(view.b, view.payloadStart, view.payloadEnd, { whole });
    if ('fault' in said) return NOTHING;
    const { terminal, seq, receivedAt } = view;
    const { vehicle, division } = registry.identity(terminal);
    const { msg_id, msg_sn, phone } = said.header;
    const payload: Message = {
      id: `${journalId}-${seq}`,
      terminal,
      vehicle,
      time: null,
      receivedAt: formatTime(receivedAt),
      seq,
      messageId: formatId(msg_id, 4),
      name: null,
      revision: reader.header.flagged ? 2019 : 2013,
      phone,
      serial: msg_sn,
      body: {},
      quirks: [],
    };
    return [{ kind: 'message', division, payload, dialect: { topic: emqxUpTopic(phone), payload: said } }];
  };
}
