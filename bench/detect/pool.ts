/** Tasks over worker threads: each is given one as soon as it is through with the one before. */
import { Worker } from 'node:worker_threads';

export interface PoolOptions<T> {
  /** A worker that answers every task with its result, and ends on null. */
  readonly worker: URL;
  readonly workerData: unknown;
  readonly tasks: readonly T[];
  readonly jobs: number;
}

/** Results in the order of the tasks, whoever did them. How far it is stands on a terminal. */
export async function pool<T, R>({ worker: url, workerData, tasks, jobs }: PoolOptions<T>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let done = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(url, { workerData });
      let index = 0;
      const hand = (): void => {
        index = next++;
        worker.postMessage(tasks[index] ?? null);
      };
      worker.on('message', (result: R) => {
        results[index] = result;
        done++;
        if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${done} / ${tasks.length}`);
        hand();
      });
      worker.once('error', reject);
      worker.once('exit', () => resolve());
      hand();
    });
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, work));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
  return results;
}
