/** The registry from the main thread: every call is carried out by a thread of its own, in the order of the calls. */
import { Worker } from 'node:worker_threads';
import { type RegistryCode, RegistryError } from '../errors.ts';
import type { RegistryFile } from './registry-file.ts';

export type RegistryOperation = Exclude<keyof RegistryFile, 'close'>;

export interface RegistryStore {
  /** Carries out what `RegistryFile` has under this name. Rejects with RegistryError. */
  ask<K extends RegistryOperation>(
    operation: K,
    ...args: Parameters<RegistryFile[K]>
  ): Promise<ReturnType<RegistryFile[K]>>;
  close(): Promise<void>;
}

export interface RegistryCall {
  readonly ticket: number;
  /** `close` ends the thread. */
  readonly operation: RegistryOperation | 'close';
  readonly args: readonly unknown[];
}

export type RegistryAnswer =
  | { readonly ticket: number; readonly result: unknown }
  | { readonly ticket: number; readonly code: RegistryCode; readonly faults: readonly string[] };

/** Facts come and go a few at a time; an import of a hundred thousand needs more room than other threads. */
const YOUNG_MB = 32;
/** Ticket of the word that the file is open. */
export const OPENED = 0;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the thread; resolves when the file is open. Rejects with RegistryError where it cannot be. */
export async function openRegistryStore(path: string): Promise<RegistryStore> {
  const worker = new Worker(
    new URL(import.meta.url.endsWith('.ts') ? './registry.worker.ts' : './registry.worker.js', import.meta.url),
    { workerData: path, name: 'registry', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } },
  );
  const waiting = new Map<number, Waiting>();
  let tickets = OPENED;
  let ended: RegistryError | undefined;

  function end(why: string): void {
    ended ??= new RegistryError('REGISTRY_UNWRITABLE', [`The registry's thread ended: ${why}.`]);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  }

  worker.on('message', (answer: RegistryAnswer) => {
    const one = waiting.get(answer.ticket);
    waiting.delete(answer.ticket);
    if ('code' in answer) one?.reject(new RegistryError(answer.code, answer.faults));
    else one?.resolve(answer.result);
  });
  worker.on('error', (error) => end(error.message));
  worker.on('exit', () => end('it exited'));

  function wait(ticket: number): Promise<unknown> {
    return new Promise((resolve, reject) => waiting.set(ticket, { resolve, reject }));
  }

  function call(operation: RegistryCall['operation'], args: readonly unknown[]): Promise<unknown> {
    if (ended !== undefined) return Promise.reject(ended);
    const ticket = ++tickets;
    const answer = wait(ticket);
    worker.postMessage({ ticket, operation, args } satisfies RegistryCall);
    return answer;
  }

  await wait(OPENED);
  return {
    ask: (operation, ...args) => call(operation, args) as never,
    async close() {
      await call('close', []).catch(() => undefined);
      await worker.terminate();
    },
  };
}

/** The same over a file of this thread: for tests and for tools that do nothing else. */
export function storeOver(file: RegistryFile): RegistryStore {
  return {
    async ask(operation, ...args) {
      return (file[operation] as (...given: unknown[]) => never)(...args);
    },
    async close() {
      file.close();
    },
  };
}
