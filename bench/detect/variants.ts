/** The same scenarios as nobody has seen them: with other times and places, and by a terminal of contrary habits. */
import { seededRandom } from '../../protocol/index.ts';
import { factsOfProfile, PROFILES, type Scenario, type ScenarioFile } from '../../simulator/index.ts';

/** Between two steps it lasts up to so much longer. */
const STRETCH = 0.6;
/** A weaker network and sky, by so much at most. */
const CSQ_DOWN = 4;
const SKY_DOWN_DB = 3;
/** Reception that is this bad already is left as it is: a little worse would be another scenario. */
const GOOD_CSQ = 16;
const GOOD_SKY_DB = 5;
/** The kind of terminal whose scenarios the contrary one takes over. */
const LIKE = 'C';

/** Every scenario with longer pauses between its steps, in a place with somewhat worse reception. Expectations stay. */
export function mutated(file: ScenarioFile, seed: string): ScenarioFile {
  return { ...file, scenarios: file.scenarios.map((scenario) => mutation(scenario, file, seed)) };
}

function mutation(scenario: Scenario, file: ScenarioFile, seed: string): Scenario {
  const random = seededRandom(`mutation ${seed}/${scenario.id}`);
  const onset = scenario.onset_s ?? 0;
  let later = 0;
  let last = 0;
  const timeline = scenario.timeline.map((step) => {
    // What leads up to the act, and pulses of seconds, keep their rhythm.
    const pause = step.t - last;
    if (last >= onset && pause >= 60) later += Math.round(pause * STRETCH * random.next());
    last = step.t;
    return { ...step, t: step.t + later };
  });
  const preset = typeof scenario.preset === 'string' ? file.presets[scenario.preset] : undefined;
  const now = { ...file.base_state, ...preset, ...scenario.init };
  const worse = {
    ...(now.csq_clear >= GOOD_CSQ ? { csq_clear: now.csq_clear - random.int(0, CSQ_DOWN) } : {}),
    ...(now.sky_att_db <= GOOD_SKY_DB ? { sky_att_db: now.sky_att_db + random.int(0, SKY_DOWN_DB) } : {}),
  };
  const outage = scenario.context?.fleet?.outage;
  // A group shares its outage to the second: that scenario keeps its times.
  if (outage !== undefined) return { ...scenario, init: { ...scenario.init, ...worse } };
  return {
    ...scenario,
    init: { ...scenario.init, ...worse },
    timeline,
    duration_s: scenario.duration_s + later,
    ...(scenario.context?.work_order ? { timeline: scenario.timeline, duration_s: scenario.duration_s } : {}),
  };
}

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
