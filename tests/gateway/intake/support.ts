/** What the intake's tests share: two cars, one of them driving, and what the journal has of them. */
import { locationBody, NOON, type Speaker } from '../../support/terminal-frames.ts';
import { Rig, type RigOptions, type Terminal } from '../support/rig.ts';

export const CAR: Speaker = { phone: '013912345678', revision: 2013 };
export const OTHER: Speaker = { phone: '013900000002', revision: 2013 };
export const TERMINAL = '13912345678';
export const COMMIT_MS = 100;

/** Body of a 0x0200 of a second past noon. */
export const report = (second: number): Uint8Array => locationBody({ time: NOON + second * 1000 });

export const rigOf = (options?: RigOptions): Promise<Rig> => new Rig(options).start();

/** A gateway with one terminal that is logged in; `commitMs` from then on. */
export async function driving(options?: RigOptions, commitMs = 0): Promise<{ rig: Rig; car: Terminal }> {
  const rig = await rigOf(options);
  const car = await rig.login(CAR);
  // What the start and the login left to be written is written by then.
  await rig.run(5000);
  rig.storage.faults.commitMs = commitMs;
  return { rig, car };
}

/** Frames in the journal, as `id#serial`. */
export function frames(rig: Rig): string[] {
  return rig.records
    .filter(({ kind }) => kind === 'frame')
    .map(({ payload }) => `${hex4(payload, 0)}#${(payload[10]! << 8) | payload[11]!}`);
}

export const hex4 = (b: Uint8Array, at: number): string => ((b[at]! << 8) | b[at + 1]!).toString(16).padStart(4, '0');
