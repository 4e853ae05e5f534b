/** A link that the primary keeps, and the worker that it is for: what goes through the door in between, both ways. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Introduction, openDoor } from '../../../gateway/workers/door.ts';
import { RelayedArrival } from '../../../gateway/workers/relay.ts';
import type { Caller, WorkerProcess } from '../../../gateway/workers/worker-process.ts';
import { type Link, type LinkSink, VirtualClock } from '../../../protocol/index.ts';

let folder: string;
let door: string;
let undo: (() => void)[] = [];
const came: { socket: Socket; about: Introduction; heard: Buffer[]; closed: boolean }[] = [];
let told = (): void => undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xingji-door-'));
  door = join(folder, '0');
  came.length = 0;
});
afterEach(() => {
  for (const step of undo.toReversed()) step();
  undo = [];
  rmSync(folder, { recursive: true });
});

/** Resolves when `fits` holds, looked at whenever something comes through the door. */
function until(fits: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    told = () => void (fits() && resolve());
    told();
  });
}

async function open(): Promise<void> {
  const opened = await openDoor(door, (socket, about) => {
    const one = { socket, about, heard: [] as Buffer[], closed: false };
    came.push(one);
    undo.push(() => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      one.heard.push(chunk);
      told();
    });
    socket.on('close', () => {
      one.closed = true;
      told();
    });
    told();
  });
  undo.push(() => opened.close());
}

/** A link of which everything can be seen. */
class SeenLink implements Link {
  readonly peer = 'tls://10.0.0.1:4711';
  readonly identity = '13912345678';
  readonly datagram = false;
  readonly written: Buffer[] = [];
  backlog = 0;
  paused = false;
  how: string | undefined;
  sink: LinkSink | undefined;

  open(sink: LinkSink): void {
    this.sink = sink;
  }
  write(octets: Uint8Array): boolean {
    this.written.push(Buffer.from(octets));
    told();
    return this.backlog === 0;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  close(kind: 'local' | 'timeout' | 'reset'): void {
    this.how = kind;
    this.sink?.closed(kind);
    told();
  }
}

const up = { admit: (caller: Caller) => caller.goOn(door) } as unknown as WorkerProcess;

function arrive(link: SeenLink, clock = new VirtualClock()): { arrival: RelayedArrival; first: Buffer[] } {
  const arrival = new RelayedArrival(link, 'tcp', clock);
  const first: Buffer[] = [];
  arrival.hear(
    (chunk) => first.push(Buffer.from(chunk)),
    () => undefined,
  );
  return { arrival, first };
}

it('says who it is, then everything that came, and takes back what the worker says', async () => {
  await open();
  const link = new SeenLink();
  const { arrival, first } = arrive(link);
  link.sink!.receive(Buffer.from('one '));
  expect(Buffer.concat(first).toString()).toBe('one ');
  expect(arrival.leadTo(up, Buffer.from('one '))).toBe(true);
  link.sink!.receive(Buffer.from('two'));
  await until(() => Buffer.concat(came[0]?.heard ?? []).toString() === 'one two');
  expect(came[0]!.about).toEqual({ transport: 'tcp', peer: link.peer, identity: link.identity });
  came[0]!.socket.write('back');
  await until(() => Buffer.concat(link.written).toString() === 'back');
});

it('ends with either end', async () => {
  await open();
  const one = new SeenLink();
  arrive(one).arrival.leadTo(up, Buffer.from('x'));
  await until(() => came.length === 1);
  one.sink!.closed('ended');
  await until(() => came[0]!.closed);
  const other = new SeenLink();
  arrive(other).arrival.leadTo(up, Buffer.from('x'));
  await until(() => came.length === 2);
  came[1]!.socket.destroy();
  await until(() => other.how === 'local');
  expect(came.map(({ about }) => about.peer)).toEqual([one.peer, other.peer]);
});

it('is not read while its worker is down, and loses nothing of what had come', async () => {
  const waiting: Caller[] = [];
  const down = { admit: (caller: Caller) => waiting.push(caller) > 0 } as unknown as WorkerProcess;
  const link = new SeenLink();
  expect(arrive(link).arrival.leadTo(down, Buffer.from('early '))).toBe(true);
  expect(link.paused).toBe(true);
  link.sink!.receive(Buffer.from('late'));
  await open();
  expect(waiting[0]!.goOn(door)).toBe(true);
  expect(link.paused).toBe(false);
  await until(() => Buffer.concat(came[0]?.heard ?? []).toString() === 'early late');
});

it('that its peer left meanwhile is not led any further, and one that nobody takes is reset', () => {
  const link = new SeenLink();
  const { arrival } = arrive(link);
  link.sink!.closed('ended');
  expect(arrival.goOn(door)).toBe(false);
  const refused = new SeenLink();
  new RelayedArrival(refused, 'serial', new VirtualClock()).refuse();
  expect(refused.how).toBe('reset');
});

it('feels the pace of a peer that reads slowly', async () => {
  await open();
  const clock = new VirtualClock();
  const link = new SeenLink();
  link.backlog = 1;
  arrive(link, clock).arrival.leadTo(up, Buffer.from('x'));
  await until(() => came.length === 1);
  came[0]!.socket.write('a');
  await until(() => link.written.length === 1);
  came[0]!.socket.write('b');
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(20);
  expect(link.written.length).toBe(1);
  link.backlog = 0;
  clock.advance(20);
  await until(() => Buffer.concat(link.written).toString() === 'ab');
});

it('a door hears nobody who does not say what comes', async () => {
  await open();
  const socket = connect(door);
  socket.on('error', () => undefined);
  socket.write(Buffer.alloc(5000, 'x'));
  await once(socket, 'close');
  expect(came).toEqual([]);
});
