import { once } from 'node:events';
import { type SerialPort, SerialPortMock } from 'serialport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '../../../protocol/index.ts';
import { SerialLine } from '../../../simulator/link/serial.ts';

const PATH = '/dev/mock';

async function opened(): Promise<{ line: SerialLine; port: SerialPortMock }> {
  const port = new SerialPortMock({ path: PATH, baudRate: 115_200 });
  await once(port, 'open');
  return { line: new SerialLine(port as unknown as SerialPort), port };
}

function called(line: SerialLine): Promise<Link> {
  return new Promise((resolve, reject) => {
    line.dial(0, { connected: resolve, failed: reject });
  });
}

describe('a serial line', () => {
  beforeEach(() => SerialPortMock.binding.createPort(PATH, { echo: false, record: true }));
  afterEach(() => SerialPortMock.binding.reset());

  it('carries frames and sentences, and outlives the sessions on it', async () => {
    const { line, port } = await opened();
    const heard: string[] = [];
    for (const word of ['first', 'second']) {
      const link = await called(line);
      const ends: string[] = [];
      link.open({
        receive: (chunk) => heard.push(`${word} ${Buffer.from(chunk).toString()}`),
        closed: (kind) => ends.push(kind),
      });
      link.write(Buffer.from(word));
      const came = once(port, 'data');
      port.port?.emitData(Buffer.from('hello'));
      await came;
      link.close('local');
      link.close('local');
      expect(ends).toEqual(['local']);
    }
    line.say(['$GNTXT\r\n']);
    await new Promise((resolve) => port.drain(resolve));
    expect(heard).toEqual(['first hello', 'second hello']);
    expect(port.port?.recording.toString()).toBe('firstsecond$GNTXT\r\n');
    await line.close();
    expect(port.isOpen).toBe(false);
  });

  it('says when its device is gone', async () => {
    const { line, port } = await opened();
    port.emit('close', new Error('unplugged'));
    expect(await line.gone).toBe('unplugged');
  });

  it('makes no call that was withdrawn', async () => {
    const { line } = await opened();
    const calls: string[] = [];
    line.dial(0, { connected: () => calls.push('connected'), failed: () => calls.push('failed') })();
    await Promise.resolve();
    expect(calls).toEqual([]);
    await line.close();
  });
});
