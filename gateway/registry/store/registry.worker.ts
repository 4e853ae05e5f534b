/** The thread that reads and writes the registry, so that no sync of its disk holds up the links of terminals. */
import { parentPort, workerData } from 'node:worker_threads';
import { RegistryError } from '../errors.ts';
import { openRegistryFile, type RegistryFile } from './registry-file.ts';
import { OPENED, type RegistryAnswer, type RegistryCall } from './registry-store.ts';

const port = parentPort!;

function say(answer: RegistryAnswer): void {
  port.postMessage(answer);
}

/** Refusals and faults of the world are answered; a fault of ours ends the thread, and with it every call that waits. */
function answered<T>(ticket: number, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    say({ ticket, code: error.code, faults: error.faults });
    return undefined;
  }
}

const file = answered(OPENED, () => openRegistryFile(workerData as string));
if (file === undefined) port.close();
else serve(file);

function serve(opened: RegistryFile): void {
  port.on('message', ({ ticket, operation, args }: RegistryCall) => {
    answered(ticket, () => {
      const result: unknown = (opened[operation] as (...given: unknown[]) => unknown)(...(args as unknown[]));
      say({ ticket, result });
    });
    if (operation === 'close') port.close();
  });
  say({ ticket: OPENED, result: undefined });
}
