/** Plays shares of a fleet, one at a time, until it is told that there are no more. */
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { CATALOGUE, readScenarios } from '../../simulator/index.ts';
import { type FleetBedOptions, judgeFleet, playFleet } from './fleet-bed.ts';

/** A district to be played, or the path of one to be judged again. */
export type FleetTask = Omit<FleetBedOptions, 'file'> | string;

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;

parentPort!.on('message', (task: FleetTask | null) => {
  if (task === null) return parentPort!.close();
  if (typeof task === 'string') return parentPort!.postMessage(judgeFleet(task));
  void playFleet({ ...task, file }).then((result) => parentPort!.postMessage(result));
});
