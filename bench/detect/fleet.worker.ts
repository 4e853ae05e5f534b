/** Plays shares of a fleet, one at a time, until it is told that there are no more. */
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { CATALOGUE, readScenarios } from '../../simulator/index.ts';
import { type FleetBedOptions, playFleet } from './fleet-bed.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;

parentPort!.on('message', (share: Omit<FleetBedOptions, 'file'> | null) => {
  if (share === null) return parentPort!.close();
  void playFleet({ ...share, file }).then((result) => parentPort!.postMessage(result));
});
