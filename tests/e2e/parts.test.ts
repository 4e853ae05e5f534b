/**
 * A picture over a real socket, with the gateway killed in the middle of it: the next start goes on with the parts that
 * it has, asks for the others, and puts the picture into a file before it says so.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { encodeBody, encodeFrames, seededRandom } from '../../protocol/index.ts';
import { gatewayProcess, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const PHONE = '013912345678';
const FIRST_SERIAL = 500;

it('a picture outlives a SIGKILL between its parts, and platforms learn where its file is', async () => {
  const folder = temporaryFolder();
  const settings = join(folder.path, 'xingji.yaml');
  writeFileSync(settings, 'parts:\n  askAfter: 1s\n');
  const data = join(folder.path, 'data');
  const picture = seededRandom('picture').bytes(40_000);
  const { items: _none, ...location } = report(0) as { items: object };
  const said = { multimediaId: 77, type: 'image', format: 'jpeg', event: 'platformCommand', channelId: 1 };
  const body = encodeBody(0x0801, 2013, { ...said, location, data: picture });
  const frames = encodeFrames({ id: 0x0801, revision: 2013, phone: PHONE, serial: FIRST_SERIAL, body });

  const first = await gatewayProcess(data, ['-c', settings]);
  const terminal = await new WireTerminal({ phone: PHONE }).connect(first.ready.jt808);
  const code = await terminal.registerAndAuthenticate();
  const missing = new Set([3, 17, frames.length]);
  for (const [i, frame] of frames.entries()) if (!missing.has(i + 1)) terminal.raw(frame);
  // What was sent before a report that is acknowledged is on disk.
  expect(await terminal.acknowledged(terminal.send('locationReport', report(1)))).toBe('success');
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await gatewayProcess(data, ['-c', settings]);
  // Only the first start is sure to know the password.
  const { url, username, password } = { ...first.ready.mqtt, ...second.ready.mqtt };
  const mqtt = await connectAsync(url, { username: username!, password: password!, protocolVersion: 4 });
  const messages: { messageId: string; body: { file: { path: string; size: number; sha256: string } } }[] = [];
  mqtt.on('message', (_topic, payload) => messages.push(JSON.parse(payload.toString()) as (typeof messages)[number]));
  await mqtt.subscribeAsync('xingji/v1/+/+/+/+/message', { qos: 1 });
  const again = await new WireTerminal({ phone: PHONE }).connect(second.ready.jt808);
  expect(await again.authenticate(code)).toBe('success');
  const asked = await again.answer(
    ({ name }) => name === 'multimediaUploadResponse',
    'a request for the missing parts',
  );
  expect(asked.body).toEqual({ multimediaId: 77, packageIds: [...missing] });
  for (const number of missing) again.raw(frames[number - 1]!);
  await again.answer(
    ({ body: { multimediaId, packageIds } }) => multimediaId === 77 && packageIds === undefined,
    '0x8800',
  );

  const isPicture = ({ messageId }: { messageId: string }): boolean => messageId === '0x0801';
  await expect.poll(() => messages.some(isPicture), { timeout: 10_000 }).toBe(true);
  const { file } = messages.find(isPicture)!.body;
  const stored = readFileSync(join(data, file.path));
  expect(Buffer.compare(stored, picture)).toBe(0);
  expect(file).toMatchObject({ size: 40_000, sha256: createHash('sha256').update(picture).digest('hex') });
  await mqtt.endAsync();
  again.end();
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  folder.remove();
}, 60_000);
