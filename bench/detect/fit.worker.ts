/** Plays runs and takes samples of their judgements, one at a time, until it is told that there are no more. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FitWorkerData } from './fit.ts';
import type { Wanted } from './wanted.ts';
import { samplesOf } from './samples.ts';

const { file, warmupDays } = workerData as FitWorkerData;

parentPort!.on('message', (run: Wanted | null) => {
  if (run === null) return parentPort!.close();
  const scenario = file.scenarios.find(({ id }) => id === run.scenario)!;
  const options = { file, scenario, profile: run.profile, seed: run.seed };
  void samplesOf({ ...options, ...(warmupDays === undefined ? {} : { warmupDays }) }).then((samples) =>
    parentPort!.postMessage(samples),
  );
});
