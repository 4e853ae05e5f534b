/** The evidence of a simulated terminal, over real sockets, to the gateway's own server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openAttachmentServer } from '../../../gateway/attachments/attachment-server.ts';
import type { StoredFile } from '../../../gateway/attachments/evidence.ts';
import { listenTcp } from '../../../gateway/intake/tcp.ts';
import { processClock } from '../../../gateway/process-clock.ts';
import { memoryLink, VirtualClock } from '../../../protocol/index.ts';
import { AttachmentLine, type UploadEnd } from '../../../simulator/firmware/attachment-line.ts';
import { type AttachmentOrder, newUpload } from '../../../simulator/firmware/attachments.ts';
import { identityOf } from '../../../simulator/firmware/identity.ts';
import { fileOf } from '../../../simulator/firmware/media.ts';
import { tcpDialer } from '../../../simulator/link/tcp.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xingji-evidence-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const octets = fileOf({ type: 'image', width: 640, height: 480 });
const order: AttachmentOrder = {
  host: '127.0.0.1',
  port: 0,
  identification: {
    terminalId: 'T000001',
    time: Date.parse('2026-03-07T15:07:23+08:00'),
    sequence: 0,
    attachmentCount: 2,
    reserved: new Uint8Array(1),
  },
  alarmNumber: 'ALARM-0001',
  files: [
    { name: '00_65_6503_0', type: 'image', octets },
    { name: '00_65_6503_1', type: 'image', octets },
  ],
};

it.each([2013, 2019] as const)('all files of an alarm arrive as they are (%d)', async (revision) => {
  const stored: StoredFile[] = [];
  const server = await openAttachmentServer(
    {
      folder,
      maxFiles: 8,
      maxFileSize: 1 << 20,
      maxTotalSize: 8 << 20,
      retainMs: 86_400_000,
      maxConnections: 8,
      idleTimeoutMs: 60_000,
    },
    {
      clock: processClock,
      admit: () => 'keep',
      stored: async (_evidence, file) => void stored.push(file),
      failed: () => undefined,
    },
  );
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 }, (link) => server.accept(link));
  const identity = identityOf(0, revision, 13_800_000_001);
  const how = await new Promise<UploadEnd>((resolve, reject) => {
    tcpDialer('127.0.0.1', listener.port).dial(0, {
      connected: (link) => void new AttachmentLine(link, newUpload(order, identity), resolve),
      failed: reject,
    });
  });
  await Promise.all([server.close(), listener.close()]);
  expect(how).toBe('done');
  expect(stored.map(({ name, size }) => [name, size])).toEqual([
    ['00_65_6503_0_ALARM-0001.jpg', octets.length],
    ['00_65_6503_1_ALARM-0001.jpg', octets.length],
  ]);
});

it('a link that ends before is told, once', () => {
  const clock = new VirtualClock();
  const [ours, theirs] = memoryLink({ clock });
  const ends: UploadEnd[] = [];
  const line = new AttachmentLine(ours, newUpload(order, identityOf(0, 2013, 1)), (how) => ends.push(how));
  theirs.open({ receive: () => undefined, closed: () => undefined });
  theirs.close('local');
  clock.advance(1000);
  line.closed();
  expect(ends).toEqual(['lost']);
});
