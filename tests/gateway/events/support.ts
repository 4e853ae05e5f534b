/** Events on virtual time: a rig, reports with alarms, and the steps that came of them. */
import type { EventRecord, EventStep } from '../../../gateway/events/step.ts';
import { isAction } from '../../../gateway/events/step.ts';
import type { Finding } from '../../../gateway/fold/detect/finding.ts';
import type { LocationReport } from '../../../protocol/index.ts';
import { ID, locationBody, NOON, type Speaker } from '../../support/terminal-frames.ts';
import { factsOf, type Rig, type RigOptions, type Terminal } from '../support/rig.ts';

export const SPEAKER: Speaker = { phone: '013912345678', revision: 2013 };
export const T = '13912345678';

/** Findings are those that a test makes up. */
export const UNJUDGED: RigOptions = { core: { detect: false } };

export const bits = (...set: number[]): number => set.reduce((mask, bit) => (mask | (1 << bit)) >>> 0, 0);

/** Sends a report at the time of the clock. */
export async function report(rig: Rig, terminal: Terminal, over: Partial<LocationReport> = {}): Promise<void> {
  terminal.say(ID.location, locationBody({ time: Math.floor(rig.clock.now() / 1000) * 1000, ...over }));
  await rig.run(20);
}

/** Reports every `everyMs` for a while. */
export async function reports(
  rig: Rig,
  terminal: Terminal,
  forMs: number,
  over: Partial<LocationReport> = {},
): Promise<void> {
  for (const until = rig.clock.now() + forMs; rig.clock.now() < until; ) {
    await report(rig, terminal, over);
    await rig.run(9980);
  }
}

export function stepsOf(rig: Rig): EventStep[] {
  return (factsOf(rig.disk, 'event') as EventRecord[]).filter((record): record is EventStep => !isAction(record));
}

/** `A8 raised`, `A8 cleared`. */
export function told(rig: Rig): string[] {
  return stepsOf(rig).map(({ code, state }) => `${code} ${state}`);
}

export function findingOf(over: Partial<Finding> = {}): Finding {
  return {
    key: `${T} gnss 1`,
    step: 0,
    terminal: T,
    axis: 'gnss',
    code: 'T205',
    stage: 'raised',
    severity: 2,
    confidence: 0.9,
    factTime: NOON,
    at: NOON + 60_000,
    seq: 1,
    candidates: [{ hypothesis: 'GJAM', code: 'T202', margin: 4.5 }],
    margin: 4.5,
    rival: 'DZ',
    prior: -7,
    because: [
      { evidence: 'B9', says: { km: 25.1 }, nats: 6, seq: 1 },
      { evidence: 'B4', says: { mean: 30 }, nats: 5.5, seq: 2 },
    ],
    rejected: [{ hypothesis: 'DZ', margin: 4.5, by: ['B9'] }],
    frames: [1, 2],
    weightsVersion: 1,
    ...over,
  };
}
