/** Serial devices of this machine. */
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { SerialPort } from 'serialport';
import { endWhenGone } from '../../../protocol/index.ts';
import type { OpenPort, Port, PortSink } from './port.ts';

const readDevice = promisify(read);

/** Opens a device of this machine. */
export const openNodePort: OpenPort = (path, baud, sink) =>
  new Promise<Port>((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: baud, autoOpen: false }, undefined);
    port.open((error) => {
      if (error !== null) return reject(error);
      // Nothing is read before somebody listens.
      if (port.port !== undefined && 'poller' in port.port) endWhenGone(port.port, readDevice);
      resolve(ported(port, sink));
    });
  });

function ported(port: SerialPort, sink: PortSink): Port {
  let why = 'the port was closed';
  port.on('data', (octets: Buffer) => sink.received(octets));
  port.on('error', (error) => {
    why = error.message;
    // A device that fails is not of use again until it is opened anew.
    if (port.isOpen) port.close();
  });
  port.on('close', (error: Error | null) => sink.closed(error?.message ?? why));
  return {
    write: (octets) => port.isOpen && port.write(octets),
    get backlog() {
      return port.writableLength;
    },
    setRate(baudRate) {
      if (!port.isOpen) return;
      port.update({ baudRate }, (error) => {
        if (error !== null) port.destroy(error);
      });
    },
    pause: () => void port.pause(),
    resume: () => void port.resume(),
    close: () =>
      new Promise<void>((resolve) => {
        if (!port.isOpen) return resolve();
        port.close(() => resolve());
      }),
  };
}
