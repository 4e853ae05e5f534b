/** Files of the tool on this machine's disk. */
import { closeSync, createReadStream, openSync, writeFileSync, writeSync } from 'node:fs';
import { type ToolFiles, ToolFault } from './tool.ts';

/** What was captured or photographed is not for everybody on the machine. */
const PRIVATE = 0o600;

export const diskFiles: ToolFiles = {
  save(path, octets) {
    guarded(path, () => writeFileSync(path, octets, { flag: 'wx', mode: PRIVATE }));
  },
  begin(path) {
    const file = guarded(path, () => openSync(path, 'wx', PRIVATE));
    return {
      write: (octets) => guarded(path, () => void writeSync(file, octets)),
      close: () => closeSync(file),
    };
  },
  async *read(path) {
    try {
      for await (const piece of createReadStream(path)) yield piece as Uint8Array;
    } catch (error) {
      throw faultOf(path, error);
    }
  },
};

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw faultOf(path, error);
  }
}

function faultOf(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new ToolFault(`${path}: ${code === 'EEXIST' ? 'is there already' : code}`, 1);
}
