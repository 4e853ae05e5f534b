/** The kinds of terminal that can be simulated, by name. */
import { A } from './a.ts';
import { B } from './b.ts';
import { C } from './c.ts';
import { D } from './d.ts';
import { E } from './e.ts';
import type { Profile } from './profile.ts';
import { STRESS } from './stress.ts';

/** Every profile, by its name: A to E of the scenario catalogue, and `stress`. */
export const PROFILES: Readonly<Record<string, Profile>> = Object.fromEntries(
  [A, B, C, D, E, STRESS].map((profile) => [profile.name, profile]),
);
