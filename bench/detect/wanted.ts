/** Which runs of a file are played: scenarios × profiles × seeds. */
import type { ScenarioFile } from '../../simulator/index.ts';
import { seedFor } from './seeds.ts';

/** One run that is to be played. */
export interface Wanted {
  readonly scenario: string;
  readonly profile: string;
  readonly seed: string;
}

export interface Choice {
  readonly only: readonly string[] | undefined;
  readonly profiles: readonly string[] | undefined;
  /** Names of seeds (`seeds.ts`). */
  readonly seeds: readonly string[];
  readonly salt: string;
}

/** In the order of the file; what the file does not have is told. */
export function wantedRuns(
  { scenarios, profiles }: ScenarioFile,
  { only, profiles: chosen, seeds, salt }: Choice,
): { runs: Wanted[] } | { wrong: string[] } {
  const wrong: string[] = [];
  const unknown = (flag: string, names: readonly string[] | undefined, known: readonly string[]): void => {
    for (const name of names ?? []) {
      if (!known.includes(name)) wrong.push(`--${flag}: '${name}' is not in the file, expected of ${known.join(', ')}`);
    }
  };
  const ids = scenarios.map(({ id }) => id);
  unknown('only', only, ids);
  unknown('profiles', chosen, Object.keys(profiles));
  if (wrong.length > 0) return { wrong };
  const runs = scenarios
    .filter(({ id }) => only === undefined || only.includes(id))
    .flatMap(({ id, profiles: own }) =>
      own
        .filter((profile) => chosen === undefined || chosen.includes(profile))
        .flatMap((profile) => seeds.map((seed) => ({ scenario: id, profile, seed: seedFor(seed, id, salt) }))),
    );
  return runs.length > 0 ? { runs } : { wrong: ['no scenario has one of these profiles'] };
}
