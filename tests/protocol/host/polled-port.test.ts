import { describe, expect, it } from 'vitest';
import { endWhenGone } from '../../../protocol/index.ts';

type Answer = number | string;

/** A port whose device gives these answers one after the other: how much was read, or an error's code. */
function portOf(...answers: Answer[]) {
  const asked: number[] = [];
  const waiting: ((error: Error | null) => void)[] = [];
  const port = {
    fd: 7 as number | null,
    poller: { once: (_event: 'readable', tell: (error: Error | null) => void) => waiting.push(tell) },
    read: (_room: Uint8Array, _offset: number, _length: number): Promise<{ buffer: Uint8Array; bytesRead: number }> =>
      Promise.reject(new Error('not replaced')),
  };
  endWhenGone(port, async (fd, room: Uint8Array, offset, length) => {
    asked.push(fd);
    const answer = answers.shift();
    if (answer === undefined) throw new Error('asked once too often');
    if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer });
    room.fill(1, offset, offset + Math.min(length, answer));
    return { bytesRead: Math.min(length, answer) };
  });
  const room = new Uint8Array(8);
  return { port, asked, waiting, room, read: () => port.read(room, 2, 4) };
}

describe('a serial port that is read', () => {
  it('gives what has come', async () => {
    const { read, room } = portOf(3);
    expect(await read()).toEqual({ buffer: room, bytesRead: 3 });
    expect([...room]).toEqual([0, 0, 1, 1, 1, 0, 0, 0]);
  });

  it('waits while nothing has come, and reads again when it was told', async () => {
    const { read, waiting, asked } = portOf('EAGAIN', 'EINTR', 1);
    const reading = read();
    for (let turn = 1; turn <= 2; turn++) {
      await expect.poll(() => waiting.length).toBe(turn);
      expect(asked).toHaveLength(turn);
      waiting.at(-1)!(null);
    }
    expect((await reading).bytesRead).toBe(1);
  });

  it('ends when the device gives nothing: it was pulled out', async () => {
    const { read, asked } = portOf(0);
    await expect(read()).rejects.toThrow('unplugged');
    expect(asked).toHaveLength(1);
  });

  it('ends when the device fails, or will never be readable again', async () => {
    await expect(portOf('EIO').read()).rejects.toThrow('EIO');
    const { read, waiting } = portOf('EAGAIN');
    const reading = read();
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]!(new Error('bad file descriptor'));
    await expect(reading).rejects.toThrow('bad file descriptor');
  });

  it('asks the poller of a port nothing that was closed while it was read: that is freed then', async () => {
    const { port, read, waiting } = portOf('EAGAIN');
    const reading = read();
    port.fd = null;
    await expect(reading).rejects.toMatchObject({ canceled: true });
    expect(waiting).toEqual([]);
  });

  it('says of a port that was closed from here that it was, as the library does', async () => {
    const { port, read, waiting } = portOf('EAGAIN', 1);
    const reading = read();
    await expect.poll(() => waiting.length).toBe(1);
    port.fd = null;
    waiting[0]!(null);
    await expect(reading).rejects.toMatchObject({ canceled: true });
  });
});
