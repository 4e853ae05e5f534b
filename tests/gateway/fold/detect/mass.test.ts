import { describe, expect, it } from 'vitest';
import type { Detector } from '../../../../gateway/fold/detect/finding.ts';
import type { RecordInput } from '../../../../gateway/journal/record.ts';
import { Drive, hear, newDetector, START } from './drive.ts';

const COUNT = 1300;
const drives = Array.from({ length: COUNT }, (_, n) => new Drive(String(13_900_000_000 + n)).login());
const logins = drives.flatMap(({ records }) => records);

function later(seconds: number, what: (drive: Drive) => Drive, terminal?: string): RecordInput[] {
  const drive = new Drive(terminal);
  drive.now = seconds;
  return what(drive).records;
}
/** Seconds since the start. */
const secondOf = (at: number): number => (at - START) / 1000;
const tick = later(100, (drive) => drive.gateway({ fact: 'tick' }));

/** The detector with all of them gone, after so many ticks, and whom it asked where they are, in order. */
function afterTicks(count: number, detector = newDetector(), first = logins.length + 1) {
  const asked: string[] = [];
  for (let n = 0; n < count; n++)
    for (const { type, terminal } of hear(tick, detector, first + n).probes)
      if (type === 'locationQuery') asked.push(terminal);
  return { detector, asked };
}

/** All have been asked who they are, and none has answered. */
function gone(detector = newDetector()): Detector {
  hear(logins, detector);
  detector.advance(START + 61_000, { finding: () => {} });
  return detector;
}

describe('terminals that are gone all at once', () => {
  it('are looked at a few hundred for each tick, and every one of them once', () => {
    const detector = gone();
    const before = afterTicks(2, detector).asked;
    expect(before.length).toBe(1024);
    expect(detector.behind).toBe(true);
    const { asked } = afterTicks(1, detector, logins.length + 3);
    expect(new Set([...before, ...asked]).size).toBe(COUNT);
    expect(before.length + asked.length).toBe(COUNT);
    expect(detector.behind).toBe(false);
  });

  it('wait for the tick, of which the records of others take the place where none comes', () => {
    const detector = gone();
    const due = secondOf(detector.nextDeadline());
    const asked = [0, 1, 2, 3, 4].map((late, n) => {
      const one = later(due + late, (drive) => drive.heartbeat(), '13800000000');
      const { probes } = hear(one, detector, logins.length + 1 + n);
      return probes.map(({ type }) => type);
    });
    expect(asked).toEqual([[], [], [], ['locationQuery'], ['locationQuery']]);
  });

  it('are no hurry while a tick a second is enough', () => {
    const detector = gone();
    const due = secondOf(detector.nextDeadline());
    const hurry = [0, 1, 2].map((late, n) => {
      hear(
        later(due + late, (drive) => drive.heartbeat(), '13800000000'),
        detector,
        logins.length + 1 + n,
      );
      return detector.behind;
    });
    expect(hurry).toEqual([false, false, true]);
  });

  it('have their own deadline before what is heard of them next', () => {
    const { asked } = afterTicks(3, gone());
    const last = asked.at(-1)!;
    const detector = gone();
    const back = later(100, (drive) => drive.heartbeat(), last);
    expect(hear(back, detector, logins.length + 1).probes.map(({ terminal }) => terminal)).toContain(last);
  });

  it('are looked at in the same order after a restart in the middle', () => {
    const whole = afterTicks(3, gone()).asked;
    const keys = new Set<string>();
    const first = gone(newDetector((key) => keys.add(key)));
    const { asked } = afterTicks(1, first);
    const second = newDetector();
    for (const key of [...keys].toReversed()) second.restore(key, first.snapshot(key)!);
    expect([...asked, ...afterTicks(2, second, logins.length + 2).asked]).toEqual(whole);
  });

  it('are all looked at where somebody lets all of it pass', () => {
    const detector = gone();
    let asked = 0;
    detector.advance(tick[0]!.receivedAt, { finding: () => {}, probe: () => asked++ });
    expect(asked).toBe(COUNT);
    expect(detector.behind).toBe(false);
  });
});
