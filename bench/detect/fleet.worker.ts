/** Plays its share of a fleet. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { CATALOGUE, readScenarios } from '../../simulator/index.ts';
import { type FleetBedOptions, playFleet } from './fleet-bed.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const options = workerData as Omit<FleetBedOptions, 'file'>;
parentPort!.postMessage(await playFleet({ ...options, file: read.file }));
