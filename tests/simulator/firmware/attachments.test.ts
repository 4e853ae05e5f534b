import { describe, expect, it } from 'vitest';
import { AttachmentSplitter, codecFor, IGNORE_QUIRKS, newHeader, readHeader } from '../../../protocol/index.ts';
import {
  type AttachmentOrder,
  attachmentStep,
  newUpload,
  type ServerSaid,
} from '../../../simulator/firmware/attachments.ts';
import type { Effect } from '../../../simulator/firmware/effects.ts';
import { Drill } from '../support/drill.ts';

/** A terminal whose camera has seen the driver smoke, and what the platform then asks for. */
function ordered(pictures: number): { drill: Drill; order: AttachmentOrder } {
  const drill = new Drill('C', { acc: true, speed: 60, supply: 14 }).until(60);
  drill.local({ what: 'safety', item: 'dsm', type: 3, pictures });
  const { identification } = drill.lastReport().items.dsm!;
  drill.ask(0x9208, {
    serverAddress: '127.0.0.1',
    tcpPort: 7000,
    udpPort: 0,
    identification,
    alarmNumber: 'AB12',
    reserved: new Uint8Array(16),
  });
  const attach = drill.effects.map(({ effect }) => effect).find((effect: Effect) => effect.kind === 'attach');
  if (attach?.kind !== 'attach') throw new Error('was not asked');
  return { drill, order: attach.order };
}

describe('an alarm of active safety', () => {
  it('is a report at once, with its item', () => {
    const { drill } = ordered(2);
    expect(drill.lastReport().items.dsm).toMatchObject({ type: 'smoking', identification: { attachmentCount: 2 } });
    expect(drill.until(75).lastReport().items.dsm).toBeUndefined();
  });

  it('that nobody knows of has no evidence', () => {
    const { drill, order } = ordered(1);
    const identification = { ...order.identification, sequence: 9 };
    const body = {
      serverAddress: 'x',
      tcpPort: 1,
      udpPort: 0,
      identification,
      alarmNumber: '',
      reserved: new Uint8Array(16),
    };
    expect(drill.ask(0x9208, body).map(({ body: octets }) => octets[4])).toEqual([1]);
  });
});

describe('its evidence', () => {
  it('is announced and sent file by file; pieces that are missing come again', () => {
    const { drill, order } = ordered(2);
    const upload = newUpload(order, drill.terminal.identity);
    const sent = order.files[0]!.octets;
    const files = new Map<string, Uint8Array>();
    const heard: number[] = [];
    const header = newHeader();
    const answers: ServerSaid[] = [];
    let asked = false;
    const splitter = new AttachmentSplitter();
    const sink = {
      packet(b: Uint8Array, start: number, end: number) {
        readHeader(b, start, end, header);
        const { id, bodyAt, bodyEnd } = header;
        heard.push(id);
        if (id !== 0x1212) {
          answers.push({ kind: 'acknowledged', replyId: id, result: 0 });
          return;
        }
        const { name, type } = codecFor(0x1212, 2013).decode(b, bodyAt, bodyEnd, IGNORE_QUIRKS);
        const result = asked ? 'complete' : 'resend';
        const ranges = asked ? [] : [{ offset: 10, length: 20 }];
        asked = true;
        answers.push({ kind: 'request', id: 0x9212, body: { name, type, result, ranges } });
      },
      fault() {
        throw new Error('cannot be read');
      },
      data({ name }: { name: string }, offset: number, b: Uint8Array, start: number, end: number) {
        const file = files.get(name) ?? new Uint8Array(200_000);
        file.set(b.subarray(start, end), offset);
        files.set(name, file);
      },
    };
    let said: ServerSaid | undefined = { kind: 'connected' };
    while (said !== undefined) {
      for (const octets of attachmentStep(upload, said)) splitter.feed(octets, sink);
      said = answers.shift();
    }
    expect(upload.state).toBe('done');
    expect([...files.keys()]).toEqual(['00_65_6503_0_AB12.jpg', '00_65_6503_1_AB12.jpg']);
    for (const file of files.values()) expect(file.subarray(0, sent.length)).toEqual(sent);
    expect(heard).toEqual([0x1210, 0x1211, 0x1212, 0x1212, 0x1211, 0x1212]);
  });

  it('is given up when the server refuses', () => {
    const { drill, order } = ordered(1);
    const upload = newUpload(order, drill.terminal.identity);
    attachmentStep(upload, { kind: 'connected' });
    expect(attachmentStep(upload, { kind: 'acknowledged', replyId: 0x1210, result: 1 })).toEqual([]);
    expect(upload.state).toBe('failed');
  });
});
