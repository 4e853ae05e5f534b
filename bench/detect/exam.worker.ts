/** Plays runs of an examination, one at a time, until it is told that there are no more. */
import { parentPort, workerData } from 'node:worker_threads';
import { playOnBed } from './bed.ts';
import { playOther } from './other-world/play.ts';
import type { ExamWorkerData } from './exam.ts';
import type { Wanted } from './wanted.ts';

const { file, warmupDays, vary, laterS, otherWorld } = workerData as ExamWorkerData;

parentPort!.on('message', (run: Wanted | null) => {
  if (run === null) return parentPort!.close();
  const scenario = file.scenarios.find(({ id }) => id === run.scenario)!;
  const options = { file, scenario, profile: run.profile, seed: run.seed, vary, laterS };
  const play = otherWorld ? playOther : playOnBed;
  void play({ ...options, ...(warmupDays === undefined ? {} : { warmupDays }) }).then((result) =>
    parentPort!.postMessage(result),
  );
});
