/** The serial port with the cable in it, where nobody named one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { ToolFault } from '../terminal/tool.ts';

/** Ports that a person plugs a cable into; a machine's own may be there and lead nowhere. */
const PLUGGED = /tty(USB|ACM)|cu\.(usb|wch|SLAB)|^COM\d+$/;

export interface FoundPort {
  readonly path: string;
  /** Who made the adapter, and its number. */
  readonly about: string;
}

/** Names under which udev keeps adapters, whichever socket they are in. */
const BY_ID = '/dev/serial/by-id';

/** Adapters that are plugged in now. */
async function pluggedPorts(): Promise<readonly FoundPort[]> {
  // On Linux the library asks udevadm, and breaks where there is none.
  if (process.platform === 'linux') return linuxPorts();
  const ports = await SerialPort.list();
  return ports
    .filter(({ path, vendorId }) => vendorId !== undefined || PLUGGED.test(path))
    .map(({ path, manufacturer, serialNumber }) => ({
      path,
      about: [manufacturer, serialNumber].filter((each) => each !== undefined).join(' '),
    }));
}

function linuxPorts(): readonly FoundPort[] {
  const named = namesIn(BY_ID).map((name) => ({ path: join(BY_ID, name), about: '' }));
  if (named.length > 0) return named;
  return namesIn('/dev')
    .filter((name) => PLUGGED.test(name))
    .map((name) => ({ path: join('/dev', name), about: '' }));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

/** The only one, or that which `choose` says; throws ToolFault where there is none, or several and nobody to choose. */
export async function findPort(
  choose: ((ports: readonly FoundPort[]) => Promise<FoundPort | undefined>) | undefined,
): Promise<string> {
  const ports = await pluggedPorts();
  const [only, another] = ports;
  if (only === undefined) throw new ToolFault('no serial adapter is plugged in; say --serial DEVICE, or --tcp', 2);
  if (another === undefined) return only.path;
  const chosen = await choose?.(ports);
  if (chosen !== undefined) return chosen.path;
  throw new ToolFault(`say which with --serial: ${ports.map(({ path }) => path).join(', ')}`, 2);
}
