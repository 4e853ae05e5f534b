/** Calls answered by a worker thread: numbered requests one way, results or coded errors the other. */
import { Worker, parentPort } from 'node:worker_threads';
import { JournalError, type JournalErrorCode } from './errors.ts';

interface Request {
  readonly id: number;
  readonly operation: string;
  readonly argument: unknown;
}

type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly code: JournalErrorCode; readonly detail: string };

/** An operation takes one argument; `transfer` of what it returns goes to the caller without a copy. */
export type Operations = Readonly<Record<string, (argument: never) => { result: unknown; transfer?: ArrayBuffer[] }>>;

/** In the worker: answers calls until `close` was answered, then ends. */
export function answerCalls(operations: Operations): void {
  const port = parentPort;
  if (port === null) throw new Error('answerCalls belongs in a worker thread');
  port.on('message', ({ id, operation, argument }: Request) => {
    try {
      const { result, transfer } = operations[operation]!(argument as never);
      port.postMessage({ id, result } satisfies Answer, transfer ?? []);
    } catch (error) {
      // Faults of the world are answered; ours end the worker, and with it every call that waits.
      if (!(error instanceof JournalError)) throw error;
      port.postMessage({ id, code: error.code, detail: error.detail } satisfies Answer);
    }
    if (operation === 'close') port.close();
  });
}

/** Octets of batches lie outside the heap and are handed on; the young heap holds little but messages. */
const YOUNG_MB = 8;

/** Calls the worker at `file`, which stands beside this module. */
export class WorkerCalls {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #lastId = 0;
  #ended: JournalError | undefined;

  constructor(file: string, workerData: unknown) {
    // Sources run as .ts, the published package as .js: the worker has the extension that this module has.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    this.#worker = new Worker(new URL(`./${file}${extension}`, import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.on('message', (answer: Answer) => this.#receive(answer));
    this.#worker.on('error', (error) => this.#end(error.message));
    this.#worker.on('exit', () => this.#end('it exited'));
  }

  call<T>(operation: string, argument?: unknown, transfer: ArrayBuffer[] = []): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = (this.#lastId += 1);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, operation, argument } satisfies Request, transfer);
    });
  }

  /** Resolves when the thread is gone. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('code' in answer) waiting?.reject(new JournalError(answer.code, answer.detail));
    else waiting?.resolve(answer.result as never);
  }

  #end(why: string): void {
    this.#ended ??= new JournalError('JOURNAL_UNWRITABLE', `The journal's thread ended: ${why}.`);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
