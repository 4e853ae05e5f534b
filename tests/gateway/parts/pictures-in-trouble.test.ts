/**
 * Two pictures of equal size, sent however badly: parts in any order, doubled, lost and asked for again, the gateway
 * killed and the link cut at any point, though the terminal answers when it is asked. Each ends as one file with the right octets, and the terminal is told.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BodyOf } from '../../../protocol/index.ts';
import { CAR, driving } from '../intake/support.ts';
import { CORE_OPTIONS, type Terminal } from '../support/rig.ts';
import { COMPLETE, mediaRecords, pixels, RESEND, shotFrames } from './support.ts';

const SIZE = 700;
const PART = 200;
const FIRST_SERIALS = [65_530, 40];

interface Step {
  readonly picture: number;
  readonly part: number;
  /** What happens before it. */
  readonly event: 'none' | 'kill' | 'cut' | 'pause';
  readonly times: number;
}

const STEP: fc.Arbitrary<Step> = fc.record({
  picture: fc.nat({ max: 1 }),
  part: fc.nat({ max: 3 }),
  event: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('kill' as const, 'cut' as const, 'pause' as const) },
  ),
  times: fc.integer({ min: 0, max: 2 }),
});

/** What the platform asks for: `first serial or id of the picture` → numbers. */
function requests(car: Terminal): { picture: number; numbers: readonly number[] }[] {
  const found = car.answers.flatMap(({ header, body }) => {
    if (header.id === RESEND) {
      const { originalSerial, packageIds } = body as BodyOf<'platformResendRequest'>;
      return [{ picture: FIRST_SERIALS.indexOf(originalSerial), numbers: packageIds }];
    }
    if (header.id !== COMPLETE) return [];
    const { multimediaId, packageIds = [] } = body as BodyOf<'multimediaUploadResponse'>;
    return [{ picture: multimediaId - 1, numbers: packageIds }];
  });
  car.forget();
  return found;
}

/** Sends what it is asked for, as it was sent. */
function answer(car: Terminal, shots: readonly (readonly Uint8Array[])[]): void {
  for (const { picture, numbers } of requests(car))
    for (const number of numbers) car.link.write(shots[picture]![number - 1]!);
}

it('every picture of which a part came ends as one file, whatever happened on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 4, maxLength: 24 }), fc.boolean(), async (steps, short) => {
      // Not room for all parts of both: octets come from the journal.
      const parts = { ...CORE_OPTIONS.parts, ...(short ? { memoryBytes: 2000 } : {}) };
      const { rig, car: first } = await driving({ core: { parts } });
      const data = [pixels(1, SIZE), pixels(2, SIZE)];
      const shots = data.map((octets, n) =>
        shotFrames(CAR, FIRST_SERIALS[n]!, { multimediaId: n + 1, data: octets }, PART),
      );
      let car = first;
      const relog = async (): Promise<void> => {
        const { code } = car;
        car = await rig.login(CAR, code);
      };
      const met = new Set<number>();
      for (const { picture, part, event, times } of steps) {
        if (event === 'kill') {
          rig.kill();
          await rig.start();
          await relog();
        } else if (event === 'cut') {
          car.link.close('reset');
          await relog();
        } else if (event === 'pause') {
          await rig.run(12_000);
          answer(car, shots);
        }
        for (let n = 0; n < times; n++) car.link.write(shots[picture]![part]!);
        if (times > 0) met.add(picture);
        await rig.run();
      }
      for (let round = 0; round < 20 && (rig.media.files.size < met.size || rig.core.parts.storedBytes > 0); round++) {
        await rig.run(11_000);
        answer(car, shots);
        await rig.run();
      }
      await rig.run(5000);
      const stored = [...rig.media.files.values()].map((octets) => Buffer.from(octets).toString('hex'));
      expect(stored.toSorted()).toEqual([...met].map((n) => Buffer.from(data[n]!).toString('hex')).toSorted());
      expect(mediaRecords(rig)).toBe(met.size);
      expect(rig.core.parts.storedBytes).toBe(0);
      rig.kill();
    }),
    { numRuns: 60 },
  );
}, 60_000);
