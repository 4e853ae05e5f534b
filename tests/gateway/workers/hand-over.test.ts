/** Sockets on their way to another process, and what becomes of them when that ends before it has them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { handOver, holdStill, isHeld } from '../../../gateway/workers/hand-over.ts';

let folder: string;
const server = createServer();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xingji-hand-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Both ends of a link. */
async function link(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  far.on('error', () => undefined);
  const [near] = await accepted;
  return { near, far };
}

/** A process that runs `program` once it has said that it is up. */
async function other(program: string): Promise<ChildProcess> {
  const file = join(folder, 'other.mjs');
  writeFileSync(file, `process.send('up'); ${program}`);
  const child = fork(file, { serialization: 'advanced', execArgv: [] });
  await once(child, 'message');
  return child;
}

it('a socket goes on in the other process, with what was read of it and what came later', async () => {
  const child = await other(
    "process.on('message', ({ octets }, socket) => { socket.on('data', (late) => socket.write(Buffer.concat([octets, late]))); });",
  );
  const { near, far } = await link();
  const late = holdStill(near);
  far.write(' and later');
  const sent = Promise.withResolvers<void>();
  handOver(child, { socket: near, octets: Buffer.concat([Buffer.from('first'), late!]), port: 'terminals' }, () =>
    sent.resolve(),
  );
  const [heard] = (await once(far, 'data')) as [Buffer];
  await sent.promise;
  expect(heard.toString()).toBe('first and later');
  expect(isHeld(near)).toBe(false);
  child.kill('SIGKILL');
  await once(far, 'close');
});

it('one that its receiver never took is closed with it, and not left open for nobody', async () => {
  // It hears nothing from now on, as a process that hangs.
  const child = await other('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
  const { near, far } = await link();
  const gone = once(far, 'close');
  holdStill(near);
  const sent = Promise.withResolvers<() => void>();
  handOver(child, { socket: near, octets: new Uint8Array(0), port: 'terminals' }, sent.resolve);
  const close = await sent.promise;
  child.kill('SIGKILL');
  await once(child, 'close');
  close();
  await gone;
  expect(far.destroyed).toBe(true);
  // Said again it does no harm: the handle may be closed already.
  close();
});
