/** The scenarios played by a terminal of contrary habits. */
import { factsOfProfile, PROFILES, type ScenarioFile } from '../../simulator/index.ts';

/** The kind of terminal whose scenarios the contrary one takes over. */
const LIKE = 'C';

/** The file with the profile `stress`, which plays whatever C plays. */
export function withStress(file: ScenarioFile): ScenarioFile {
  if (file.profiles['stress'] !== undefined) return file;
  return {
    ...file,
    profiles: { ...file.profiles, stress: factsOfProfile(PROFILES['stress']!) },
    scenarios: file.scenarios.map((scenario) =>
      scenario.profiles.includes(LIKE) ? { ...scenario, profiles: [...scenario.profiles, 'stress'] } : scenario,
    ),
  };
}
