import { describe, expect, it } from 'vitest';
import { urgentTest } from '../../../gateway/deliver/urgent.ts';
import { RECORD_KIND, type RecordInput, type RecordKind } from '../../../gateway/journal/record.ts';
import { RecordView } from '../../../gateway/journal/record-view.ts';
import { encodeFrame, unescapeInto } from '../../../protocol/index.ts';
import { bodyOf } from '../journal/support.ts';

/** A report with these alarm flags, as the journal keeps it. */
function report(terminal: string, alarm: number, id = 0x0200): RecordInput {
  const body = new Uint8Array(28);
  new DataView(body.buffer).setUint32(0, alarm);
  const wire = encodeFrame({ id, revision: 2013, phone: terminal.padStart(12, '0'), serial: 1, body });
  const b = new Uint8Array(wire.length);
  const end = unescapeInto(wire, 1, wire.length - 1, b, 0) - 1;
  return { kind: RECORD_KIND.frame, receivedAt: 0, link: 1, terminal, ackable: true, b, start: 0, end };
}

function fact(kind: RecordKind): RecordInput {
  return { ...report('1', 0), kind, start: 0, end: 0 };
}

/** Which of the records are urgent, by index. */
function urgent(...records: RecordInput[]): number[] {
  const isUrgent = urgentTest();
  const view = new RecordView().open({ first: 1, count: records.length, body: bodyOf(records) });
  const found: number[] = [];
  while (view.next()) if (isUrgent(view)) found.push(view.seq - 1);
  return found;
}

const POWER_OFF = 1 << 8;
const STOLEN = 1 << 26;
const OVERSPEED = 1 << 1;

describe('urgent in a backlog', () => {
  it('is an alarm as it begins, not as it lasts, and again when it comes back', () => {
    const reports = [0, POWER_OFF, POWER_OFF, 0, POWER_OFF].map((alarm) => report('1', alarm));
    expect(urgent(...reports)).toEqual([1, 4]);
  });

  it('is another alarm beside one that lasts', () => {
    expect(urgent(report('1', POWER_OFF), report('1', POWER_OFF + STOLEN), report('1', STOLEN))).toEqual([0, 1]);
  });

  it('is told of each terminal', () => {
    expect(urgent(report('1', STOLEN), report('2', STOLEN), report('1', STOLEN))).toEqual([0, 1]);
  });

  it('is the highest bit too, though it makes the word negative', () => {
    expect(urgent(report('1', 0x8000_0000), report('1', 0x8000_0000))).toEqual([0]);
  });

  it('is no warning to the driver, and nothing but a report', () => {
    expect(urgent(report('1', OVERSPEED), report('1', STOLEN, 0x0002))).toEqual([]);
  });

  it('is what happened to a command, and what the gateway says of itself', () => {
    expect(urgent(fact(RECORD_KIND.command), fact(RECORD_KIND.link), fact(RECORD_KIND.gateway))).toEqual([0, 2]);
  });
});
